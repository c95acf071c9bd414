#!/usr/bin/env python3
"""The built-in front ends (genre/frontend.h) in numpy, by their authors' published formulas.

    log_mel("mn", y)  # y: mono samples at the front end's rate; [n_mels, n_frames]

Run as a program it writes frontends.json: some frames of the signals that own_signals.cpp generates.

- mn: EfficientAT, models/preprocess.py (AugmentMelSTFT in evaluation) with torchaudio's Kaldi filters
- musicnn: musicnn 0.1.0, extractor.py (librosa 0.7's melspectrogram)
- vggish: TensorFlow Models, research/audioset/vggish, mel_features.py
- yamnet: TensorFlow Models, research/audioset/yamnet, features.py
"""
import json
import os

import numpy as np


def frames_of(y, length, hop):
    return np.stack([y[i:i + length] for i in range(0, len(y) - length + 1, hop)])


def hann(n, period):
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / period)


def triangles(edges, places):
    """[n_mels, n_bins] from n_mels + 2 edges, straight lines on the axis of places."""
    rising = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling))


def kaldi_mel(hz):
    return 1127 * np.log(1 + hz / 700)


def kaldi_filters(sr, n_fft, n_mels, fmin, fmax):
    edges = np.linspace(kaldi_mel(fmin), kaldi_mel(fmax), n_mels + 2)
    weights = triangles(edges, kaldi_mel(np.arange(1 + n_fft // 2) * sr / n_fft))
    weights[:, 0] = 0
    return weights


def slaney_hz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


def slaney_filters(sr, n_fft, n_mels):
    max_mel = 15 + np.log(sr / 2 / 1000) / (np.log(6.4) / 27)
    edges = slaney_hz(np.linspace(0, max_mel, n_mels + 2))
    weights = triangles(edges, np.arange(1 + n_fft // 2) * sr / n_fft)
    return weights * (2 / (edges[2:] - edges[:-2]))[:, None]


def mn(y):
    y = y[1:] - 0.97 * y[:-1]
    window = np.pad(hann(800, 799), 112)
    frames = frames_of(np.pad(y, 512, mode="reflect"), 1024, 320) * window
    power = np.abs(np.fft.rfft(frames)) ** 2
    mel = power @ kaldi_filters(32000, 1024, 128, 0, 15000).T
    return (np.log(mel.T + 1e-5) + 4.5) / 5


def musicnn(y):
    frames = frames_of(np.pad(y, 256, mode="reflect"), 512, 256) * hann(512, 512)
    power = np.abs(np.fft.rfft(frames)) ** 2
    return np.log10(10000 * (power @ slaney_filters(16000, 512, 96).T).T + 1)


def audioset(y, offset):
    frames = frames_of(y, 400, 160) * hann(400, 400)
    mel = np.abs(np.fft.rfft(frames, 512)) @ kaldi_filters(16000, 512, 64, 125, 7500).T
    return np.log(mel.T + offset)


FRONTENDS = {
    "mn": mn,
    "musicnn": musicnn,
    "vggish": lambda y: audioset(y, 0.01),
    "yamnet": lambda y: audioset(y, 0.001),
}


def log_mel(name, y):
    return FRONTENDS[name](np.asarray(y, dtype=np.float64))


def main():
    from own_signals import signals
    own = signals()
    reference = {}
    for name in FRONTENDS:
        reference[name] = {}
        for signal in ("noise", "quiet_noise", "chord_and_noise", "silence", "odd_length"):
            S = log_mel(name, own[signal].astype(np.float32))
            frames = [0, S.shape[1] // 2, S.shape[1] - 1]
            reference[name][signal] = {
                "n_frames": S.shape[1],
                "frames": {str(t): [round(float(v), 6) for v in S[:, t]] for t in frames}}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "frontends.json")
    with open(path, "w") as file:
        json.dump(reference, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
