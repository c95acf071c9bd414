import type { GenreCertainty } from "../api";
import { colorOf } from "../genres";
import { model } from "../songs";
import { percent } from "../words";

export function Bars({ genres }: { genres: GenreCertainty[] }) {
  const labels = model.value?.labels ?? [];
  return (
    <section>
      <h3>Genres</h3>
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
            <span class="value">{percent(certainty)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
