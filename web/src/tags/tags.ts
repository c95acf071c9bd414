// Title, artist and cover from the tags of a file. The formats are those of id3.org, xiph.org, and
// Apple's iTunes metadata. A damaged tag gives less, never an error.
import { ascii, Bytes } from "./bytes";
import { readChunks } from "./chunks";
import { readFlac, readOgg } from "./vorbis";
import { id3End, readId3 } from "./id3";
import { readMp4 } from "./mp4";

export interface Tags {
  title?: string;
  artist?: string;
  cover?: Blob; // a part of the file: it takes no memory before it is shown
}

export const MAX_TEXT = 1 << 16; // bytes of a text that is read

export async function readTags(file: Blob): Promise<Tags> {
  try {
    return await read(new Bytes(file));
  } catch {
    return {}; // the file cannot be read, which its prediction will tell
  }
}

async function read(bytes: Bytes): Promise<Tags> {
  const start = await bytes.at(0, 12);
  const magic = ascii(start, 0, 4);
  if (magic.startsWith("ID3")) {
    const end = id3End(start);
    const flac = ascii(await bytes.at(end, 4)) === "fLaC" ? await readFlac(bytes, end) : {};
    return { ...flac, ...(await readId3(bytes, 0)) };
  }
  if (magic === "fLaC") return readFlac(bytes, 0);
  if (magic === "OggS") return readOgg(bytes);
  if (magic === "RIFF" || magic === "FORM") return readChunks(bytes, magic === "FORM");
  if (ascii(start, 4, 4) === "ftyp") return readMp4(bytes);
  return {};
}
