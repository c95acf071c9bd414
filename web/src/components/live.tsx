// Listens to the microphone or a tab, and shows the genres as they come.
import { signal } from "@preact/signals";
import type { Prediction, Problem, Segment } from "../api";
import { listen, type Source } from "../audio/live";
import { reason } from "../audio/recording";
import { model } from "../songs";
import { clock, errorWords, isSilent, sureness, verdict } from "../words";
import { Bars } from "./bars";
import { Bands } from "./timeline";

const VISIBLE = 120; // s of the bands

interface Live {
  segments: Segment[]; // the visible ones
  summary?: Prediction; // of all windows so far
  problem?: Problem;
  stop?: () => void; // as long as it runs
}

export const live = signal<Live | undefined>(undefined);
const note = signal(""); // why there is no sound
const asking = signal(false); // the user, for the microphone or a tab

const update = (change: Partial<Live>) => {
  if (live.value) live.value = { ...live.value, ...change };
};

function addWindow(segment: Segment) {
  const kept = live.value?.segments.filter(({ start }) => start >= segment.end - VISIBLE) ?? [];
  update({ segments: [...kept, segment] });
}

async function start(source: Source) {
  note.value = "";
  asking.value = true;
  try {
    const stop = await listen(source, {
      onWindow: addWindow,
      onSummary: (summary) => update({ summary }),
      onEnd(problem) {
        const { stop: _, ...rest } = live.value ?? { segments: [] };
        live.value = problem ? { ...rest, problem } : rest;
      },
    });
    live.value = { segments: [], stop };
  } catch (error) {
    note.value = reason(error);
  }
  asking.value = false;
}

export function ListenButtons() {
  const busy = asking.value || !!live.value?.stop;
  const canShare = !!navigator.mediaDevices && "getDisplayMedia" in navigator.mediaDevices;
  return (
    <>
      <button disabled={busy} onClick={() => start("microphone")}>
        Listen
      </button>
      {canShare && (
        <button disabled={busy} onClick={() => start("tab")}>
          Listen to a tab
        </button>
      )}
      <span role="status" class="problem">
        {note.value}
      </span>
    </>
  );
}

// The genre so far, in a sentence.
function headline({ segments, summary, stop }: Live) {
  if (summary) return verdict(summary);
  return segments.length || stop ? "Listening …" : "Nothing was heard";
}

function Failure({ problem }: { problem: Problem }) {
  const { title, help } = errorWords(problem);
  return (
    <p role="alert" class="problem">
      <strong>{title}.</strong> {help} {problem.detail}
    </p>
  );
}

export function Live() {
  if (!live.value) return null;
  const { segments, summary, problem, stop } = live.value;
  const last = segments.at(-1);
  const end = last?.end ?? 0;
  const order = (model.value?.labels ?? []).map((genre) => ({ genre, certainty: 0 }));
  const sure = summary && sureness(summary, model.value);
  return (
    <section class="live" aria-labelledby="live">
      <h2 id="live">Live</h2>
      <p class="genre" role="status">
        {headline(live.value)}
      </p>
      {sure && (
        <p>
          <strong>{sure.title}.</strong> {sure.help}
        </p>
      )}
      {problem && <Failure problem={problem} />}
      <div class="bands">
        {segments.length > 0 && (
          <Bands
            genres={order}
            segments={segments}
            from={Math.max(0, end - VISIBLE)}
            to={Math.max(end, VISIBLE)}
          />
        )}
      </div>
      <div class="controls">
        {stop ? (
          <button class="recording" onClick={stop}>
            Stop <span class="clock">{clock(end)}</span>
          </button>
        ) : (
          <button onClick={() => (live.value = undefined)}>Close</button>
        )}
        <span class="window">
          {last && (isSilent(last.genres) ? "Silence" : `Now most like ${last.genre}`)}
        </span>
      </div>
      {summary && <Bars prediction={summary} />}
    </section>
  );
}
