// Reads parts of a file; what was read last is kept, because tags are read in small steps.

const CHUNK = 1 << 16; // bytes

export class Bytes {
  private chunk = new Uint8Array();
  private begin = 0;

  constructor(readonly file: Blob) {}

  // Shorter at the end of the file.
  async at(offset: number, length: number): Promise<Uint8Array> {
    const inChunk = offset - this.begin;
    if (inChunk < 0 || inChunk + length > this.chunk.length) {
      const end = offset + Math.max(length, CHUNK);
      this.chunk = new Uint8Array(await this.file.slice(offset, end).arrayBuffer());
      this.begin = offset;
    }
    return this.chunk.subarray(offset - this.begin, offset - this.begin + length);
  }
}

export const big = (bytes: Uint8Array, at = 0, length = 4) =>
  bytes.subarray(at, at + length).reduce((value, byte) => value * 256 + byte, 0);

export const little = (bytes: Uint8Array, at = 0, length = 4) =>
  bytes.subarray(at, at + length).reduceRight((value, byte) => value * 256 + byte, 0);

// Latin-1, for names in headers.
export const ascii = (bytes: Uint8Array, at = 0, length = bytes.length - at) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

export const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
