// The certainties of each window as stacked bands over time. It is also a slider for the position.
import { useMemo } from "preact/hooks";
import type { GenreCertainty, Prediction, Segment } from "../api";
import { colorOf } from "../genres";
import { model } from "../songs";
import { clock, isSilent, percent } from "../words";

interface Props {
  prediction: Prediction;
  time: number; // s
  onSeek(time: number): void;
  onPoint(time?: number): void;
}

const indexAt = ({ segments }: Prediction, time: number) =>
  Math.max(
    0,
    segments.findLastIndex(({ start }) => start <= time),
  );

export const segmentAt = (prediction: Prediction, time: number) =>
  prediction.segments[indexAt(prediction, time)]!;

// A window lasts until the next one begins.
const endOf = (segments: Segment[], i: number) =>
  Math.min(segments[i]!.end, segments[i + 1]?.start ?? Infinity);

// The outline of each genre's band: x in seconds, y in certainty. The first genre is at the bottom.
function bands(genres: GenreCertainty[], segments: Segment[]): { genre: string; path: string }[] {
  const stacked = segments.map((segment) => {
    const of = new Map(segment.genres.map(({ genre, certainty }) => [genre, certainty]));
    let y = 1;
    return [y, ...genres.map(({ genre }) => (y -= of.get(genre) ?? 0))];
  });
  return genres.map(({ genre }, k) => {
    const top = segments.map(
      (s, i) => `${s.start},${stacked[i]![k + 1]} ${endOf(segments, i)},${stacked[i]![k + 1]}`,
    );
    const bottom = segments.map(
      (s, i) => `${endOf(segments, i)},${stacked[i]![k]} ${s.start},${stacked[i]![k]}`,
    );
    return { genre, path: `M${top.join(" ")} ${bottom.reverse().join(" ")}Z` };
  });
}

interface BandsProps {
  genres: GenreCertainty[]; // in the order of their bands
  segments: Segment[];
  from: number; // s
  to: number;
}

export function Bands({ genres, segments, from, to }: BandsProps) {
  const paths = useMemo(() => bands(genres, segments), [genres, segments]);
  const labels = model.value?.labels ?? [];
  return (
    <svg viewBox={`${from} 0 ${to - from} 1`} preserveAspectRatio="none" aria-hidden="true">
      {paths.map(({ genre, path }) => (
        <path key={genre} data-genre={genre} d={path} fill={colorOf(genre, labels)} />
      ))}
    </svg>
  );
}

// Certainties that cannot be relied on are left out.
export function describe({ confident }: Prediction, { start, end, genres }: Segment) {
  if (isSilent(genres)) return `${clock(start)} to ${clock(end)}: silent`;
  const likeliest = genres
    .slice(0, 3)
    .map(({ genre, certainty }) =>
      confident === false ? genre : `${genre} ${percent(certainty)}`,
    );
  return `${clock(start)} to ${clock(end)}: ${likeliest.join(", ")}`;
}

export function Timeline({ prediction, time, onSeek, onPoint }: Props) {
  const { segments, duration } = prediction;

  function timeOf(event: PointerEvent | MouseEvent) {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration;
  }
  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, number> = {
      ArrowLeft: indexAt(prediction, time) - 1,
      ArrowDown: indexAt(prediction, time) - 1,
      ArrowRight: indexAt(prediction, time) + 1,
      ArrowUp: indexAt(prediction, time) + 1,
      Home: 0,
      End: segments.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onSeek(segments[Math.max(0, Math.min(segments.length - 1, to))]!.start);
  }

  return (
    <div
      class="bands"
      role="slider"
      tabIndex={0}
      aria-label="Genres over time"
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={time}
      aria-valuetext={describe(prediction, segmentAt(prediction, time))}
      onClick={(event) => onSeek(timeOf(event))}
      onPointerMove={(event) => onPoint(timeOf(event))}
      onPointerLeave={() => onPoint()}
      onKeyDown={onKeyDown}
    >
      <Bands genres={prediction.genres} segments={segments} from={0} to={duration} />
    </div>
  );
}
