// What the page says of numbers and errors.
import type { Figures, Model, Prediction, Problem } from "./api";

// No certainty is whole, and none is nothing, unless the model says so.
export function percent(share: number) {
  if (share > 0 && share < 0.005) return "< 1 %";
  if (share < 1 && share > 0.995) return "> 99 %";
  return `${Math.round(share * 100)} %`;
}

export function clock(seconds: number) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((n) => String(n).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${parts.join(":")}` : parts.join(":").replace(/^0/, "");
}

export interface Words {
  title: string;
  help: string;
}

const garbled: Words = {
  title: "The request did not arrive as it was sent",
  help: "Something between this page and the server may have changed it. Reload and try again.",
};

// What each error means to somebody with a song, and what to do.
const ERRORS: Record<string, Words> = {
  unreachable: {
    title: "The server does not answer",
    help: "It may have been stopped, or the network is down. Start it again and try once more.",
  },
  not_audio: {
    title: "This is no audio file that can be read",
    help: "WAV, AIFF, AU, CAF, FLAC, Ogg, Opus and MP3 are, and whatever your browser can play.",
  },
  unsupported_audio: {
    title: "This kind of audio is not supported",
    help: "Save it as WAV, FLAC, Ogg, Opus or MP3 and try that.",
  },
  unsupported_media_type: {
    title: "This is no audio file",
    help: "Choose a song: WAV, AIFF, AU, CAF, FLAC, Ogg, Opus or MP3.",
  },
  truncated: {
    title: "The file is cut off",
    help: "It ends before its header says that it does. Copy or download it again.",
  },
  unreadable_file: {
    title: "The file cannot be read",
    help: "It looks like audio, but is damaged. Copy or download it again.",
  },
  empty_file: { title: "The file is empty", help: "Choose one with a song in it." },
  no_samples: {
    title: "There is no sound in this file",
    help: "It has a header and nothing else.",
  },
  non_finite_samples: {
    title: "The file's samples are no numbers",
    help: "It was written wrongly. Save it anew, as 16-bit WAV for one.",
  },
  too_short: {
    title: "That is too short",
    help: "A tenth of a second is the least; three seconds and more say something.",
  },
  too_long: {
    title: "That is too long",
    help: "The server has a limit for a file's length. Cut it in two.",
  },
  body_too_large: {
    title: "The file is too large",
    help: "The server has a limit. MP3, Ogg or Opus take a tenth of what WAV takes.",
  },
  request_timeout: {
    title: "The upload took too long",
    help: "The connection is slow. Try again, or a smaller file.",
  },
  cancelled: {
    title: "The prediction took too long",
    help: "The server gives each file so much time. Try a shorter one.",
  },
  unauthorized: {
    title: "This server asks for a token",
    help: "Whoever runs it can give you one. It is kept until you close this tab.",
  },
  rate_limited: {
    title: "That were many songs at once",
    help: "The server takes so many a second.",
  },
  queue_full: { title: "The server is busy", help: "Others are being served first." },
  too_many_bytes: { title: "The server is busy", help: "Others are being served first." },
  too_many_connections: { title: "The server is busy", help: "Others are being served first." },
  stopping: { title: "The server is being stopped", help: "Try again once it is back." },
  not_ready: { title: "The server is starting", help: "Try again in a moment." },
  internal_error: {
    title: "Something went wrong in the server",
    help: "That is its fault, not the song's. Whoever runs it finds the reason in its log.",
  },
  bad_parameter: garbled,
  malformed_multipart: garbled,
  malformed_request: garbled,
  missing_file: garbled,
  unsupported_transfer_encoding: garbled,
  not_a_file: {
    title: "The browser cannot read this",
    help: "It is a folder, or a file that has been moved since. Choose the songs themselves.",
  },
};

export function errorWords(problem: Problem): Words {
  return (
    ERRORS[problem.code] ?? {
      title: "That did not work",
      help: "The server says what went wrong; try again, or tell whoever runs it.",
    }
  );
}

// The figures on music that the model never saw, under the most honest protocol that it names.
export function honestFigures(model: Model): [string, Figures] | undefined {
  return Object.entries(model.figures ?? {})
    .filter(([, figures]) => figures.test?.track_accuracy !== undefined)
    .sort(([, a], [, b]) => a.test!.track_accuracy! - b.test!.track_accuracy!)[0];
}

// How sure the model is, and what that is worth.
export function sureness(prediction: Prediction, model: Model | undefined): Words {
  const figures = model && honestFigures(model)?.[1];
  const right = figures?.confident?.track_accuracy;
  if (prediction.confident) {
    return {
      title: "The model is sure",
      help: right
        ? `Where it was this sure of songs that it had never heard, it was right ${percent(right)} of the time.`
        : "Answers like this one are right at least nine times in ten.",
    };
  }
  const off = figures?.test?.track_calibration_error;
  const meaning = `Of songs with this certainty, about ${percent(prediction.certainty)} are ${prediction.genre}`;
  const checked =
    off === undefined ? "." : ` (on songs it never heard, that was off by ${percent(off)}).`;
  if (prediction.confident === null) {
    return { title: "A certainty, no more", help: "This model does not say when it is sure." };
  }
  return { title: "The model is not sure", help: `Take it as a guess. ${meaning}${checked}` };
}
