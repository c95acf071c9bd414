// The songs of this page, and the state of each.
import { signal, type Signal } from "@preact/signals";
import * as api from "./api";
import { decode, toWav } from "./audio/wav";
import { predict } from "./jobs";
import { patiently } from "./patience";
import { readTags, type Tags } from "./tags/tags";

export type State =
  | { kind: "waiting" }
  | { kind: "sending"; share: number } // in [0, 1]
  | { kind: "predicting"; job?: api.Job } // job: of a long file, once its progress is known
  | { kind: "converting" }
  | { kind: "busy"; seconds: number } // until the next try
  | { kind: "done"; prediction: api.Prediction; sent: Blob } // sent: the file, as the server reads it
  | { kind: "failed"; problem: api.Problem };

export interface Song {
  id: number;
  name: string;
  path: string; // from the folder that was added; the name if it was a file
  file: Blob;
  plays: boolean; // as soon as it is predicted
  stop: AbortController; // aborts when the song is removed
  state: Signal<State>;
  tags: Signal<Tags>;
}

export interface Addition {
  name: string;
  path?: string;
  file: Blob;
  plays?: boolean;
}

export const songs = signal<Song[]>([]);
export const selected = signal<Song | undefined>(undefined);
export const model = signal<api.Model | undefined>(undefined);
export const needsToken = signal(false);

const AT_ONCE = 3; // requests; the server has other clients too

let nextId = 1;
const waiting: Song[] = [];
let running = 0;
let tagReader = Promise.resolve();

export function add(files: Addition[]) {
  const added = files.map(({ name, path = name, file, plays = false }): Song => {
    const state = signal<State>({ kind: "waiting" });
    const stop = new AbortController();
    return { id: nextId++, name, path, file, plays, stop, state, tags: signal({}) };
  });
  if (!added.length) return;
  songs.value = [...songs.value, ...added];
  selected.value = added[0];
  added.forEach(enqueue);
  for (const song of added) {
    tagReader = tagReader.then(async () => {
      if (songs.value.includes(song)) song.tags.value = await readTags(song.file);
    });
  }
}

function enqueue(song: Song) {
  song.state.value = { kind: "waiting" };
  waiting.push(song);
  runWaiting();
}

function runWaiting() {
  while (running < AT_ONCE && waiting.length) {
    ++running;
    void run(waiting.shift()!).finally(() => {
      --running;
      runWaiting();
    });
  }
}

export const retry = enqueue;

export function remove(song: Song) {
  const index = songs.value.indexOf(song);
  songs.value = songs.value.filter((other) => other !== song);
  song.stop.abort();
  if (selected.value === song)
    selected.value = songs.value[Math.min(index, songs.value.length - 1)];
}

export function removeAll() {
  for (const { stop } of songs.value) stop.abort();
  songs.value = [];
  selected.value = undefined;
}

let loading: Promise<void> | undefined;

// Once for all songs that need it at the same time.
export function loadModel() {
  loading ??= fetchModel().finally(() => (loading = undefined));
  return loading;
}

async function fetchModel() {
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
  if (song.stop.signal.aborted) return;
  try {
    if (!model.value) await loadModel(); // it tells whether there are tags to ask for
    const { prediction, sent } = await send(song, song.file);
    if (model.value?.name !== prediction.model) await loadModel();
    song.state.value = { kind: "done", prediction, sent };
  } catch (error) {
    if (song.stop.signal.aborted) return;
    const problem = error as api.Problem;
    needsToken.value ||= problem.code === "unauthorized";
    song.state.value = { kind: "failed", problem };
  }
}

async function send(song: Song, file: Blob): Promise<{ prediction: api.Prediction; sent: Blob }> {
  try {
    const prediction = await patiently(
      () => sendOnce(song, file),
      (seconds) => (song.state.value = { kind: "busy", seconds }),
    );
    return { prediction, sent: file };
  } catch (error) {
    const problem = error as api.Problem;
    if (file !== song.file || problem.status !== 415) throw problem;
    return send(song, await converted(song, problem));
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
  return predict(file, song.name, {
    tags: !!model.value?.tags,
    signal: song.stop.signal,
    onSent: (share) => {
      song.state.value = share < 1 ? { kind: "sending", share } : { kind: "predicting" };
    },
    onProgress: (job) => (song.state.value = { kind: "predicting", job }),
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
