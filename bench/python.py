#!/usr/bin/env python3
"""Times the Python package, librosa and Essentia on the same clip, in turns: python.py CLIP

After ./test -L python, build/python/venv/bin/python has the first two; pip install essentia adds the third, which may be
missing. librosa 1.0 needs Python 3.12: pip install . librosa essentia."""
import os
import statistics
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

# The script's folder has a queue.py, which is not the module that Python's libraries import.
folder = sys.path.pop(0)

import librosa  # noqa: E402
import numpy as np  # noqa: E402

import genre  # noqa: E402

sys.path.append(folder)
try:
    import essentia_features
except ModuleNotFoundError:
    essentia_features = None

SECONDS = 3
ROUNDS = 9
TURN = 0.05  # s
N_COLUMNS = 6 if essentia_features else 4
FEATURES = ("mfcc", "melspectrogram", "chroma_stft", "rms", "zero_crossing_rate", "spectral_centroid",
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
    """The medians of genre's function and the others, which are called in turns."""
    turns = [(function, calls_of(function)) for function in functions]
    times = [[seconds(*turn) for turn in turns] for _ in range(ROUNDS)]
    ours, *others = (statistics.median(column) for column in zip(*times))
    cells = [name, f"{ours * 1e3:.3f} ms"]
    for theirs in others:
        cells += [f"{theirs * 1e3:.2f} ms", f"{theirs / ours:.1f}"]
    print("|", " | ".join(cells + [""] * (N_COLUMNS - len(cells))), "|", flush=True)


def main(clip):
    y, _ = genre.load(clip, duration=SECONDS)
    essentias = essentia_features.functions() if essentia_features else {}

    def row_of(name, ours, theirs):
        row(f"`{name}`", ours, theirs, *([lambda: essentias[name](y)] if name in essentias else []))

    titles = [f"{SECONDS} s, CPU time of one thread, in turns", "genre", f"librosa {librosa.__version__}", "ratio"]
    if essentia_features:
        titles += [f"Essentia {essentia_features.__version__}", "ratio"]
    print(f"| {' | '.join(titles)} |\n{'|---' * N_COLUMNS}|")
    row("the 26 means of a file: `genre.extract`",
        lambda: genre.extract(clip, "gtzan26", duration=SECONDS),
        lambda: extract_features(librosa, clip))
    row("the 26 means of a file: the same `extract_features`",
        lambda: extract_features(genre, clip), lambda: extract_features(librosa, clip))
    row("`load`", lambda: genre.load(clip), lambda: librosa.load(clip))
    row("`load`, sr=16000", lambda: genre.load(clip, sr=16000), lambda: librosa.load(clip, sr=16000))
    for name in FEATURES:
        ours, theirs = getattr(genre.feature, name), getattr(librosa.feature, name)
        if name == "zero_crossing_rate":  # its first parameter has no name
            row_of(name, lambda: ours(y), lambda: theirs(y))
        else:
            row_of(name, lambda: ours(y=y), lambda: theirs(y=y))
    row_of("stft", lambda: genre.stft(y), lambda: librosa.stft(y))
    row_of("onset_strength", lambda: genre.onset.onset_strength(y=y),
           lambda: librosa.onset.onset_strength(y=y))


if __name__ == "__main__":
    main(sys.argv[1])
