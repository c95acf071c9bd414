// Several songs as a table.
import { useEffect, useMemo } from "preact/hooks";
import type { Prediction } from "../api";
import { colorOf } from "../genres";
import { shown, sortBy, sorting, type Column } from "../library";
import { printable } from "../printable";
import { model, remove, selected, type Song, type State } from "../songs";
import { clock, errorWords, isNoneOfThese, isSilent, percent } from "../words";

function progress(state: State) {
  switch (state.kind) {
    case "waiting":
      return "waiting";
    case "sending":
      return `sending, ${percent(state.share)}`;
    case "predicting":
      return state.job?.fraction ? `predicting, ${percent(state.job.fraction)}` : "predicting";
    case "converting":
      return "predicting";
    case "busy":
      return `retrying in ${state.seconds} s`;
    case "failed":
      return errorWords(state.problem).title;
    case "done":
      return "";
  }
}

function Cover({ cover }: { cover: Blob | undefined }) {
  const url = useMemo(() => cover && URL.createObjectURL(cover), [cover]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return <span class="cover">{url && <img src={url} alt="" loading="lazy" />}</span>;
}

// Opens the song below the table, and scrolls there if that is not in view.
function open(song: Song) {
  selected.value = song;
  requestAnimationFrame(() => {
    const heading = document.getElementById("song")!;
    if (heading.getBoundingClientRect().top > innerHeight / 2) heading.scrollIntoView();
  });
}

function Item({ song }: { song: Song }) {
  const state = song.state.value;
  const { title, artist, cover } = song.tags.value;
  const name = printable(song.name);
  const prediction = state.kind === "done" ? state.prediction : undefined;
  return (
    <tr class={state.kind}>
      <td class="song">
        <Cover cover={cover} />
        <button
          aria-current={selected.value === song ? "true" : undefined}
          onClick={() => open(song)}
        >
          <span class="name">{title ? printable(title) : name}</span>
          {title && <span class="file">{name}</span>}
        </button>
      </td>
      <td class="artist">{artist && printable(artist)}</td>
      {prediction ? <GenreCells prediction={prediction} /> : <GenreText text={progress(state)} />}
      <td class="number">{prediction && clock(prediction.duration)}</td>
      <td>
        <button class="remove" aria-label={`Remove ${name}`} onClick={() => remove(song)}>
          ×
        </button>
      </td>
    </tr>
  );
}

// A text in the place of the genre. It has the room of the two cells beside it.
function GenreText({ text }: { text: string }) {
  return (
    <>
      <td class="summary text">{text}</td>
      <td />
      <td />
    </>
  );
}

// A certainty is shown only where it can be relied on.
function GenreCells({ prediction }: { prediction: Prediction }) {
  const { genre, genres, certainty, confident } = prediction;
  const none = isSilent(genres) ? "no genre" : isNoneOfThese(prediction) && "none of these genres";
  if (none) return <GenreText text={none} />;
  return (
    <>
      <td class="summary">
        <span class="swatch" style={{ background: colorOf(genre, model.value?.labels ?? []) }} />{" "}
        {confident === false ? `perhaps ${genre}` : genre}
      </td>
      <td class="number">{confident !== false && percent(certainty)}</td>
      <td>{confident === null ? "" : confident ? "sure" : "not sure"}</td>
    </>
  );
}

const COLUMNS: [Column | undefined, string][] = [
  ["title", "Song"],
  ["artist", "Artist"],
  ["genre", "Genre"],
  ["certainty", "Certainty"],
  [undefined, "Sure"],
  ["duration", "Length"],
];

function Heading({ column, name }: { column: Column | undefined; name: string }) {
  if (!column) return <th scope="col">{name}</th>;
  const { by, down } = sorting.value ?? {};
  const sorted = by !== column ? undefined : down ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={sorted}>
      <button onClick={() => sortBy(column)}>
        {name} <span aria-hidden="true">{sorted ? (down ? "▼" : "▲") : ""}</span>
      </button>
    </th>
  );
}

export function SongTable() {
  return (
    // The heading stays in view while the rows scroll.
    <div class="table">
      <table class="songs">
        <thead>
          <tr>
            {COLUMNS.map(([column, name]) => (
              <Heading key={name} column={column} name={name} />
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {shown.value.map(({ song }) => (
            <Item key={song.id} song={song} />
          ))}
        </tbody>
      </table>
      {!shown.value.length && <p class="none">No song is like that.</p>}
    </div>
  );
}
