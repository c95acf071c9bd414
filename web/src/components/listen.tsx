// Playback with waveform and spectrogram, and below them the genres over time.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Prediction, Segment } from "../api";
import { usePlayback } from "../audio/playback";
import type { Song } from "../songs";
import { clock } from "../words";
import { FrequencyAxis, TimeAxis } from "./axes";
import { describe, segmentAt, Timeline } from "./timeline";
import { usePeaks, Waves, WavesStatus } from "./waves";

const MAX_ZOOM = 32;

interface Props {
  song: Song;
  sent: Blob; // its file, as the server reads it
  prediction: Prediction;
}

export function Listen({ song, sent, prediction }: Props) {
  const { duration } = prediction;
  const playback = usePlayback(song.file, song.plays);
  const time = playback.time.value;
  const { peaks, problem } = usePeaks(sent);
  const pointed = useSignal<number | undefined>(undefined); // s
  const zoom = useSignal(1);
  const width = useSignal(0); // px, of what is visible
  const view = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => (width.value = view.current!.clientWidth));
    observer.observe(view.current!);
    return () => observer.disconnect();
  }, []);

  const place = (seconds: number) => (seconds / duration) * zoom.value * width.value; // px
  const isVisible = (seconds: number) => {
    const at = place(seconds) - view.current!.scrollLeft;
    return at >= 0 && at <= width.value;
  };
  const centre = () => (view.current!.scrollLeft = place(time) - width.value / 2);
  useLayoutEffect(() => void centre(), [zoom.value]);
  // Follows the playhead, unless the user has scrolled away from it.
  const before = useRef(0); // s
  useEffect(() => {
    if (isVisible(before.current) && !isVisible(time)) centre();
    before.current = time;
  }, [time]);

  const share = (seconds: number) => `${(100 * seconds) / duration}%`;
  const highlight = pointed.value === undefined ? undefined : segmentAt(prediction, pointed.value);
  const zoomBy = (factor: number) =>
    (zoom.value = Math.max(1, Math.min(MAX_ZOOM, zoom.value * factor)));

  return (
    <section class="listen" aria-label="Listen">
      <div class="pictures">
        <div ref={view} class="view">
          <div class="strip" style={{ width: `${100 * zoom.value}%` }}>
            <Waves peaks={peaks} problem={problem} duration={duration} />
            <TimeAxis duration={duration} width={zoom.value * width.value} />
            <Timeline
              prediction={prediction}
              time={time}
              onSeek={playback.seek}
              onPoint={(at) => (pointed.value = at)}
            />
            {highlight && <Highlight segment={highlight} share={share} />}
            <span class="playhead" style={{ left: share(time) }} />
          </div>
        </div>
        {peaks && <FrequencyAxis fmax={peaks.spectrogram.fmax} />}
        <WavesStatus peaks={peaks} problem={problem} />
      </div>
      <audio {...playback.element} />
      <p class="window">{describe(prediction, segmentAt(prediction, pointed.value ?? time))}</p>
      <div class="controls">
        <button
          class="play"
          style={{ visibility: playback.playable.value ? "visible" : "hidden" }}
          onClick={playback.toggle}
        >
          {playback.playing.value ? "Pause" : "Play"}
        </button>
        <span class="clock">
          {clock(time)} / {clock(duration)}
        </span>
        {playback.playable.value ? (
          <label class="volume">
            Volume{" "}
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={playback.volume.value}
              onInput={(event) => playback.setVolume(event.currentTarget.valueAsNumber)}
            />
          </label>
        ) : (
          <span class="note">Your browser cannot play this format.</span>
        )}
        <span class="zoom" role="group" aria-label="Zoom">
          <button aria-label="Zoom out" disabled={zoom.value === 1} onClick={() => zoomBy(1 / 2)}>
            −
          </button>
          <span>{zoom.value} ×</span>
          <button aria-label="Zoom in" disabled={zoom.value === MAX_ZOOM} onClick={() => zoomBy(2)}>
            +
          </button>
        </span>
      </div>
    </section>
  );
}

function Highlight({ segment, share }: { segment: Segment; share: (s: number) => string }) {
  return (
    <span
      class="highlight"
      style={{ left: share(segment.start), width: share(segment.end - segment.start) }}
    />
  );
}
