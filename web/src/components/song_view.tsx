// One song: its progress, its error or its result.
import type { Job } from "../api";
import { printable } from "../printable";
import { retry, type Song } from "../songs";
import { errorWords, percent, verdict } from "../words";
import { Result } from "./result";

function Progress({ song }: { song: Song }) {
  const state = song.state.value;
  switch (state.kind) {
    case "sending":
      return (
        <label class="progress">
          Sending <progress value={state.share} /> {percent(state.share)}
        </label>
      );
    case "busy":
      return <p>The server is busy. Retrying in {state.seconds} s.</p>;
    case "converting":
      return <p>The server cannot read this format. The browser is converting it …</p>;
    case "predicting":
      return state.job ? <JobProgress job={state.job} /> : <p>Predicting …</p>;
    default:
      return <p>Waiting …</p>;
  }
}

// The bar moves only if the length of the audio is known.
function JobProgress({ job: { state, fraction, windows } }: { job: Job }) {
  if (state === "queued") return <p>Waiting for the server …</p>;
  return (
    <p class="progress">
      Predicting <progress aria-label="Audio that is predicted" value={fraction || undefined} />{" "}
      {fraction ? percent(fraction) : `${windows} windows`}
    </p>
  );
}

function Failure({ song }: { song: Song }) {
  const state = song.state.value;
  if (state.kind !== "failed") return null;
  const { title, help } = errorWords(state.problem);
  return (
    <div class="failure" role="alert">
      <h3>{title}</h3>
      <p>{help}</p>
      {state.problem.detail && <p class="detail">{state.problem.detail}</p>}
      <button onClick={() => retry(song)}>Try again</button>
    </div>
  );
}

// Announced by screen readers when the prediction is done.
function outcome(song: Song) {
  const state = song.state.value;
  if (state.kind !== "done") return "";
  return `${printable(song.name)}: ${verdict(state.prediction)}`;
}

export function SongView({ song }: { song: Song }) {
  const state = song.state.value;
  const { title, artist } = song.tags.value;
  return (
    <article aria-labelledby="song">
      <h2 id="song">
        {title && <strong>{printable([artist, title].filter(Boolean).join(" – "))}</strong>}{" "}
        {printable(song.name)}
      </h2>
      <p class="visually-hidden" role="status">
        {outcome(song)}
      </p>
      {state.kind === "failed" ? (
        <Failure song={song} />
      ) : state.kind === "done" ? (
        <Result song={song} prediction={state.prediction} sent={state.sent} />
      ) : (
        <Progress song={song} />
      )}
    </article>
  );
}
