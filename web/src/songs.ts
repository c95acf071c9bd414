// The songs of this page, and the state of each.
import { signal, type Signal } from "@preact/signals";
import * as api from "./api";
import { decode, toWav } from "./audio/wav";

export type State =
  | { kind: "waiting" }
  | { kind: "sending"; share: number } // in [0, 1]
  | { kind: "predicting" }
  | { kind: "converting" }
  | { kind: "busy"; seconds: number } // until the next try
  | { kind: "done"; prediction: api.Prediction }
  | { kind: "failed"; problem: api.Problem };

export interface Song {
  id: number;
  name: string;
  file: Blob;
  state: Signal<State>;
}

export const songs = signal<Song[]>([]);
export const selected = signal<Song | undefined>(undefined);
export const model = signal<api.Model | undefined>(undefined);
export const needsToken = signal(false);

const BUSY_TRIES = 5;
const BUSY_PAUSE = 2; // s, without Retry-After

let nextId = 1;
let queue = Promise.resolve();

const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

export function add(files: { name: string; file: Blob }[]) {
  const added = files.map(({ name, file }): Song => {
    return { id: nextId++, name, file, state: signal<State>({ kind: "waiting" }) };
  });
  if (!added.length) return;
  songs.value = [...songs.value, ...added];
  selected.value = added[0];
  added.forEach(enqueue);
}

// Sends one song at a time, so that the server can serve other clients too.
function enqueue(song: Song) {
  song.state.value = { kind: "waiting" };
  queue = queue.then(() => run(song));
}

export const retry = enqueue;

export function remove(song: Song) {
  const index = songs.value.indexOf(song);
  songs.value = songs.value.filter((other) => other !== song);
  if (selected.value === song)
    selected.value = songs.value[Math.min(index, songs.value.length - 1)];
}

export async function loadModel() {
  try {
    model.value = await api.model();
  } catch {
    // The request for the first song will show the error.
  }
}

export function useToken(token: string) {
  api.token.set(token);
  needsToken.value = false;
  songs.value
    .filter(
      ({ state: { value } }) => value.kind === "failed" && value.problem.code === "unauthorized",
    )
    .forEach(enqueue);
}

async function run(song: Song) {
  if (!songs.value.includes(song)) return;
  try {
    const prediction = await send(song, song.file);
    if (model.value?.name !== prediction.model) await loadModel();
    song.state.value = { kind: "done", prediction };
  } catch (error) {
    const problem = error as api.Problem;
    needsToken.value ||= problem.code === "unauthorized";
    song.state.value = { kind: "failed", problem };
  }
}

async function send(song: Song, file: Blob): Promise<api.Prediction> {
  for (let tries = 1; ; ++tries) {
    try {
      return await sendOnce(song, file);
    } catch (error) {
      const problem = error as api.Problem;
      if (file === song.file && problem.status === 415)
        return send(song, await converted(song, problem));
      if (![429, 503].includes(problem.status) || tries === BUSY_TRIES) throw problem;
      await pause(song, problem.retryAfter ?? BUSY_PAUSE);
    }
  }
}

async function sendOnce(song: Song, file: Blob) {
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch(() => {
      throw { status: 0, code: "not_a_file", detail: "" } satisfies api.Problem;
    });
  song.state.value = { kind: "sending", share: 0 };
  return api.predict(file, song.name, (share) => {
    song.state.value = share < 1 ? { kind: "sending", share } : { kind: "predicting" };
  });
}

// The file, decoded by the browser because the server cannot read it. Throws problem if the browser
// cannot either.
async function converted(song: Song, problem: api.Problem) {
  song.state.value = { kind: "converting" };
  try {
    return toWav(await decode(song.file));
  } catch {
    throw problem;
  }
}

async function pause(song: Song, wait: number) {
  for (let left = Math.ceil(wait); left > 0; --left) {
    song.state.value = { kind: "busy", seconds: left };
    await seconds(1);
  }
}
