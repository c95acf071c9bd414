// MP4 and M4A: moov.udta.meta.ilst.
import { ascii, big, utf8, type Bytes } from "./bytes";
import { MAX_TEXT, type Tags } from "./tags";

interface Box {
  begin: number; // of its content
  end: number;
}

async function* boxes(bytes: Bytes, { begin, end }: Box) {
  for (let at = begin; at + 8 <= end;) {
    const head = await bytes.at(at, 16);
    const short = big(head);
    const size = short === 1 ? big(head, 8, 8) : short === 0 ? end - at : short;
    if (size < 8) return;
    yield { type: ascii(head, 4, 4), begin: at + (short === 1 ? 16 : 8), end: at + size };
    at += size;
  }
}

async function find(bytes: Bytes, box: Box, path: string[]): Promise<Box | undefined> {
  const [type, ...rest] = path;
  if (!type) return box;
  for await (const { type: found, begin, end } of boxes(bytes, box)) {
    // meta has a version before its boxes.
    if (found === type) return find(bytes, { begin: begin + (type === "meta" ? 4 : 0), end }, rest);
  }
  return undefined;
}

export async function readMp4(bytes: Bytes): Promise<Tags> {
  const tags: Tags = {};
  const file = { begin: 0, end: bytes.file.size };
  const list = await find(bytes, file, ["moov", "udta", "meta", "ilst"]);
  if (!list) return tags;
  for await (const item of boxes(bytes, list)) {
    const data = await find(bytes, item, ["data"]);
    if (!data) continue;
    const begin = data.begin + 8; // type and locale
    if (item.type === "covr") {
      const png = big(await bytes.at(data.begin, 4)) === 14;
      tags.cover ??= bytes.file.slice(begin, data.end, png ? "image/png" : "image/jpeg");
    } else if (data.end - begin < MAX_TEXT) {
      if (item.type === "\u00a9nam") tags.title = utf8(await bytes.at(begin, data.end - begin));
      if (item.type === "\u00a9ART") tags.artist = utf8(await bytes.at(begin, data.end - begin));
    }
  }
  return tags;
}
