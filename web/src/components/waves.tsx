// Waveform and mel spectrogram, which the server computes.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import * as api from "../api";
import { drawSpectrogram, outline } from "../audio/picture";
import { patiently } from "../patience";
import { errorWords } from "../words";

function Wave({ peaks, duration }: { peaks: api.Peaks; duration: number }) {
  const path = useMemo(() => outline(peaks), [peaks]);
  return (
    <svg viewBox={`0 -1 ${duration} 2`} preserveAspectRatio="none">
      <path d={path} />
    </svg>
  );
}

function Spectrogram({ peaks, duration }: { peaks: api.Peaks; duration: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => drawSpectrogram(canvas.current!, peaks), [peaks]);
  const drawn = peaks.min.length * peaks.seconds_per_bin; // s; the last bin may be longer
  return <canvas ref={canvas} style={{ width: `${(100 * drawn) / duration}%` }} />;
}

// The peaks of the file, or why there are none.
export function usePeaks(file: Blob) {
  const peaks = useSignal<api.Peaks | undefined>(undefined);
  const problem = useSignal<api.Problem | undefined>(undefined);
  useEffect(() => {
    const left = new AbortController();
    patiently(() => api.peaks(file, left.signal)).then(
      (got) => (peaks.value = got),
      (error) => (problem.value = error),
    );
    return () => left.abort();
  }, [file]);
  return { peaks: peaks.value, problem: problem.value };
}

interface Props extends ReturnType<typeof usePeaks> {
  duration: number; // s
}

export function Waves({ peaks, problem, duration }: Props) {
  return (
    <div
      class="waves"
      role="img"
      aria-label="Waveform and mel spectrogram"
      aria-busy={!peaks && !problem}
    >
      <div class="wave">{peaks && <Wave peaks={peaks} duration={duration} />}</div>
      <div class="spectrogram">{peaks && <Spectrogram peaks={peaks} duration={duration} />}</div>
    </div>
  );
}

// Over the space of the pictures, so that nothing moves when they are drawn.
export function WavesStatus({ peaks, problem }: ReturnType<typeof usePeaks>) {
  if (peaks) return null;
  return (
    <p class="drawing" role="status">
      {problem ? `There is no waveform. ${errorWords(problem).title}.` : "Drawing the waveform …"}
    </p>
  );
}
