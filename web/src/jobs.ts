// Predictions of long files: the server makes them as jobs, whose progress it reports.
import * as api from "./api";
import { patiently } from "./patience";

const LONG = 16e6; // bytes: 15 minutes of MP3 at 144 kbit/s, or 90 seconds of CD audio
const FIRST_PAUSE = 0.25; // s: a job may be done soon after all
const PAUSE = 1; // s, as the server's Retry-After

interface Wishes extends api.PredictOptions {
  onProgress: (job: api.Job) => void;
}

// Whether the server takes jobs and still knows them when it is asked for them.
let usable = true;

// Throws a Problem, or the signal's reason. The server forgets the job as soon as the page has its result, or does not want
// it any more: the signal aborts, or the page is left.
async function resultOf({ id }: api.Job, { signal, onProgress }: Wishes) {
  const forget = () => void api.removeJob(id).catch(() => {});
  signal.addEventListener("abort", forget);
  addEventListener("pagehide", forget);
  try {
    for (let seconds = FIRST_PAUSE; ; seconds = PAUSE) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      signal.throwIfAborted();
      const job = await patiently(() => api.job(id, signal));
      onProgress(job);
      if (!job.result && !job.error) continue;
      forget();
      if (job.error) throw job.error;
      return job.result!;
    }
  } finally {
    signal.removeEventListener("abort", forget);
    removeEventListener("pagehide", forget);
  }
}

// Throws a Problem, or the signal's reason.
export async function predict(file: Blob, name: string, wishes: Wishes): Promise<api.Prediction> {
  const plain = async () => (await api.predict(file, name, wishes)) as api.Prediction;
  if (!usable || file.size < LONG) return plain();
  try {
    const response = await api.predict(file, name, { ...wishes, asJob: true });
    return "id" in response ? await resultOf(response, wishes) : response;
  } catch (error) {
    const { code } = error as api.Problem;
    if (code !== "too_many_jobs" && code !== "job_not_found") throw error;
    // A load balancer may send the requests to several servers, each of which knows its own jobs.
    if (code === "job_not_found") usable = false;
    return plain();
  }
}
