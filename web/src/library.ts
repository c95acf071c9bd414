// The songs as rows of a table: sorted, filtered, and what there is of each.
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Prediction, Problem } from "./api";
import { songs, type Song } from "./songs";
import { isNoneOfThese, isSilent } from "./words";

export interface Row {
  song: Song;
  title: string; // from the tags, or empty
  artist: string;
  prediction?: Prediction;
  problem?: Problem;
  genre: string; // of a playlist; empty if no genre fits, or if it is not known yet
}

export type Column = "title" | "artist" | "genre" | "certainty" | "duration";

export const sorting = signal<{ by: Column; down: boolean } | undefined>(undefined);
export const search = signal("");
export const genreFilter = signal(""); // empty: all
export type Kind = "all" | "sure" | "unsure" | "failed";
export const kindFilter = signal<Kind>("all");

// Changes only with the outcome and the tags, not with each step of the progress: else each step
// would sort and draw all songs again.
function makeRow(song: Song): ReadonlySignal<Row> {
  const outcome = computed(() => {
    const state = song.state.value;
    return state.kind === "done" || state.kind === "failed" ? state : undefined;
  });
  return computed(() => {
    const { title = "", artist = "" } = song.tags.value;
    const row: Row = { song, title, artist, genre: "" };
    const state = outcome.value;
    if (state?.kind === "failed") row.problem = state.problem;
    if (state?.kind === "done") {
      row.prediction = state.prediction;
      const { genre, genres } = state.prediction;
      if (!isSilent(genres) && !isNoneOfThese(state.prediction)) row.genre = genre;
    }
    return row;
  });
}

const made = new WeakMap<Song, ReadonlySignal<Row>>();

function rowOf(song: Song): Row {
  const row = made.get(song) ?? makeRow(song);
  made.set(song, row);
  return row.value;
}

export const rows = computed(() => songs.value.map(rowOf));

export const isSure = ({ prediction, genre }: Row) => !!genre && prediction!.confident !== false;

const KINDS: Record<Kind, (row: Row) => boolean> = {
  all: () => true,
  sure: isSure,
  unsure: (row) => !!row.prediction && !isSure(row),
  failed: ({ problem }) => !!problem,
};

// Undefined values come last, in both directions.
const KEYS: Record<Column, (row: Row) => string | number | undefined> = {
  title: ({ title, song }) => title || song.name,
  artist: ({ artist }) => artist || undefined,
  genre: ({ genre }) => genre || undefined,
  certainty: (row) => (isSure(row) ? row.prediction!.certainty : undefined),
  duration: ({ prediction }) => prediction?.duration,
};

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: string | number, b: string | number) {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : collator.compare(String(a), String(b));
}

// The songs per genre, by name.
export const genres = computed(() => {
  const counts = new Map<string, number>();
  for (const { genre } of rows.value) if (genre) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => collator.compare(a, b));
});

export const shown = computed(() => {
  const words = search.value.toLowerCase();
  const found = rows.value.filter(
    (row) =>
      KINDS[kindFilter.value](row) &&
      (!genreFilter.value || row.genre === genreFilter.value) &&
      `${row.title}\n${row.artist}\n${row.song.path}`.toLowerCase().includes(words),
  );
  if (!sorting.value) return found;
  const { by, down } = sorting.value;
  return found
    .map((row) => [KEYS[by](row), row] as const)
    .sort(([a], [b]) => {
      if (a === undefined || b === undefined)
        return Number(a === undefined) - Number(b === undefined);
      return down ? compare(b, a) : compare(a, b);
    })
    .map(([, row]) => row);
});

export function sortBy(by: Column) {
  const before = sorting.value;
  // Certainties are wanted from the highest one on.
  const first = by === "certainty";
  sorting.value =
    before?.by !== by
      ? { by, down: first }
      : before.down === first
        ? { by, down: !first }
        : undefined;
}
