// What the peaks of a song look like.
import type { Peaks } from "../api";

const QUIETEST = 0.1; // the peak of a song that still fills the height

// The outline of the waveform: x in seconds, y from -1 (top) to 1.
export function outline({ min, max, seconds_per_bin }: Peaks): string {
  const peak = Math.max(QUIETEST, ...max, ...min.map((y) => -y));
  const points = (ys: number[]) =>
    ys.map((y, i) => `${((i + 0.5) * seconds_per_bin).toFixed(3)},${(-y / peak).toFixed(3)}`);
  return `M${points(max).join(" ")} ${points(min).reverse().join(" ")}Z`;
}

// From quiet to loud: matplotlib's magma.
const COLORS = [
  [0, 0, 4],
  [81, 18, 124],
  [183, 55, 121],
  [252, 137, 97],
  [252, 253, 191],
];

function color(share: number, channel: number) {
  const at = share * (COLORS.length - 1);
  const i = Math.min(COLORS.length - 2, Math.floor(at));
  return COLORS[i]![channel]! * (i + 1 - at) + COLORS[i + 1]![channel]! * (at - i);
}

// One pixel for each bin and mel; CSS stretches the canvas.
export function drawSpectrogram(canvas: HTMLCanvasElement, { spectrogram }: Peaks) {
  const { decibels, n_mels, top_db } = spectrogram;
  canvas.width = decibels.length;
  canvas.height = n_mels;
  const image = new ImageData(canvas.width, canvas.height);
  decibels.forEach((bin, x) =>
    bin.forEach((db, mel) => {
      const pixel = 4 * ((n_mels - 1 - mel) * canvas.width + x);
      for (let channel = 0; channel < 3; ++channel) {
        image.data[pixel + channel] = color(db / top_db, channel);
      }
      image.data[pixel + 3] = 255;
    }),
  );
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
