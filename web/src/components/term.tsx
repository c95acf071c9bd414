// A word with an explanation that appears when it is pointed at or focused.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

export function Term({ word, meaning }: { word: string; meaning: string }) {
  const id = useId();
  const shown = useSignal(false);
  return (
    <span
      class="term"
      onPointerEnter={() => (shown.value = true)}
      onPointerLeave={() => (shown.value = false)}
    >
      <button
        aria-describedby={id}
        onFocus={() => (shown.value = true)}
        onBlur={() => (shown.value = false)}
        onKeyDown={(event) => event.key === "Escape" && (shown.value = false)}
      >
        {word}
      </button>
      <span id={id} role="tooltip" hidden={!shown.value}>
        {meaning}
      </span>
    </span>
  );
}
