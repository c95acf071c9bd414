#!/usr/bin/env python3
"""librosa's values for the signals that own_signals.cpp generates: writes own_reference.json.

Needs librosa 0.10.2. The formulas are the same on both sides, in float64 and then rounded to
float32, so that the signals agree to the last bit or nearly so.
"""
import json
import os

import librosa
import numpy as np

from own_signals import SR, signals

NAMES = ["chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "spectral_rolloff",
         "zero_crossing_rate"] + [f"mfcc{i}" for i in range(1, 21)]


def gtzan26(y, pad_mode):
    f = librosa.feature
    S = np.abs(librosa.stft(y, pad_mode=pad_mode))
    P = S**2
    mfcc = f.mfcc(S=librosa.power_to_db(f.melspectrogram(S=P, sr=SR)), sr=SR)
    rows = [f.chroma_stft(S=P, sr=SR), f.rms(y=y, pad_mode=pad_mode),
            f.spectral_centroid(S=S, sr=SR), f.spectral_bandwidth(S=S, sr=SR),
            f.spectral_rolloff(S=S, sr=SR), f.zero_crossing_rate(y), *mfcc]
    return [float(np.mean(row)) for row in rows]


def main():
    reference = {}
    for name, y in signals().items():
        y = y.astype(np.float32)
        power = np.abs(librosa.stft(y)) ** 2
        reference[name] = {
            "samples": len(y),
            "tuning": float(librosa.estimate_tuning(S=power, sr=SR, bins_per_octave=12)),
            "constant": gtzan26(y, "constant"),
            "reflect": gtzan26(y, "reflect"),
        }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "own_reference.json")
    with open(path, "w") as file:
        json.dump({"librosa": librosa.__version__, "features": NAMES, "signals": reference}, file,
                  indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
