// A short piece of music, made here, for someone without a file: four chords over a beat.
import { toWav } from "./wav";

const SAMPLE_RATE = 22050; // Hz; the model's
const BEAT = 60 / 120; // s
const BARS = 8;
const CHORDS = [
  [57, 60, 64, 67], // Am7, F, C, G, as MIDI notes
  [53, 57, 60, 64],
  [48, 55, 60, 64],
  [55, 59, 62, 67],
];

const hz = (note: number) => 440 * 2 ** ((note - 69) / 12);

export async function example(): Promise<Blob> {
  const context = new OfflineAudioContext(1, BARS * 4 * BEAT * SAMPLE_RATE, SAMPLE_RATE);
  const noise = context.createBuffer(1, SAMPLE_RATE, SAMPLE_RATE);
  const samples = noise.getChannelData(0);
  for (let i = 0, seed = 1; i < samples.length; ++i) {
    seed = (seed * 16807) % 2147483647; // the same noise each time
    samples[i] = (2 * seed) / 2147483647 - 1;
  }

  // A sound that fades out: source, through a filter.
  function sound(
    source: AudioScheduledSourceNode,
    start: number,
    length: number,
    level: number,
    type: BiquadFilterType,
    cutoff: number,
  ) {
    const filter = new BiquadFilterNode(context, { type, frequency: cutoff });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(level, start);
    gain.gain.exponentialRampToValueAtTime(level / 100, start + length);
    source.connect(filter).connect(gain).connect(context.destination);
    source.start(start);
    source.stop(start + length);
  }
  const tone = (note: number) =>
    new OscillatorNode(context, { type: "sawtooth", frequency: hz(note) });
  const hiss = () => new AudioBufferSourceNode(context, { buffer: noise });

  for (let beat = 0; beat < BARS * 4; ++beat) {
    const chord = CHORDS[(beat >> 2) % CHORDS.length]!;
    const start = beat * BEAT;
    const kick = new OscillatorNode(context, { frequency: 130 });
    kick.frequency.exponentialRampToValueAtTime(45, start + 0.12);
    sound(kick, start, 0.25, 0.5, "lowpass", 1000);
    if (beat % 2) sound(hiss(), start, 0.18, 0.18, "highpass", 1500);
    for (const half of [0, 1]) {
      sound(hiss(), start + (half * BEAT) / 2, 0.05, half ? 0.12 : 0.05, "highpass", 7000);
      sound(
        tone(chord[0]! - 24 + 12 * half),
        start + (half * BEAT) / 2,
        0.24,
        0.25,
        "lowpass",
        500,
      );
    }
    for (const note of chord) sound(tone(note), start + BEAT / 2, 0.3, 0.06, "lowpass", 2500);
  }
  return toWav(await context.startRendering());
}
