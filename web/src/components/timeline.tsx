// The certainties of each window as stacked bands over time. It is also a slider for the position.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Prediction, Segment } from "../api";
import { colorOf } from "../genres";
import { model } from "../songs";
import { clock, isSilent, percent } from "../words";

interface Props {
  prediction: Prediction;
  duration: number; // s
  time: number; // s
  onSeek(time: number): void;
  onPoint(segment?: Segment): void;
}

// A window lasts until the next one begins.
const endOf = (segments: Segment[], i: number) =>
  Math.min(segments[i]!.end, segments[i + 1]?.start ?? Infinity);

// The outline of each genre's band: x in seconds, y in certainty. The most likely genre is at the
// bottom.
function bands({ genres, segments }: Prediction): { genre: string; path: string }[] {
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

function describe({ start, end, genres }: Segment) {
  if (isSilent(genres)) return `${clock(start)} to ${clock(end)}: silent`;
  const likeliest = genres
    .slice(0, 3)
    .map(({ genre, certainty }) => `${genre} ${percent(certainty)}`);
  return `${clock(start)} to ${clock(end)}: ${likeliest.join(", ")}`;
}

export function Timeline({ prediction, duration, time, onSeek, onPoint }: Props) {
  const { segments } = prediction;
  const paths = useMemo(() => bands(prediction), [prediction]);
  const labels = model.value?.labels ?? [];
  const pointed = useSignal<number | undefined>(undefined); // s
  const indexAt = (t: number) =>
    Math.max(
      0,
      segments.findLastIndex(({ start }) => start <= t),
    );
  const shown = segments[indexAt(pointed.value ?? time)]!;

  function timeOf(event: PointerEvent | MouseEvent) {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration;
  }
  function point(at?: number) {
    const before = pointed.value === undefined ? undefined : indexAt(pointed.value);
    pointed.value = at;
    if (at === undefined) onPoint();
    else if (indexAt(at) !== before) onPoint(segments[indexAt(at)]);
  }
  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, number> = {
      ArrowLeft: indexAt(time) - 1,
      ArrowDown: indexAt(time) - 1,
      ArrowRight: indexAt(time) + 1,
      ArrowUp: indexAt(time) + 1,
      Home: 0,
      End: segments.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onSeek(segments[Math.max(0, Math.min(segments.length - 1, to))]!.start);
  }

  return (
    <div class="timeline">
      <div
        class="bands"
        role="slider"
        tabIndex={0}
        aria-label="Genres over time"
        aria-valuemin={0}
        aria-valuemax={duration}
        aria-valuenow={time}
        aria-valuetext={describe(segments[indexAt(time)]!)}
        onClick={(event) => onSeek(timeOf(event))}
        onPointerMove={(event) => point(timeOf(event))}
        onPointerLeave={() => point()}
        onKeyDown={onKeyDown}
      >
        <svg viewBox={`0 0 ${duration} 1`} preserveAspectRatio="none" aria-hidden="true">
          {paths.map(({ genre, path }) => (
            <path key={genre} data-genre={genre} d={path} fill={colorOf(genre, labels)} />
          ))}
        </svg>
        <span class="playhead" style={{ left: `${(100 * time) / duration}%` }} />
      </div>
      <p class="window">{describe(shown)}</p>
    </div>
  );
}
