import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { reason, record, type Recording } from "../audio/recording";
import { add } from "../songs";
import { clock } from "../words";

const LONGEST = 120; // s

export function Recorder() {
  const recording = useSignal<Recording | undefined>(undefined);
  const elapsed = useSignal(0); // s
  const level = useSignal(0);
  const problem = useSignal("");

  async function start() {
    problem.value = "";
    try {
      recording.value = await record();
    } catch (error) {
      problem.value = reason(error);
    }
  }

  async function stop() {
    const running = recording.value;
    recording.value = undefined;
    if (!running) return;
    try {
      const time = new Date().toTimeString().slice(0, 8);
      add([{ name: `Recording at ${time}.wav`, file: await running.stop() }]);
    } catch (error) {
      problem.value = reason(error);
    }
  }

  useEffect(() => {
    if (!recording.value) return;
    const began = performance.now();
    const timer = setInterval(() => {
      elapsed.value = (performance.now() - began) / 1000;
      level.value = recording.value?.level() ?? 0;
      if (elapsed.value >= LONGEST) void stop();
    }, 100);
    return () => {
      clearInterval(timer);
      elapsed.value = 0;
    };
  }, [recording.value]);

  return (
    <>
      {recording.value ? (
        <button class="recording" onClick={stop}>
          Stop and predict <span class="clock">{clock(elapsed.value)}</span>
        </button>
      ) : (
        <button onClick={start}>Record</button>
      )}
      {recording.value && <meter aria-label="Loudness" max={1} value={level.value} />}
      <span role="status" class="problem">
        {problem.value}
      </span>
    </>
  );
}
