#!/usr/bin/env python3
"""Times the Python package and librosa on the same clip, in turns: python.py CLIP

Needs both; after ./test -L python, build/python/venv/bin/python has them."""
import os
import statistics
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

# The script's folder has a queue.py, which is not the module that Python's libraries import.
sys.path.pop(0)

import librosa  # noqa: E402
import numpy as np  # noqa: E402

import genre  # noqa: E402

SECONDS = 3
ROUNDS = 9
TURN = 0.05  # s
FEATURES = ("melspectrogram", "chroma_stft", "rms", "zero_crossing_rate", "spectral_centroid",
            "spectral_bandwidth", "spectral_rolloff", "spectral_contrast", "spectral_flatness",
            "poly_features", "tempo")


def extract_features(module, data):
    """As the original service does: each feature by its own function, with its own STFT."""
    y, sr = module.load(data, mono=True, duration=SECONDS)
    f = module.feature
    features = [f.chroma_stft(y=y, sr=sr), f.rms(y=y), f.spectral_centroid(y=y, sr=sr),
                f.spectral_bandwidth(y=y, sr=sr), f.spectral_rolloff(y=y, sr=sr),
                f.zero_crossing_rate(y), *f.mfcc(y=y, sr=sr)]
    return [np.mean(feature) for feature in features]


def seconds(function, calls=1):
    """CPU time of a call: other programs may run too."""
    start = time.process_time()
    for _ in range(calls):
        function()
    return (time.process_time() - start) / calls


def calls_of(function):
    """The number of calls that take TURN seconds. In the first one numba compiles."""
    function()
    return max(1, round(TURN / max(seconds(function), 1e-6)))


def row(name, *functions):
    """The medians of genre's function and librosa's, which are called in turns."""
    turns = [(function, calls_of(function)) for function in functions]
    times = [[seconds(*turn) for turn in turns] for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(column) for column in zip(*times))
    print(f"| {name} | {ours * 1e3:.3f} ms | {theirs * 1e3:.2f} ms | {theirs / ours:.1f} |", flush=True)


def main(clip):
    y, sr = genre.load(clip, duration=SECONDS)
    print(f"| {SECONDS} s, CPU time of one thread, in turns | genre | librosa {librosa.__version__} | ratio |\n"
          "|---|---|---|---|")
    row("the 26 means of a file: `genre.extract`",
        lambda: genre.extract(clip, "gtzan26", duration=SECONDS),
        lambda: extract_features(librosa, clip))
    row("the 26 means of a file: the same `extract_features`",
        lambda: extract_features(genre, clip), lambda: extract_features(librosa, clip))
    row("`load`", lambda: genre.load(clip), lambda: librosa.load(clip))
    row("`load`, sr=16000", lambda: genre.load(clip, sr=16000), lambda: librosa.load(clip, sr=16000))
    row("`mfcc`", lambda: genre.feature.mfcc(y=y), lambda: librosa.feature.mfcc(y=y))
    for name in FEATURES:
        if name == "zero_crossing_rate":
            row(f"`{name}`", lambda: genre.feature.zero_crossing_rate(y),
                lambda: librosa.feature.zero_crossing_rate(y))
        else:
            ours, theirs = getattr(genre.feature, name), getattr(librosa.feature, name)
            row(f"`{name}`", lambda: ours(y=y), lambda: theirs(y=y))
    row("`stft`", lambda: genre.stft(y), lambda: librosa.stft(y))
    row("`onset_strength`", lambda: genre.onset.onset_strength(y=y),
        lambda: librosa.onset.onset_strength(y=y))


if __name__ == "__main__":
    main(sys.argv[1])
