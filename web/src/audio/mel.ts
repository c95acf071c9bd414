// librosa.hz_to_mel (Slaney's): linear below 1000 Hz, logarithmic above.
const MELS_PER_HZ = 3 / 200;
const LOG_STEP = Math.log(6.4) / 27;

export const mel = (hz: number) =>
  hz < 1000 ? hz * MELS_PER_HZ : 1000 * MELS_PER_HZ + Math.log(hz / 1000) / LOG_STEP;
