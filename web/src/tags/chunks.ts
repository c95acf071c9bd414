// RIFF (WAV) and IFF (AIFF): an ID3 tag in a chunk, or RIFF's list of information.
import { ascii, big, little, utf8, type Bytes } from "./bytes";
import { readId3 } from "./id3";
import { MAX_TEXT, type Tags } from "./tags";

function information(list: Uint8Array): Tags {
  const tags: Tags = {};
  for (let at = 4; at + 8 < list.length;) {
    const length = little(list, at + 4);
    const text = utf8(list.subarray(at + 8, at + 8 + length)).replace(/\0.*$/s, "");
    const id = ascii(list, at, 4);
    if (id === "INAM") tags.title = text;
    if (id === "IART") tags.artist = text;
    at += 8 + length + (length % 2);
  }
  return tags;
}

export async function readChunks(bytes: Bytes, bigEndian: boolean): Promise<Tags> {
  let tags: Tags = {};
  for (let at = 12; at + 8 < bytes.file.size;) {
    const head = await bytes.at(at, 12);
    const length = (bigEndian ? big : little)(head, 4);
    const id = ascii(head, 0, 4);
    if (id === "LIST" && ascii(head, 8, 4) === "INFO" && length < MAX_TEXT) {
      tags = { ...information(await bytes.at(at + 8, length)), ...tags };
    } else if (id.toLowerCase() === "id3 ") {
      tags = { ...tags, ...(await readId3(bytes, at + 8)) };
    }
    at += 8 + length + (length % 2);
  }
  return tags;
}
