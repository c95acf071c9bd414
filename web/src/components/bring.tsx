// The ways to add a song: drop, choose, paste or record.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { addFiles, takeFiles } from "../files";
import { Recorder } from "./recorder";

// The extensions are those of docs/formats.md, because not all have a type in every browser.
const ACCEPT =
  "audio/*,video/*,.wav,.rf64,.w64,.aif,.aiff,.au,.caf,.flac,.ogg,.oga,.opus,.mp3,.m4a,.aac,.wma," +
  ".webm,.mka,.wv,.tta,.ac3,.eac3,.spx,.mpc,.ape,.dsf,.dff,.amr,.awb,.mp4,.m4v,.mkv,.mov,.3gp,.wmv,.ogv";

export function Bring({ large }: { large: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const dragging = useSignal(false);
  useEffect(() => takeFiles((on) => (dragging.value = on)), []);
  return (
    <section
      class={`bring ${large ? "large" : ""} ${dragging.value ? "dragging" : ""}`}
      aria-label="Add songs"
    >
      <p class="hint">
        {dragging.value ? "Drop to add the songs." : "Drop songs anywhere on this page, or"}
      </p>
      <div class="ways">
        <button class="primary" onClick={() => input.current!.click()}>
          Choose files
        </button>
        <Recorder />
      </div>
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        multiple
        hidden
        onChange={(event) => {
          addFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = ""; // the same file may be chosen again
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
