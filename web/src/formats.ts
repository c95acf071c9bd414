// Names of audio files. The extensions are those of docs/formats.md, because not all have a type in
// every browser.
const EXTENSIONS =
  ".wav,.rf64,.w64,.aif,.aiff,.au,.caf,.flac,.ogg,.oga,.opus,.mp3,.m4a,.aac,.wma,.webm,.mka,.wv,.tta,.ac3,.eac3," +
  ".spx,.mpc,.ape,.dsf,.dff,.amr,.awb,.mp4,.m4v,.mkv,.mov,.3gp,.wmv,.ogv";

// Of a file input.
export const ACCEPT = `audio/*,video/*,${EXTENSIONS}`;

const known = new Set(EXTENSIONS.split(","));

// Whether a file in a folder is a song. Hidden files are not.
export const isSong = ({ name, type }: File) =>
  !name.startsWith(".") &&
  (/^(audio|video)\//.test(type) || known.has(name.slice(name.lastIndexOf(".")).toLowerCase()));
