// Playback with waveform and spectrogram, and below them the genres over time.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Prediction, Segment } from "../api";
import type { Picture } from "../audio/player";
import { clock } from "../words";
import { Timeline } from "./timeline";

// s; the browser would hold a whole decoded file in memory, so longer files are played but not drawn.
const LONGEST_DRAWN = 20 * 60;

const TOO_LONG =
  "Songs longer than 20 minutes have no waveform. The timeline covers the whole song.";
const NO_PICTURE =
  "Your browser cannot play this format, so there is no waveform. The timeline covers the whole song.";

function look(element: HTMLElement) {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name);
  return { wave: color("--wave"), played: color("--accent"), highlight: color("--highlight") };
}

export function Listen({ file, prediction }: { file: Blob; prediction: Prediction }) {
  const container = useRef<HTMLDivElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  const picture = useRef<Picture>();
  const time = useSignal(0); // s
  const duration = useSignal(prediction.duration);
  const playing = useSignal(false);
  const playable = useSignal(true);
  const drawing = useSignal(true);
  const note = useSignal("");

  useEffect(() => {
    const long = prediction.duration > LONGEST_DRAWN;
    const source = long ? URL.createObjectURL(file) : undefined;
    let left = false;
    async function show() {
      const { draw } = await import("../audio/player");
      if (left) return;
      const drawn = await draw(file, audio.current!, container.current!, look(container.current!));
      if (left) return drawn.destroy();
      picture.current = drawn;
      duration.value = drawn.duration;
      drawing.value = false;
    }
    if (source) {
      audio.current!.src = source;
      drawing.value = false;
      note.value = TOO_LONG;
    } else {
      show().catch(() => {
        if (left) return;
        playable.value = false;
        drawing.value = false;
        note.value = NO_PICTURE;
      });
    }
    return () => {
      left = true;
      picture.current?.destroy();
      if (source) URL.revokeObjectURL(source);
    };
  }, [file]);

  // Per frame, because the element's timeupdate event is too rare for a smooth line.
  useEffect(() => {
    if (!playing.value) return;
    let frame = requestAnimationFrame(function tick() {
      time.value = audio.current!.currentTime;
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing.value]);

  const toggle = () => void (playing.value ? audio.current!.pause() : audio.current!.play());
  function seek(to: number) {
    time.value = to;
    if (playable.value) audio.current!.currentTime = to;
  }
  const point = (at?: Segment) => picture.current?.highlight(at?.start ?? 0, at?.end ?? 0);

  return (
    <section class="listen" aria-label="Listen">
      <div
        ref={container}
        class="waves"
        role="img"
        aria-label="Waveform and mel spectrogram"
        aria-busy={drawing.value}
      />
      <audio
        ref={audio}
        onPlay={() => (playing.value = true)}
        onPause={() => (playing.value = false)}
        onTimeUpdate={(event) => (time.value = event.currentTarget.currentTime)}
        onError={() => (playable.value = false)}
      />
      <Timeline
        prediction={prediction}
        duration={duration.value}
        time={time.value}
        onSeek={seek}
        onPoint={point}
      />
      <div class="controls">
        {playable.value && (
          <button class="play" onClick={toggle}>
            {playing.value ? "Pause" : "Play"}
          </button>
        )}
        <span class="clock">
          {clock(time.value)} / {clock(duration.value)}
        </span>
        <span class="note">{note.value}</span>
      </div>
    </section>
  );
}
