// A recording from the microphone.
import { decode, toWav } from "./wav";

export interface Recording {
  level(): number; // how loud it is now: the peak, in [0, 1]
  stop(): Promise<Blob>; // WAV
}

// Throws what getUserMedia throws: the microphone is missing, in use or not allowed.
export async function record(): Promise<Recording> {
  // As the room sounds: what makes speech clearer spoils music.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const y = new Float32Array(analyser.fftSize);

  const recorder = new MediaRecorder(stream);
  const chunks: Blob[] = [];
  recorder.ondataavailable = (event) => chunks.push(event.data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  return {
    level() {
      analyser.getFloatTimeDomainData(y);
      return y.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    },
    async stop() {
      recorder.stop();
      await stopped;
      stream.getTracks().forEach((track) => track.stop());
      await context.close();
      return toWav(await decode(new Blob(chunks)));
    },
  };
}
