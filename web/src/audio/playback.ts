// Playback of a file by an audio element.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const volume = signal(1); // in [0, 1]; kept from song to song

// autoplay: from the start. Browsers allow it after a click.
export function usePlayback(file: Blob, autoplay: boolean) {
  const audio = useRef<HTMLAudioElement>(null);
  const time = useSignal(0); // s
  const playing = useSignal(false);
  const playable = useSignal(true);

  useEffect(() => {
    const source = URL.createObjectURL(file);
    audio.current!.src = source;
    audio.current!.volume = volume.value;
    if (autoplay) audio.current!.play().catch(() => {});
    return () => URL.revokeObjectURL(source);
  }, [file]);

  // Per frame, because the element's timeupdate event is too rare for a smooth line.
  useEffect(() => {
    if (!playing.value) return;
    let frame = requestAnimationFrame(function tick() {
      time.value = audio.current!.currentTime;
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing.value]);

  return {
    time,
    playing,
    playable,
    volume,
    toggle: () => void (playing.value ? audio.current!.pause() : audio.current!.play()),
    seek(to: number) {
      time.value = to;
      if (playable.value) audio.current!.currentTime = to;
    },
    setVolume(to: number) {
      volume.value = to;
      audio.current!.volume = to;
    },
    element: {
      ref: audio,
      onPlay: () => (playing.value = true),
      onPause: () => (playing.value = false),
      onTimeUpdate: () => (time.value = audio.current!.currentTime),
      onError: () => (playable.value = false),
    },
  };
}
