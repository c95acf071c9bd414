// The axes of the pictures: time below them, frequency on the spectrogram.
import { mel } from "../audio/mel";
import { clock } from "../words";

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]; // s
const APART = 80; // px between two labels, at least

// width: px of the whole duration.
export function TimeAxis({ duration, width }: { duration: number; width: number }) {
  const pixels = (seconds: number) => (seconds / duration) * width;
  const step = STEPS.find((seconds) => pixels(seconds) >= APART) ?? duration;
  const times = [];
  // The last label would be cut off at the end.
  for (let time = 0; pixels(duration - time) >= APART / 3; time += step) times.push(time);
  return (
    <div class="times" aria-hidden="true">
      {width > 0 &&
        times.map((time) => (
          <span key={time} style={{ left: `${(100 * time) / duration}%` }}>
            {clock(time)}
          </span>
        ))}
    </div>
  );
}

const LABELS: [number, string][] = [
  [500, "500 Hz"],
  [1000, "1 kHz"],
  [2000, "2 kHz"],
  [4000, "4 kHz"],
  [8000, "8 kHz"],
];

// fmax: Hz, at the top.
export function FrequencyAxis({ fmax }: { fmax: number }) {
  return (
    <div class="frequencies" aria-hidden="true">
      {LABELS.filter(([hz]) => hz < fmax).map(([hz, label]) => (
        <span key={hz} style={{ bottom: `${(100 * mel(hz)) / mel(fmax)}%` }}>
          {label}
        </span>
      ))}
    </div>
  );
}
