// Runs beside the audio, in an AudioWorklet: hands the samples that pass by on, mono, in blocks.
const BLOCK = 4096; // samples

class Tap extends AudioWorkletProcessor {
  block = new Float32Array(BLOCK);
  filled = 0;

  process([channels]) {
    for (let i = 0; i < (channels[0]?.length ?? 0); ++i) {
      this.block[this.filled++] = channels.reduce((sum, y) => sum + y[i], 0) / channels.length;
      if (this.filled < BLOCK) continue;
      this.port.postMessage(this.block);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("tap", Tap);
