// Which model answers, and how right it is on music that it never heard.
import { model } from "../songs";
import { honestFigures, percent } from "../words";

export function ModelNote() {
  const { value } = model;
  if (!value) return null;
  const [protocol, figures] = honestFigures(value) ?? [];
  const test = figures?.test;
  return (
    <p class="model">
      Answers come from the model <strong>{value.name}</strong>, which knows {value.labels.length}{" "}
      genres.{" "}
      {test?.track_accuracy === undefined ? (
        "It does not say how often it is right."
      ) : (
        <>
          It names {percent(test.track_accuracy)} of {test.n_tracks ?? "the"} songs rightly that
          were kept from its training (protocol <em>{protocol}</em>)
          {test.clip_accuracy !== undefined && `, ${percent(test.clip_accuracy)} of single windows`}
          .
        </>
      )}
    </p>
  );
}
