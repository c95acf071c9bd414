// The 26 features of the song beside the usual range in its genre.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Prediction } from "../api";
import { GROUPS, type Feature, type Group } from "../feature_groups";
import ranges from "../feature_ranges.json";
import { Term } from "./term";

interface Range {
  all: [number, number]; // contains 98 % of all tracks
  genres: Record<string, [number, number, number]>; // 10th, 50th and 90th percentile
}

const RANGES = ranges as unknown as Record<string, Range>;

type Means = Record<string, number>;

function means({ segments }: Prediction): Means {
  const mean = (name: string) =>
    segments.reduce((sum, { features }) => sum + (features[name] ?? NaN), 0) / segments.length;
  return Object.fromEntries(Object.keys(RANGES).map((name) => [name, mean(name)]));
}

// Nothing for a genre without ranges.
function compare(name: string, value: number, genre: string) {
  const usual = RANGES[name]!.genres[genre];
  if (!usual) return "";
  const [low, , high] = usual;
  return value < low ? "low" : value > high ? "high" : "usual";
}

const shown = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

interface RowProps {
  feature: Feature;
  value: number;
  genre: string;
}

function Row({ feature: { name, title, meaning }, value, genre }: RowProps) {
  const { all, genres } = RANGES[name]!;
  const usual = genres[genre];
  const low = Math.min(all[0], value);
  const high = Math.max(all[1], value);
  const at = (x: number) => `${(100 * (x - low)) / (high - low)}%`;
  return (
    <tr>
      <th scope="row">
        <Term word={title} meaning={meaning} /> <code>{name}</code>
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
      <td class="word">{compare(name, value, genre)}</td>
    </tr>
  );
}

const MANY = 6; // features; a larger group is folded

function Rows({ group, values, genre }: { group: Group; values: Means; genre: string }) {
  const { title, features } = group;
  const many = features.length > MANY;
  const open = useSignal(!many);
  const word = ({ name }: Feature) => compare(name, values[name]!, genre);
  const usual = features.filter((feature) => word(feature) === "usual").length;
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={4}>
          {title}
          {many && (
            <>
              <span class="summary">
                {" "}
                {features.length} numbers for the shape of the spectrum (MFCC)
                {word(features[0]!) && `, ${usual} usual`}
              </span>{" "}
              <button aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
                {open.value ? "Hide" : `Show all ${features.length}`}
              </button>
            </>
          )}
        </th>
      </tr>
      {open.value &&
        features.map((feature) => (
          <Row key={feature.name} feature={feature} value={values[feature.name]!} genre={genre} />
        ))}
    </tbody>
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
        {GROUPS.map((group) => (
          <Rows key={group.title} group={group} values={values} genre={genre} />
        ))}
      </table>
    </section>
  );
}
