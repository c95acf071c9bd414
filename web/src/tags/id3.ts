// ID3v2.2, 2.3 and 2.4.
import { ascii, big, type Bytes } from "./bytes";
import { MAX_TEXT, type Tags } from "./tags";

const FIELDS: Record<string, "title" | "artist" | "cover"> = {
  TT2: "title",
  TP1: "artist",
  PIC: "cover",
  TIT2: "title",
  TPE1: "artist",
  APIC: "cover",
};

const ENCODINGS = ["latin1", "utf-16", "utf-16be", "utf-8"];

// Seven bits of each byte.
const syncsafe = (bytes: Uint8Array, at: number) =>
  bytes.subarray(at, at + 4).reduce((value, byte) => value * 128 + (byte & 127), 0);

// The offset of what follows a tag, which begins with these bytes at the start of a file.
export const id3End = (start: Uint8Array) => 10 + syncsafe(start, 6) + (start[5]! & 0x10 ? 10 : 0);

function decode(encoding: number, bytes: Uint8Array) {
  const swapped = encoding === 1 && bytes[0] === 0xfe; // its byte order mark
  const text = new TextDecoder(swapped ? "utf-16be" : ENCODINGS[encoding]).decode(bytes);
  return text.split("\0").filter(Boolean).join(", "); // 2.4 separates several values by zeros
}

// The index behind a text that ends with zeros.
function behindText(encoding: number, bytes: Uint8Array, from: number) {
  const wide = encoding === 1 || encoding === 2;
  const step = wide ? 2 : 1;
  let at = from;
  while (at < bytes.length && (bytes[at] !== 0 || (wide && bytes[at + 1] !== 0))) at += step;
  return at + step;
}

// The picture in a frame.
async function cover(bytes: Bytes, at: number, size: number, version: number) {
  const head = await bytes.at(at, Math.min(size, 1024));
  const mimeEnd = version === 2 ? 4 : behindText(0, head, 1);
  const mime = version === 2 ? `image/${ascii(head, 1, 3)}` : ascii(head, 1, mimeEnd - 2);
  const begin = behindText(head[0]!, head, mimeEnd + 1);
  const type = mime.includes("/") ? mime : `image/${mime}`;
  return bytes.file.slice(at + begin, at + size, type.toLowerCase().replace("jpg", "jpeg"));
}

export async function readId3(bytes: Bytes, offset: number): Promise<Tags> {
  const head = await bytes.at(offset, 14);
  const version = head[3]!;
  const flags = head[5]!;
  if (version < 2 || version > 4) return {};
  const end = offset + 10 + syncsafe(head, 6);
  const idLength = version === 2 ? 3 : 4;
  const frameHead = version === 2 ? 6 : 10;
  const unsynchronized = (flags & 0x80) !== 0; // then zeros are inserted, which pictures have often
  let at = offset + 10;
  if (version > 2 && flags & 0x40) at += version === 4 ? syncsafe(head, 10) : 4 + big(head, 10);

  const tags: Tags = {};
  while (at + frameHead < end) {
    const frame = await bytes.at(at, frameHead);
    const id = ascii(frame, 0, idLength);
    if (frame.length < frameHead || !/^[A-Z0-9]+$/.test(id)) break; // padding
    const size = version === 4 ? syncsafe(frame, 4) : big(frame, idLength, idLength);
    const field = FIELDS[id];
    const begin = at + frameHead;
    if (field === "cover") {
      if (!unsynchronized) tags.cover ??= await cover(bytes, begin, size, version);
    } else if (field && size > 1 && size < MAX_TEXT) {
      const text = await bytes.at(begin, size);
      tags[field] ??= decode(text[0]!, text.subarray(1));
    }
    at = begin + size;
  }
  return tags;
}
