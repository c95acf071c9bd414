// Exports of a prediction.
import type { Prediction } from "./api";

const quoted = (cell: string | number) =>
  /[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);

// One row per window: start, end, genre, certainty, and the certainty of each genre. RFC 4180.
export function toCsv({ genres, segments }: Prediction): string {
  const labels = genres.map(({ genre }) => genre).sort();
  const rows: (string | number)[][] = [["start", "end", "genre", "certainty", ...labels]];
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
  return rows.map((row) => row.map(quoted).join(",") + "\r\n").join("");
}

export const toJson = (prediction: Prediction) => JSON.stringify(prediction, null, 2) + "\n";
