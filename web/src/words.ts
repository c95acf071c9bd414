// The page's texts for numbers, errors and confidence.
import type { Figures, GenreCertainty, Model, Prediction, Problem, Warning } from "./api";

// Only a certainty of exactly 0 or 1 is shown as 0 % or 100 %.
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

// docs/formats.md.
export const CORE_FORMATS = "WAV, AIFF, AU, CAF, W64, FLAC, Ogg, Opus and MP3";
export const MORE_FORMATS =
  "M4A, AAC, WMA, WebM, Matroska, WavPack, TTA, AC-3, Speex, Musepack, APE, DSD, AMR and the sound of videos";

const busy: Words = {
  title: "The server is busy",
  help: "It is processing other requests. Try again in a moment.",
};

const garbled: Words = {
  title: "The server did not understand the request",
  help: "A proxy between this page and the server may have changed it. Reload the page and try again.",
};

// For each error code: what it means for the user, and what to do.
const ERRORS: Record<string, Words> = {
  unreachable: {
    title: "The server does not respond",
    help: "It may be stopped, or the network may be down. Start the server and try again.",
  },
  not_audio: {
    title: "This is not a readable audio file",
    help: `The server reads ${CORE_FORMATS}. With genre-ffmpeg it also reads ${MORE_FORMATS}.`,
  },
  unsupported_audio: {
    title: "This kind of audio is not supported",
    help: "Convert it to WAV, FLAC, Ogg, Opus or MP3 and try again.",
  },
  unsupported_media_type: {
    title: "This is not an audio file",
    help: `Choose a song. The server reads ${CORE_FORMATS}.`,
  },
  truncated: {
    title: "The file is cut off",
    help: "It is shorter than its header says. Copy or download it again.",
  },
  unreadable_file: {
    title: "The file cannot be read",
    help: "It is audio, but it is damaged. Copy or download it again.",
  },
  empty_file: { title: "The file is empty", help: "Choose another file." },
  no_samples: {
    title: "There is no sound in this file",
    help: "It has a header, but no audio data.",
  },
  non_finite_samples: {
    title: "The file has invalid samples",
    help: "Some samples are not finite numbers. Export the file again, for example as 16-bit WAV.",
  },
  too_short: {
    title: "The song is too short",
    help: "It needs at least 0.1 seconds. With 3 seconds or more the prediction is meaningful.",
  },
  too_long: {
    title: "The song is too long",
    help: "The server limits the duration of a file. Split the file.",
  },
  body_too_large: {
    title: "The file is too large",
    help: "The server limits the size of a file. MP3, Ogg and Opus need about a tenth of the size of WAV.",
  },
  request_timeout: {
    title: "The upload took too long",
    help: "The connection is slow. Try again, or use a smaller file.",
  },
  cancelled: {
    title: "The prediction took too long",
    help: "The server limits the time per file. Try a shorter file.",
  },
  unauthorized: {
    title: "This server requires a token",
    help: "Ask its administrator for a token. The page keeps it until you close this tab.",
  },
  rate_limited: {
    title: "Too many requests",
    help: "The server limits the rate of requests. Wait a moment and try again.",
  },
  queue_full: busy,
  too_many_bytes: busy,
  too_many_connections: busy,
  too_many_jobs: busy,
  stopping: { title: "The server is shutting down", help: "Try again when it is running again." },
  not_ready: { title: "The server is starting", help: "Try again in a moment." },
  internal_error: {
    title: "The server has an internal error",
    help: "Your file is not the cause. The server log has the details.",
  },
  bad_parameter: garbled,
  unsupported_content_encoding: garbled,
  malformed_multipart: garbled,
  malformed_request: garbled,
  missing_file: garbled,
  headers_too_large: garbled,
  not_found: garbled,
  unsupported_transfer_encoding: garbled,
  target_too_long: garbled,
  expectation_failed: garbled,
  unsupported_http_version: garbled,
  no_live: {
    title: "The server does not listen",
    help: "It is not reachable, requires a token, or has no room for another live prediction.",
  },
  too_many_streams: {
    title: "The server is busy",
    help: "It listens to others. Try again in a moment.",
  },
  needs_whole_file: {
    title: "This model cannot listen",
    help: "It needs the whole song. Record it, and the page sends the recording.",
  },
  not_a_file: {
    title: "The browser cannot read this",
    help: "It is a folder, or the file has been moved. Choose audio files.",
  },
};

export function errorWords(problem: Problem): Words {
  return (
    ERRORS[problem.code] ?? {
      title: "The request failed",
      help: "The server's message is below. Try again, or contact its administrator.",
    }
  );
}

// For each warning code: the words before and after the times.
const WARNINGS: Record<string, [before: string, after: string]> = {
  truncated: ["The file ends too early", "is missing. Copy or download it again."],
  damaged: ["The file is damaged", "could not be decoded."],
  silence: ["Silence", "does not count."],
  opposite_channels: [
    "The channels cancel each other",
    "is predicted from the strongest channel only.",
  ],
};

const tenths = (seconds: number) => `${clock(seconds)}.${Math.floor((seconds % 1) * 10)}`;

export function warningWords({ code, message, from, to }: Warning): string {
  const words = WARNINGS[code];
  if (!words) return message;
  const [before, after] = words;
  return from < to
    ? `${before}: ${tenths(from)} to ${tenths(to)} ${after}`
    : `${before}, at ${tenths(from)}.`;
}

// Silence has equal certainties.
export const isSilent = (genres: GenreCertainty[]) =>
  genres.length > 1 && genres.every(({ certainty }) => certainty === genres[0]!.certainty);

// The model knows music of other genres, or speech and noise, when it hears them.
export const isNoneOfThese = ({ none_of_these }: Prediction) => (none_of_these ?? 0) >= 0.5;

// The genre in a few words. A certainty is shown only where it can be relied on.
export function verdict(prediction: Prediction) {
  if (isSilent(prediction.genres)) return "no genre";
  if (isNoneOfThese(prediction)) return "none of these genres";
  return prediction.confident === false
    ? `perhaps ${prediction.genre}`
    : `${prediction.genre}, ${percent(prediction.certainty)}`;
}

const HEARD = 0.1; // probability
const MOST_HEARD = 5;

// The tags that say more than the genre does: not "Music", "Rock music" or "Heavy metal". Many have
// synonyms after a comma.
export function alsoHeard({ tags = [], genres }: Prediction): string[] {
  if (isSilent(genres)) return [];
  const genreWords = ["music", ...genres.map(({ genre }) => genre)];
  const heard = tags
    .filter(({ probability }) => probability >= HEARD)
    .map(({ tag }) => tag.split(",")[0]!)
    .filter((tag) => !genreWords.some((word) => tag.toLowerCase().includes(word)));
  return [...new Set(heard)].slice(0, MOST_HEARD);
}

// The figures for unseen music under the strictest protocol, which is the one with the lowest
// accuracy.
export function honestFigures(model: Model): [string, Figures] | undefined {
  return Object.entries(model.figures ?? {})
    .filter(([, figures]) => figures.test?.track_accuracy !== undefined)
    .sort(([, a], [, b]) => a.test!.track_accuracy! - b.test!.track_accuracy!)[0];
}

// How confident the model is, and how often it is right at this confidence.
export function sureness(prediction: Prediction, model: Model | undefined): Words {
  if (isSilent(prediction.genres)) {
    return { title: "Silence has no genre", help: "There is no sound to predict a genre from." };
  }
  if (isNoneOfThese(prediction)) {
    return {
      title: "Probably none of the genres that the model knows",
      help: `It is ${percent(prediction.none_of_these!)} certain of that. The nearest genre is ${prediction.genre}.`,
    };
  }
  const figures = model && honestFigures(model)?.[1];
  const right = figures?.confident?.track_accuracy;
  if (prediction.confident) {
    return {
      title: "The model is sure",
      help: right
        ? `When it was this sure about songs outside its training data, it was right ${percent(right)} of the time.`
        : "Predictions like this one are right at least nine times in ten.",
    };
  }
  if (prediction.confident === null) {
    return { title: "Confidence unknown", help: "This model does not report when it is sure." };
  }
  return {
    title: "The model is not sure",
    help: "Take the genre as a guess: the song is unlike the training data, or between genres.",
  };
}
