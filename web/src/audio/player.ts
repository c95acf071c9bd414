// Waveform and mel spectrogram of a file, with playback. It is a separate module so that a page
// without a song does not load it.
import WaveSurfer from "wavesurfer.js";
import Regions from "wavesurfer.js/dist/plugins/regions.esm.js";
import Spectrogram from "wavesurfer.js/dist/plugins/spectrogram.esm.js";

export interface Picture {
  duration: number; // s
  highlight(start: number, end: number): void; // s; an empty range removes the highlight
  destroy(): void;
}

export interface Look {
  wave: string; // colours
  played: string;
  highlight: string;
}

const SAMPLE_RATE = 22050; // Hz; the model's sample rate
const WAVE_HEIGHT = 72; // px; the hash in the server's Content-Security-Policy depends on it

// Rejects if the browser cannot play or decode the file.
export async function draw(
  file: Blob,
  audio: HTMLAudioElement,
  container: HTMLElement,
  look: Look,
): Promise<Picture> {
  const regions = Regions.create();
  const spectrogram = Spectrogram.create({
    height: 112,
    scale: "mel",
    fftSamples: 1024,
    frequencyMax: SAMPLE_RATE / 2,
    autoGain: true,
    labels: true,
  });
  const waves = WaveSurfer.create({
    container,
    media: audio,
    height: WAVE_HEIGHT,
    sampleRate: SAMPLE_RATE,
    waveColor: look.wave,
    progressColor: look.played,
    cursorColor: look.played,
    cursorWidth: 2,
    plugins: [regions, spectrogram],
  });
  const failed = new Promise<never>((_, reject) => waves.once("error", reject));
  const drawn = new Promise<void>((resolve) => spectrogram.once("ready", resolve));
  try {
    await Promise.race([Promise.all([waves.loadBlob(file), drawn]), failed]);
  } catch (error) {
    waves.destroy();
    throw error;
  }
  return {
    duration: waves.getDuration(),
    highlight(start, end) {
      regions.clearRegions();
      if (end > start) {
        regions.addRegion({ start, end, color: look.highlight, drag: false, resize: false });
      }
    },
    destroy: () => waves.destroy(),
  };
}
