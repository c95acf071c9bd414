// Audio that is predicted while it arrives: from a microphone or a tab, over a WebSocket
// (docs/live.md).
import { liveSocket, type Prediction, type Problem, type Segment } from "../api";
import { microphone } from "./recording";
import tap from "./tap.js?url";

export type Source = "microphone" | "tab";

type Event =
  | ({ type: "window"; silent: boolean } & Segment)
  | ({ type: "summary"; final: boolean } & Prediction)
  | ({ type: "error" } & Problem);

export interface Listener {
  onWindow(segment: Segment): void;
  onSummary(prediction: Prediction): void;
  onEnd(problem?: Problem): void; // once, at the end
}

const SUMMARY = 3; // windows from one summary to the next

// Throws the errors of getDisplayMedia: nothing is shared, or not allowed.
async function tab(): Promise<MediaStream> {
  // Browsers share sound only with a picture.
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
  if (!stream.getAudioTracks().length) {
    stream.getTracks().forEach((track) => track.stop());
    throw new DOMException("There is no sound in what is shared.", "NotFoundError");
  }
  return stream;
}

// Returns what ends the audio; the last events follow. Throws if there is no audio.
export async function listen(source: Source, listener: Listener): Promise<() => void> {
  const stream = await (source === "tab" ? tab() : microphone());
  const context = new AudioContext();
  const stopAudio = () => {
    stream.getTracks().forEach((track) => track.stop());
    if (context.state !== "closed") void context.close();
  };
  try {
    await context.audioWorklet.addModule(tap);
  } catch (error) {
    stopAudio();
    throw error;
  }
  const node = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
  const socket = liveSocket({ rate: context.sampleRate, summary: SUMMARY });
  let problem: Problem | undefined;
  let opened = false;

  const end = () => {
    stopAudio();
    if (socket.readyState === WebSocket.OPEN) socket.send("end");
    else socket.close();
  };
  node.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  socket.onopen = () => {
    opened = true;
    context.createMediaStreamSource(stream).connect(node);
  };
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data) as Event;
    if (event.type === "window") listener.onWindow(event);
    if (event.type === "summary") listener.onSummary(event);
    if (event.type === "error") problem = event;
  };
  socket.onclose = () => {
    stopAudio();
    if (!opened) problem ??= { status: 0, code: "no_live", detail: "" };
    listener.onEnd(problem);
  };
  stream.getTracks().forEach((track) => (track.onended = end)); // the user ended it elsewhere
  return end;
}
