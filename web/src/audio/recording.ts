// A recording from the microphone.
import { decode, toWav } from "./wav";

export interface Recording {
  level(): number; // current peak, in [0, 1]
  stop(): Promise<Blob>; // WAV
}

// Throws the errors of getUserMedia: the microphone is missing, in use or not allowed.
export async function record(): Promise<Recording> {
  // Speech processing distorts music.
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
