// The 26 features of the song beside what is usual in its genre.
import { useMemo } from "preact/hooks";
import type { Prediction } from "../api";
import ranges from "../feature_ranges.json";

interface Range {
  all: [number, number]; // between which 98 % of all tracks lie
  genres: Record<string, [number, number, number]>; // 10th, 50th and 90th percentile
}

const RANGES = ranges as unknown as Record<string, Range>;

// What each tells, where its name does not.
const MEANINGS: Record<string, string> = {
  chroma_stft: "how much of all twelve notes sounds at once",
  rms: "loudness",
  spectral_centroid: "brightness, Hz",
  spectral_bandwidth: "how far the spectrum spreads, Hz",
  spectral_rolloff: "below it lie 85 % of the energy, Hz",
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
            ? `This song's means (line), and where the middle eight of ten ${genre} tracks of GTZAN lie (band).`
            : `This song's means, between all that GTZAN's tracks have.`}
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
