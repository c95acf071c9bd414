import type { Prediction } from "../api";
import { colorOf } from "../genres";
import { model, type Song } from "../songs";
import { percent, sureness } from "../words";
import { Bars } from "./bars";
import { Exports } from "./exports";
import { Features } from "./features";
import { Listen } from "./listen";

function Verdict({ prediction }: { prediction: Prediction }) {
  const { title, help } = sureness(prediction, model.value);
  return (
    <section class="verdict" aria-label="Verdict">
      <p class="genre">
        <span
          class="swatch"
          style={{ background: colorOf(prediction.genre, model.value?.labels ?? []) }}
        />
        {prediction.genre} <span class="certainty">{percent(prediction.certainty)}</span>
      </p>
      <p>
        <strong>{title}.</strong> {help}
      </p>
    </section>
  );
}

export function Result({ song, prediction }: { song: Song; prediction: Prediction }) {
  return (
    <>
      <Verdict prediction={prediction} />
      <Listen file={song.file} prediction={prediction} />
      <div class="columns">
        <div>
          <Bars genres={prediction.genres} />
          <Exports name={song.name} prediction={prediction} />
        </div>
        <Features prediction={prediction} />
      </div>
    </>
  );
}
