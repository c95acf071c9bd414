// The requests that the page sends, and their responses (openapi.json).

export interface GenreCertainty {
  genre: string;
  certainty: number; // in [0, 1]
}

export interface Segment extends GenreCertainty {
  start: number; // s
  end: number;
  genres: GenreCertainty[];
  features: Record<string, number>;
}

// code is stable.
export interface Warning {
  code: string;
  message: string;
  from: number; // s
  to: number;
}

// What is heard beside the genre.
export interface Tag {
  tag: string;
  probability: number; // in [0, 1], independent of the other tags
}

export interface Prediction extends GenreCertainty {
  genres: GenreCertainty[]; // likeliest first
  confident: boolean | null;
  none_of_these: number | null; // certainty that no genre of the model fits
  segments: Segment[];
  duration: number; // s
  sample_rate: number; // Hz
  model: string;
  warnings: Warning[];
  tags?: Tag[]; // the most probable first, if the model hears them
}

// What a player draws of a file, in bins of equal length.
export interface Peaks {
  duration: number; // s
  seconds_per_bin: number;
  min: number[]; // [n_bins]: of the samples
  max: number[];
  spectrogram: {
    fmax: number; // Hz, of the mel filters
    top_db: number; // the maximum of decibels
    n_mels: number;
    decibels: number[][]; // [n_bins][n_mels]
  };
}

// RFC 9457; code is stable. The page adds the code unreachable for a request without response.
export interface Problem {
  status: number;
  code: string;
  detail: string;
  retryAfter?: number; // s
}

// A prediction that goes on without its request.
export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  fraction: number | null; // of the audio that is done, in [0, 1]; 0 as long as no length is known
  windows: number; // so far
  result?: Prediction;
  error?: Problem;
}

interface Accuracy {
  n_tracks?: number;
  clip_accuracy?: number;
  track_accuracy?: number;
}

// The model's measured accuracy under one protocol.
export interface Figures {
  test?: Accuracy;
  confident?: { track_share?: number; track_accuracy?: number };
}

export interface Model {
  name: string;
  labels: string[];
  figures: Record<string, Figures> | null;
  tags: boolean; // whether it hears what there is beside the genre
}

const N_TAGS = 20; // many are names of genres, which the page leaves out

const predictPath = (tags: boolean) =>
  `v1/predict?features=gtzan26${tags ? `&tags=${N_TAGS}` : ""}`;

// Relative to the page, so that a proxy may serve it under a prefix.
const url = (path: string) => new URL(path, document.baseURI).href;

const TOKEN_KEY = "genre-token";

// The bearer token that a server with --token-file requires. It is kept until the tab is closed.
export const token = {
  get: () => sessionStorage.getItem(TOKEN_KEY),
  set: (value: string) => sessionStorage.setItem(TOKEN_KEY, value),
};

function authorization(): Record<string, string> {
  const value = token.get();
  return value ? { Authorization: `Bearer ${value}` } : {};
}

const unreachable: Problem = { status: 0, code: "unreachable", detail: "" };

function problemOf(status: number, body: string, retryAfter: string | null): Problem {
  const problem: Problem = {
    status,
    code: "unknown",
    detail: `The server returned status ${status}.`,
  };
  const seconds = Number(retryAfter);
  if (retryAfter !== null && seconds >= 0) problem.retryAfter = seconds;
  try {
    const { code, detail } = JSON.parse(body);
    if (typeof code === "string") problem.code = code;
    if (typeof detail === "string") problem.detail = detail;
  } catch {
    // A response from a proxy: only its status is usable.
  }
  return problem;
}

export interface PredictOptions {
  tags: boolean;
  asJob?: boolean; // the response may be a job; servers that have none send the prediction
  signal: AbortSignal;
  onSent: (share: number) => void; // of the file, in [0, 1]
}

// Throws a Problem, or the signal's reason. The server stops the work when the signal aborts.
export function predict(file: Blob, name: string, options: PredictOptions) {
  const { tags, asJob, signal, onSent } = options;
  return new Promise<Prediction | Job>((resolve, reject) => {
    signal.throwIfAborted();
    const form = new FormData();
    form.append("file", file, name);
    const request = new XMLHttpRequest(); // fetch does not report upload progress
    request.open("POST", url(predictPath(tags)));
    const preference = asJob ? { Prefer: "respond-async" } : {};
    for (const [field, value] of Object.entries({ ...authorization(), ...preference })) {
      request.setRequestHeader(field, value);
    }
    const abort = () => (request.abort(), reject(signal.reason));
    signal.addEventListener("abort", abort);
    request.onloadend = () => signal.removeEventListener("abort", abort);
    request.upload.onprogress = (event) => onSent(event.total ? event.loaded / event.total : 1);
    request.onload = () => {
      const problem = () =>
        problemOf(request.status, request.responseText, request.getResponseHeader("Retry-After"));
      if (![200, 202].includes(request.status)) return reject(problem());
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        reject(problem());
      }
    };
    request.onerror = () => reject(unreachable);
    request.send(form);
  });
}

// Throws a Problem.
async function json(path: string, request: RequestInit = {}) {
  const headers = { ...authorization(), ...request.headers };
  const response = await fetch(url(path), { ...request, headers }).catch(() => {
    throw unreachable;
  });
  const body = await response.text();
  if (!response.ok) throw problemOf(response.status, body, response.headers.get("Retry-After"));
  return JSON.parse(body);
}

// Throws a Problem.
export const model = (): Promise<Model> => json("v1/model");

// Throws a Problem.
export const job = (id: string, signal: AbortSignal): Promise<Job> =>
  json(`v1/jobs/${id}`, { signal });

// Throws a Problem. Stops the job, if it is not done. Works while the page is left.
export const removeJob = (id: string) =>
  json(`v1/jobs/${id}`, { method: "DELETE", keepalive: true });

// Throws a Problem. The server stops the work when the signal aborts the request.
export const peaks = (file: Blob, signal: AbortSignal): Promise<Peaks> =>
  json("v1/peaks", {
    method: "POST",
    body: file,
    headers: { "Content-Type": "application/octet-stream" },
    signal,
  });

// A live prediction of 32-bit mono samples. rate: Hz. summary: windows from one to the next.
export function liveSocket({ rate, summary }: { rate: number; summary: number }) {
  const address = new URL(url(`v1/live?format=f32le&rate=${rate}&summary=${summary}`));
  address.protocol = address.protocol.replace("http", "ws");
  const value = token.get(); // a page cannot set a header here
  return new WebSocket(address, value ? ["genre", `bearer.${value}`] : []);
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

// The same request as a curl command.
export function curlLine(name: string, tags: boolean) {
  const parts = ["curl", "-F", quoted(`file=@"${name.replace(/["\\]/g, String.raw`\$&`)}"`)];
  if (token.get()) parts.push("-H", quoted("Authorization: Bearer TOKEN"));
  return [...parts, quoted(url(predictPath(tags)))].join(" ");
}
