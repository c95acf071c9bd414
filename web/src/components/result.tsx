import type { Prediction } from "../api";
import { colorOf } from "../genres";
import { model, type Song } from "../songs";
import { alsoHeard, isNoneOfThese, isSilent, percent, sureness, warningWords } from "../words";
import { Bars } from "./bars";
import { Exports } from "./exports";
import { Features } from "./features";
import { Listen } from "./listen";

// A certainty is shown only where it can be relied on.
function Headline({ prediction }: { prediction: Prediction }) {
  if (isSilent(prediction.genres)) return <p class="genre">no genre</p>;
  if (isNoneOfThese(prediction)) return <p class="genre">none of these genres</p>;
  const genre = (
    <span class="named">
      <span
        class="swatch"
        style={{ background: colorOf(prediction.genre, model.value?.labels ?? []) }}
      />
      {prediction.genre}
    </span>
  );
  return prediction.confident === false ? (
    <p class="genre">
      <span class="certainty">Not sure: perhaps</span> {genre}
    </p>
  ) : (
    <p class="genre">
      {genre} <span class="certainty">{percent(prediction.certainty)}</span>
    </p>
  );
}

function Verdict({ prediction }: { prediction: Prediction }) {
  const { title, help } = sureness(prediction, model.value);
  const heard = alsoHeard(prediction);
  return (
    <section class="verdict" aria-label="Verdict">
      <Headline prediction={prediction} />
      <p>
        <strong>{title}.</strong> {help}
      </p>
      {heard.length > 0 && <p>Also heard: {heard.join(", ")}.</p>}
    </section>
  );
}

function Warnings({ prediction: { warnings } }: { prediction: Prediction }) {
  if (!warnings.length) return null;
  return (
    <ul class="warnings" aria-label="Warnings">
      {warnings.map((warning) => (
        <li key={`${warning.code} ${warning.from}`}>{warningWords(warning)}</li>
      ))}
    </ul>
  );
}

interface Props {
  song: Song;
  prediction: Prediction;
  sent: Blob; // the song's file, as the server reads it
}

export function Result({ song, prediction, sent }: Props) {
  return (
    <>
      <Verdict prediction={prediction} />
      <Warnings prediction={prediction} />
      <Listen song={song} sent={sent} prediction={prediction} />
      <div class="columns">
        <div>
          <Bars prediction={prediction} />
          <Exports name={song.name} prediction={prediction} />
        </div>
        <Features prediction={prediction} />
      </div>
    </>
  );
}
