// Requests that a busy server refuses for now (429, 503) are sent again when it says so.
import type { Problem } from "./api";

const TRIES = 5;
const PAUSE = 2; // s, without Retry-After

let successes = 0; // of all requests

// Throws a Problem. onWait: called once a second with the seconds that are left.
export async function patiently<T>(
  request: () => Promise<T>,
  onWait: (seconds: number) => void = () => {},
): Promise<T> {
  for (let tries = 1, seen = successes; ; ++tries) {
    try {
      const response = await request();
      ++successes;
      return response;
    } catch (error) {
      const problem = error as Problem;
      if (successes > seen) tries = 1; // others had their turn, so this one will have it too
      seen = successes;
      if (![429, 503].includes(problem.status) || tries === TRIES) throw problem;
      for (let left = Math.ceil(problem.retryAfter ?? PAUSE); left > 0; --left) {
        onWait(left);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
}
