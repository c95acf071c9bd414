// Exports of one song, and of several.
import type { Prediction } from "./api";
import type { Row } from "./library";
import { errorWords } from "./words";

type Cell = string | number | boolean | null;

const quoted = (cell: Cell) => {
  const text = String(cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

// RFC 4180.
const csv = (rows: Cell[][]) => rows.map((row) => row.map(quoted).join(",") + "\r\n").join("");

// One row per window: start, end, genre, certainty, and the certainty of each genre.
export function toCsv({ genres, segments }: Prediction): string {
  const labels = genres.map(({ genre }) => genre).sort();
  const rows: Cell[][] = [["start", "end", "genre", "certainty", ...labels]];
  for (const segment of segments) {
    const of = new Map(segment.genres.map(({ genre, certainty }) => [genre, certainty]));
    rows.push([
      segment.start,
      segment.end,
      segment.genre,
      segment.certainty,
      ...labels.map((label) => of.get(label) ?? 0),
    ]);
  }
  return csv(rows);
}

export const toJson = (prediction: Prediction) => JSON.stringify(prediction, null, 2) + "\n";

const SONG_COLUMNS = [
  "file",
  "title",
  "artist",
  "duration",
  "genre",
  "certainty",
  "confident",
  "error",
];

// One row per song.
export const songsToCsv = (rows: Row[]) =>
  csv([
    SONG_COLUMNS,
    ...rows.map(({ song, title, artist, prediction, problem }) => [
      song.path,
      title,
      artist,
      prediction?.duration ?? "",
      prediction?.genre ?? "",
      prediction?.certainty ?? "",
      prediction?.confident ?? "",
      problem ? errorWords(problem).title : "",
    ]),
  ]);

// The server's responses, with what the page knows of each file.
export const songsToJson = (rows: Row[]) =>
  JSON.stringify(
    rows.map(({ song, title, artist, prediction, problem }) => ({
      file: song.path,
      title,
      artist,
      ...(prediction ?? problem),
    })),
    null,
    2,
  ) + "\n";

const oneLine = (text: string) => text.replace(/[\r\n]+/g, " ");

// An M3U playlist in UTF-8, for the folder that holds what was added.
export function toM3u(rows: Row[]) {
  const lines = ["#EXTM3U"];
  for (const { song, title, artist, prediction } of rows) {
    const name = oneLine([artist, title || song.name].filter(Boolean).join(" - "));
    const path = oneLine(song.path);
    lines.push(`#EXTINF:${Math.round(prediction?.duration ?? -1)},${name}`);
    lines.push(path.startsWith("#") ? `./${path}` : path); // else it would be a comment
  }
  return lines.join("\n") + "\n";
}
