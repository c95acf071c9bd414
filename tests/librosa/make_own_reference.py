#!/usr/bin/env python3
"""librosa's values for the signals that own_signals.cpp generates: writes own_reference.json.

Needs librosa 0.10.2. The formulas are the same on both sides, in float64 and then rounded to
float32, so that the signals agree to the last bit or nearly so.
"""
import json
import os

import librosa
import numpy as np

SR = 22050
NAMES = ["chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "spectral_rolloff",
         "zero_crossing_rate"] + [f"mfcc{i}" for i in range(1, 21)]


def noise(n):
    """A linear congruential generator (Knuth's MMIX), in [-1, 1)."""
    out = np.empty(n)
    state = 1
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out[i] = (state >> 40) / 2**23 - 1
    return out


def chord(n, cents):
    """A major chord on A, each note with eight harmonics, out of tune by so many cents."""
    t = np.arange(n) / SR
    y = np.zeros(n)
    for semitone in (0, 4, 7):
        hz = 220 * 2 ** ((semitone + cents / 100) / 12)
        for harmonic in range(1, 9):
            y += 0.1 / harmonic * np.sin(2 * np.pi * harmonic * hz * t)
    return y


def signals():
    n = 3 * SR
    t = np.arange(n) / SR
    clicks = np.zeros(n)
    clicks[::5000] = 0.9
    return {
        "noise": 0.5 * noise(n),
        "quiet_noise": 0.0005 * noise(n),
        "sine_1000": 0.5 * np.sin(2 * np.pi * 1000 * t),
        "chord_in_tune": chord(n, 0),
        "chord_minus_35_cents": chord(n, -35),
        "chord_and_noise": 0.8 * chord(n, 17) + 0.05 * noise(n),
        "sweep": 0.5 * np.sin(2 * np.pi * (50 * t + 1500 * t * t)),
        "clicks": clicks,
        "silence": np.zeros(n),
        "half_silent": np.where(t < 1.5, chord(n, 0), 0),
        "short": chord(2205, 0),
        "odd_length": 0.3 * noise(12345) + chord(12345, 8),
    }


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
