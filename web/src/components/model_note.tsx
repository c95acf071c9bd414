// The model in use, and its accuracy on unseen music.
import { model } from "../songs";
import { honestFigures, percent } from "../words";

export function ModelNote() {
  const { value } = model;
  if (!value) return null;
  const [protocol, figures] = honestFigures(value) ?? [];
  const test = figures?.test;
  return (
    <p class="model">
      Predictions come from the model <strong>{value.name}</strong>, which knows{" "}
      {value.labels.length} genres.{" "}
      {test?.track_accuracy === undefined ? (
        "Its accuracy is unknown."
      ) : (
        <>
          It is right for {percent(test.track_accuracy)} of {test.n_tracks ?? "the"} songs outside
          its training data
          {test.clip_accuracy !== undefined &&
            `, and for ${percent(test.clip_accuracy)} of single windows`}{" "}
          (protocol <em>{protocol}</em>).
        </>
      )}
    </p>
  );
}
