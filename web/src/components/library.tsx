// Several songs: how far they are, filters, the table, and exports of what it shows.
import { songsToCsv, songsToJson, toM3u } from "../export";
import { download } from "../files";
import { genreFilter, genres, kindFilter, rows, search, shown, type Kind } from "../library";
import { removeAll } from "../songs";
import { SongTable } from "./song_table";

function Progress() {
  const all = rows.value.length;
  const failed = rows.value.filter(({ problem }) => problem).length;
  const finished = rows.value.filter(({ prediction }) => prediction).length + failed;
  return (
    <p class="progress">
      {finished} of {all} songs{failed > 0 && `, ${failed} failed`}{" "}
      <progress
        aria-label="Songs that are finished"
        max={all}
        value={finished}
        style={{ visibility: finished < all ? "visible" : "hidden" }}
      />
    </p>
  );
}

function Filters() {
  return (
    <div class="filters">
      <label>
        Search{" "}
        <input
          type="search"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
      </label>
      <label>
        Genre{" "}
        <select
          value={genreFilter.value}
          onChange={(event) => (genreFilter.value = event.currentTarget.value)}
        >
          <option value="">all</option>
          {genres.value.map(([genre, count]) => (
            <option key={genre} value={genre}>
              {genre} ({count})
            </option>
          ))}
        </select>
      </label>
      <label>
        Show{" "}
        <select
          value={kindFilter.value}
          onChange={(event) => (kindFilter.value = event.currentTarget.value as Kind)}
        >
          <option value="all">all</option>
          <option value="sure">sure</option>
          <option value="unsure">not sure</option>
          <option value="failed">failed</option>
        </select>
      </label>
    </div>
  );
}

const playlist = (genre: string) =>
  download(
    `${genre}.m3u8`,
    "audio/x-mpegurl",
    toM3u(shown.value.filter((row) => row.genre === genre)),
  );

function Downloads() {
  const shownGenres = new Set(shown.value.map(({ genre }) => genre).filter(Boolean));
  return (
    <div class="ways" role="group" aria-label="Download the songs shown">
      <button
        onClick={() => download("songs.csv", "text/csv", songsToCsv(shown.value))}
        title="The songs shown, one row each"
      >
        CSV
      </button>
      <button
        onClick={() => download("songs.json", "application/json", songsToJson(shown.value))}
        title="The songs shown, with the server's responses"
      >
        JSON
      </button>
      <button
        disabled={!shownGenres.size}
        onClick={() => shownGenres.forEach(playlist)}
        title="A playlist of each genre shown. Save it beside the folder."
      >
        M3U playlists
      </button>
      <button onClick={removeAll}>Remove all</button>
    </div>
  );
}

export function Library() {
  return (
    <section class="library" aria-label="Songs">
      <div class="tools">
        <Progress />
        <Filters />
        <Downloads />
      </div>
      <SongTable />
    </section>
  );
}
