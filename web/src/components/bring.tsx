// The ways to add songs: drop, choose files or a folder, paste, record or listen.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { addFiles, addFolder, note, takeFiles } from "../files";
import { ACCEPT } from "../formats";
import { add } from "../songs";
import { ListenButtons } from "./live";
import { Recorder } from "./recorder";

async function playExample() {
  const { example } = await import("../audio/example");
  add([{ name: "Example.wav", file: await example(), plays: true }]);
}

export function Bring({ large }: { large: boolean }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const dragging = useSignal(false);
  useEffect(() => takeFiles((on) => (dragging.value = on)), []);
  return (
    <section
      class={`bring ${large ? "large" : ""} ${dragging.value ? "dragging" : ""}`}
      aria-label="Add songs"
    >
      <p class="hint">
        {dragging.value
          ? "Drop to add the songs."
          : "Drop songs or folders anywhere on this page, or"}
      </p>
      <div class="ways">
        <button class="primary" onClick={() => files.current!.click()}>
          Choose files
        </button>
        <button onClick={() => folder.current!.click()}>Choose a folder</button>
        <Recorder />
        <ListenButtons />
        {large && <button onClick={playExample}>Play an example</button>}
        <span role="status" class="problem">
          {note.value}
        </span>
      </div>
      <input
        ref={files}
        type="file"
        accept={ACCEPT}
        multiple
        hidden
        onChange={(event) => {
          addFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
      <input
        ref={folder}
        type="file"
        {
          ...{ webkitdirectory: true } /* Preact's types do not know it */
        }
        hidden
        onChange={(event) => {
          addFolder(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
      {large && (
        <p class="formats">
          WAV, AIFF, FLAC, Ogg, Opus, MP3, M4A, AAC, WMA, WebM, Matroska, videos and more. You can
          also paste files.
        </p>
      )}
    </section>
  );
}
