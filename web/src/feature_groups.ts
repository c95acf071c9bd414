// What the 26 features mean to a person.

export interface Feature {
  name: string; // librosa's
  title: string;
  meaning: string;
}

export interface Group {
  title: string;
  features: Feature[];
}

function mfcc(i: number): Feature {
  const meanings: Record<number, string> = {
    1: "How loud the song is, over all frequencies together.",
    2: "How much stronger low frequencies are than high ones: dark or bright.",
    3: "How much the lowest and the highest frequencies stand out from the middle.",
  };
  const wave = `The part of the spectrum's shape that goes up and down ${(i - 1) / 2} times from the lowest to the highest frequency.`;
  return { name: `mfcc${i}`, title: `Shape ${i}`, meaning: meanings[i] ?? wave };
}

export const GROUPS: Group[] = [
  {
    title: "Loudness",
    features: [{ name: "rms", title: "Level", meaning: "The root mean square of the samples." }],
  },
  {
    title: "Brightness",
    features: [
      {
        name: "spectral_centroid",
        title: "Centre",
        meaning: "The mean frequency of the sound, in Hz. Cymbals and distortion raise it.",
      },
      {
        name: "spectral_bandwidth",
        title: "Width",
        meaning: "How far the sound spreads around its mean frequency, in Hz.",
      },
      {
        name: "spectral_rolloff",
        title: "Upper end",
        meaning: "85 % of the sound is below this frequency, in Hz.",
      },
      {
        name: "zero_crossing_rate",
        title: "Noisiness",
        meaning: "How often the waveform crosses zero. Noise does it often, a bass seldom.",
      },
    ],
  },
  {
    title: "Harmony",
    features: [
      {
        name: "chroma_stft",
        title: "Filled pitches",
        meaning:
          "How evenly the twelve pitch classes (C, C♯, D …) sound. One clear note lowers it, noise raises it.",
      },
    ],
  },
  {
    title: "Timbre",
    features: Array.from({ length: 20 }, (_, i) => mfcc(i + 1)),
  },
];
