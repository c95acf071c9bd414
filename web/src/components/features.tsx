// The 26 features of the song beside the usual range in its genre.
import { useMemo } from "preact/hooks";
import type { Prediction } from "../api";
import ranges from "../feature_ranges.json";

interface Range {
  all: [number, number]; // contains 98 % of all tracks
  genres: Record<string, [number, number, number]>; // 10th, 50th and 90th percentile
}

const RANGES = ranges as unknown as Record<string, Range>;

// The meaning of features whose name does not explain it.
const MEANINGS: Record<string, string> = {
  chroma_stft: "mean energy of the twelve pitch classes",
  rms: "loudness",
  spectral_centroid: "brightness, Hz",
  spectral_bandwidth: "width of the spectrum, Hz",
  spectral_rolloff: "85 % of the energy is below it, Hz",
  zero_crossing_rate: "noisiness",
  mfcc1: "overall level",
  mfcc2: "slope of the spectrum",
};

function means({ segments }: Prediction): [string, number][] {
  return Object.keys(RANGES).map((name) => {
    const values = segments.map(({ features }) => features[name] ?? NaN);
    return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
  });
}

function compare(value: number, [low, , high]: [number, number, number]) {
  return value < low ? "low" : value > high ? "high" : "usual";
}

const shown = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

function Row({ name, value, genre }: { name: string; value: number; genre: string }) {
  const { all, genres } = RANGES[name]!;
  const usual = genres[genre];
  const low = Math.min(all[0], value);
  const high = Math.max(all[1], value);
  const at = (x: number) => `${(100 * (x - low)) / (high - low)}%`;
  return (
    <tr>
      <th scope="row" title={MEANINGS[name]}>
        {name}
      </th>
      <td class="number">{shown.format(value)}</td>
      <td class="range" aria-hidden="true">
        {usual && (
          <span
            class="usual"
            style={{ left: at(usual[0]), right: `calc(100% - ${at(usual[2])})` }}
          />
        )}
        <span class="mark" style={{ left: at(value) }} />
      </td>
      <td class="word">{usual ? compare(value, usual) : ""}</td>
    </tr>
  );
}

export function Features({ prediction }: { prediction: Prediction }) {
  const values = useMemo(() => means(prediction), [prediction]);
  const { genre } = prediction;
  const known = genre in RANGES["rms"]!.genres;
  return (
    <section class="features">
      <h3>Features</h3>
      <table>
        <caption>
          {known
            ? `Means over this song (line), and the range of the middle eight in ten ${genre} tracks of GTZAN (band).`
            : `Means over this song, on the range of all GTZAN tracks.`}
        </caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Value</th>
            <th scope="col">Range</th>
            <th scope="col">For {genre}</th>
          </tr>
        </thead>
        <tbody>
          {values.map(([name, value]) => (
            <Row key={name} name={name} value={value} genre={genre} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
