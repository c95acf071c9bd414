import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { curlLine, type Prediction } from "../api";
import { toCsv, toJson } from "../export";
import { download } from "../files";

export function Exports({ name, prediction }: { name: string; prediction: Prediction }) {
  const line = useRef<HTMLInputElement>(null);
  const copied = useSignal("");
  const stem = name.replace(/\.[^.]*$/, "") || name;

  async function copy() {
    line.current!.select();
    try {
      await navigator.clipboard.writeText(line.current!.value);
      copied.value = "Copied.";
    } catch {
      copied.value = "Selected. Copy it with the keyboard."; // only secure pages may use the clipboard
    }
  }

  return (
    <section class="exports">
      <h3>Export</h3>
      <div class="ways">
        <button onClick={() => download(`${stem}.json`, "application/json", toJson(prediction))}>
          JSON
        </button>
        <button onClick={() => download(`${stem}.csv`, "text/csv", toCsv(prediction))}>CSV</button>
        <label class="curl">
          <span>The same on a command line</span>
          <input
            ref={line}
            readOnly
            value={curlLine(name, !!prediction.tags)}
            onFocus={(e) => e.currentTarget.select()}
          />
        </label>
        <button onClick={copy}>Copy</button>
        <span role="status">{copied.value}</span>
      </div>
    </section>
  );
}
