// Vorbis comments and pictures, of FLAC and in Ogg (Vorbis, Opus).
import { ascii, big, little, utf8, type Bytes } from "./bytes";
import { MAX_TEXT, type Tags } from "./tags";

const MAX_COMMENTS = 1 << 22; // bytes; covers in Ogg are within them

// A FLAC picture block: where the picture is in it, and its type.
function picture(block: Uint8Array) {
  const mimeLength = big(block, 4);
  const description = 8 + mimeLength;
  const data = description + 4 + big(block, description) + 16;
  return { type: ascii(block, 8, mimeLength), at: data + 4, length: big(block, data) };
}

function comments(bytes: Uint8Array): Tags {
  const tags: Tags = {};
  let at = 4 + little(bytes); // the vendor
  const n = little(bytes, at);
  at += 4;
  for (let i = 0; i < n && at < bytes.length; ++i) {
    const length = little(bytes, at);
    const comment = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    const equals = comment.indexOf("=".charCodeAt(0));
    const name = ascii(comment, 0, Math.max(0, Math.min(equals, 64))).toUpperCase();
    const value = comment.subarray(equals + 1);
    if (name === "METADATA_BLOCK_PICTURE" && !tags.cover) tags.cover = decoded(value);
    if (value.length > MAX_TEXT) continue;
    if (name === "TITLE") tags.title ??= utf8(value);
    if (name === "ARTIST")
      tags.artist = tags.artist ? `${tags.artist}, ${utf8(value)}` : utf8(value);
  }
  return tags;
}

function decoded(base64: Uint8Array) {
  const block = Uint8Array.from(atob(utf8(base64)), (character) => character.charCodeAt(0));
  const { type, at, length } = picture(block);
  return new Blob([block.subarray(at, at + length)], { type });
}

export async function readFlac(bytes: Bytes, offset: number): Promise<Tags> {
  const tags: Tags = {};
  let at = offset + 4;
  for (let last = false; !last;) {
    const head = await bytes.at(at, 4);
    if (head.length < 4) break;
    last = (head[0]! & 0x80) !== 0;
    const type = head[0]! & 0x7f;
    const length = big(head, 1, 3);
    const begin = at + 4;
    if (type === 4 && length < MAX_COMMENTS) {
      Object.assign(tags, comments(await bytes.at(begin, length)));
    } else if (type === 6 && !tags.cover) {
      const found = picture(await bytes.at(begin, Math.min(length, 1024)));
      tags.cover = bytes.file.slice(begin + found.at, begin + found.at + found.length, found.type);
    }
    at = begin + length;
  }
  return tags;
}

// The second packet holds the comments. It may go on over several pages.
export async function readOgg(bytes: Bytes): Promise<Tags> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let packet = 0;
  let size = 0;
  for (let at = 0; size < MAX_COMMENTS;) {
    const head = await bytes.at(at, 27);
    if (head.length < 27 || ascii(head, 0, 4) !== "OggS") return {};
    const n = head[26]!;
    const lacing = (await bytes.at(at + 27, n)).slice();
    at += 27 + n;
    for (const length of lacing) {
      if (packet === 1) {
        parts.push(new Uint8Array(await bytes.at(at, length)));
        size += length;
      }
      at += length;
      if (length === 255) continue;
      if (packet++ === 1) return ofPacket(new Uint8Array(await new Blob(parts).arrayBuffer()));
    }
  }
  return {};
}

function ofPacket(packet: Uint8Array): Tags {
  if (ascii(packet, 0, 8) === "OpusTags") return comments(packet.subarray(8));
  if (ascii(packet, 1, 6) === "vorbis") return comments(packet.subarray(7));
  return {};
}
