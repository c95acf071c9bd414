import { useEffect } from "preact/hooks";
import { loadModel, needsToken, selected, songs } from "../songs";
import { Bring } from "./bring";
import { Library } from "./library";
import { Live, live } from "./live";
import { ModelNote } from "./model_note";
import { SongView } from "./song_view";
import { TokenForm } from "./token_form";

export function App() {
  useEffect(() => void loadModel(), []);
  const some = songs.value.length > 0 || !!live.value;
  return (
    <>
      <header class={some ? "" : "welcome"}>
        <h1>
          <img src="./icon.svg" alt="" width="32" height="32" /> genre
        </h1>
        <p>Drop a song, see its genres.</p>
      </header>
      <main>
        <Bring large={!some} />
        <Live />
        {needsToken.value && <TokenForm />}
        {songs.value.length > 1 && <Library />}
        {selected.value && <SongView key={selected.value.id} song={selected.value} />}
      </main>
      <footer>
        <ModelNote />
        <p>
          Songs are processed in memory and never stored. <a href="./docs">The HTTP API</a> does the
          same for programs.
        </p>
      </footer>
    </>
  );
}
