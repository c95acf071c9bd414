import { printable } from "../printable";
import { remove, selected, songs, type Song, type State } from "../songs";
import { errorWords, isSilent, percent } from "../words";

function summary(state: State) {
  switch (state.kind) {
    case "waiting":
      return "waiting";
    case "sending":
      return `sending, ${percent(state.share)}`;
    case "predicting":
    case "converting":
      return "predicting";
    case "busy":
      return `retrying in ${state.seconds} s`;
    case "failed":
      return errorWords(state.problem).title;
    case "done":
      return isSilent(state.prediction.genres)
        ? "no genre"
        : `${state.prediction.genre}, ${percent(state.prediction.certainty)}`;
  }
}

function Item({ song }: { song: Song }) {
  return (
    <li class={song.state.value.kind}>
      <button
        aria-current={selected.value === song ? "true" : undefined}
        onClick={() => (selected.value = song)}
      >
        <span class="name">{printable(song.name)}</span>{" "}
        <span class="summary">{summary(song.state.value)}</span>
      </button>
      <button
        class="remove"
        aria-label={`Remove ${printable(song.name)}`}
        onClick={() => remove(song)}
      >
        ×
      </button>
    </li>
  );
}

export function SongList() {
  return (
    <nav aria-label="Songs">
      <ol class="songs">
        {songs.value.map((song) => (
          <Item key={song.id} song={song} />
        ))}
      </ol>
    </nav>
  );
}
