// The ways that a song comes in: dropped, chosen, pasted or recorded.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { addFiles, takeFiles } from "../files";
import { Recorder } from "./recorder";

export function Bring({ large }: { large: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const dragging = useSignal(false);
  useEffect(() => takeFiles((on) => (dragging.value = on)), []);
  return (
    <section
      class={`bring ${large ? "large" : ""} ${dragging.value ? "dragging" : ""}`}
      aria-label="Bring a song"
    >
      <p class="hint">{dragging.value ? "Let go." : "Drop songs anywhere on this page, or"}</p>
      <div class="ways">
        <button class="primary" onClick={() => input.current!.click()}>
          Choose files
        </button>
        <Recorder />
      </div>
      <input
        ref={input}
        type="file"
        accept="audio/*,.aif,.aiff,.au,.caf,.flac,.ogg,.opus,.mp3,.wav,.w64,.rf64"
        multiple
        hidden
        onChange={(event) => {
          addFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
      {large && (
        <p class="formats">
          WAV, AIFF, FLAC, Ogg, Opus, MP3 and what your browser plays. Paste works too.
        </p>
      )}
    </section>
  );
}
