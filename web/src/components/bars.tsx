import type { Prediction } from "../api";
import { colorOf } from "../genres";
import { model } from "../songs";
import { percent } from "../words";

// Without figures if the model is not sure: they would look surer than it is.
export function Bars({ prediction: { genres, confident } }: { prediction: Prediction }) {
  const labels = model.value?.labels ?? [];
  return (
    <section>
      <h3>{confident === false ? "Most like" : "Genres"}</h3>
      <ol class="bars">
        {genres.map(({ genre, certainty }) => (
          <li key={genre}>
            <span class="name">{genre}</span>
            <span class="track" aria-hidden="true">
              <span
                class="bar"
                style={{ width: `${certainty * 100}%`, background: colorOf(genre, labels) }}
              />
            </span>
            <span class="value">{confident === false ? "" : percent(certainty)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
