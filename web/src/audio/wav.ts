// Converts audio that the browser decoded or recorded to a file that the server can read.

// 16-bit mono WAV: the mean of all channels.
export function toWav(audio: AudioBuffer): Blob {
  const data = new DataView(new ArrayBuffer(44 + 2 * audio.length));
  const ascii = (at: number, text: string) =>
    [...text].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)));
  ascii(0, "RIFF");
  data.setUint32(4, data.byteLength - 8, true);
  ascii(8, "WAVEfmt ");
  data.setUint32(16, 16, true); // size of the fmt chunk
  data.setUint16(20, 1, true); // PCM
  data.setUint16(22, 1, true); // channels
  data.setUint32(24, audio.sampleRate, true);
  data.setUint32(28, 2 * audio.sampleRate, true); // bytes per second
  data.setUint16(32, 2, true); // bytes per frame
  data.setUint16(34, 16, true); // bits per sample
  ascii(36, "data");
  data.setUint32(40, 2 * audio.length, true);
  const channels = Array.from({ length: audio.numberOfChannels }, (_, i) =>
    audio.getChannelData(i),
  );
  for (let i = 0; i < audio.length; ++i) {
    const mean = channels.reduce((sum, y) => sum + y[i]!, 0) / channels.length;
    data.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, mean)) * 32767), true);
  }
  return new Blob([data], { type: "audio/wav" });
}

const SAMPLE_RATE = 22050; // Hz; the server would resample to it anyway

// Throws if the browser cannot decode the file.
export async function decode(file: Blob): Promise<AudioBuffer> {
  const context = new OfflineAudioContext({ length: 1, sampleRate: SAMPLE_RATE });
  return context.decodeAudioData(await file.arrayBuffer());
}
