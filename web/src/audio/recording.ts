// A recording from the microphone.
import { decode, toWav } from "./wav";

export interface Recording {
  level(): number; // current peak, in [0, 1]
  stop(): Promise<Blob>; // WAV
}

// Throws the errors of getUserMedia: the microphone is missing, in use or not allowed.
export function microphone(): Promise<MediaStream> {
  // Speech processing distorts music.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return navigator.mediaDevices.getUserMedia({ audio });
}

// Throws as microphone.
export async function record(): Promise<Recording> {
  const stream = await microphone();
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

const WORDS: Record<string, string> = {
  NotAllowedError:
    "The browser does not allow this page to use the microphone. Allow it and try again.",
  NotFoundError: "No microphone was found. Connect one, or add a file.",
  NotReadableError: "Another program is using the microphone.",
};

// Why there is no sound, for the user.
export function reason(error: unknown) {
  if (!isSecureContext)
    return "Browsers allow recording only on https:// pages and on local addresses.";
  return WORDS[(error as Error).name] ?? "The recording failed. Try again, or add a file.";
}
