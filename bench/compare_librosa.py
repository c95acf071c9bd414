#!/usr/bin/env python3
"""Times librosa and genre on the same clip: compare_librosa.py GENRE_BENCH CLIP"""
import os
import statistics
import subprocess
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

# The script's folder has a queue.py, which is not the module that Python's libraries import.
sys.path.pop(0)

SECONDS = 3
SAMPLE_RATE = 22050
ROUNDS = 9
FRAME_ROUNDS = 3


def extract_separately(librosa, np, y):
    """As in most scripts: each feature by its own function, with its own STFT."""
    f = librosa.feature
    features = [f.chroma_stft(y=y), f.rms(y=y), f.spectral_centroid(y=y), f.spectral_bandwidth(y=y),
                f.spectral_rolloff(y=y), f.zero_crossing_rate(y), *f.mfcc(y=y)]
    return [np.mean(feature) for feature in features]


def extract_from_one_stft(librosa, np, y):
    """The fastest way to compute the same values with librosa."""
    f = librosa.feature
    magnitude = np.abs(librosa.stft(y))
    power = magnitude**2
    mel = librosa.power_to_db(f.melspectrogram(S=power))
    features = [f.chroma_stft(S=power), f.rms(y=y), f.spectral_centroid(S=magnitude),
                f.spectral_bandwidth(S=magnitude), f.spectral_rolloff(S=magnitude),
                f.zero_crossing_rate(y), *f.mfcc(S=mel)]
    return [np.mean(feature) for feature in features]


def time_genre(bench, clip, name="gtzan26"):
    """The time of a benchmark in seconds: the median of one short run."""
    table = subprocess.run(
        [bench, clip, f"--benchmark_filter=^{name}$", "--benchmark_repetitions=3"],
        check=True, capture_output=True, text=True).stdout
    row = next(line for line in table.splitlines() if line.startswith(f"| {name} |"))
    return float(row.split("|")[3].split()[0]) / 1e3


def time_librosa(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def compare_frames(librosa, y, bench, clip):
    """Each function with its defaults, genre and librosa in turns."""
    functions = {name: (lambda f=getattr(librosa.feature, name): f(y=y)) for name in (
        "melspectrogram", "mfcc", "chroma_stft", "rms", "zero_crossing_rate", "spectral_centroid",
        "spectral_bandwidth", "spectral_rolloff", "spectral_contrast", "spectral_flatness",
        "poly_features")}
    functions["stft"] = lambda: librosa.stft(y)
    functions["onset_strength"] = lambda: librosa.onset.onset_strength(y=y)
    print(f"\n| function, {SECONDS} s, one thread, in turns | genre | librosa "
          f"{librosa.__version__} | ratio |\n|---|---|---|---|")
    for name, function in functions.items():
        function()  # warm-up: numba compiles
        ours, theirs = [], []
        for _ in range(FRAME_ROUNDS):
            ours.append(time_genre(bench, clip, f"frames/{name}"))
            theirs += [time_librosa(function) for _ in range(FRAME_ROUNDS)]
        genre, other = statistics.median(ours), statistics.median(theirs)
        print(f"| `{name}` | {genre * 1e3:.3f} ms | {other * 1e3:.2f} ms | {other / genre:.0f} |")


def main():
    bench, clip = sys.argv[1:]
    try:
        import librosa
        import numpy as np
    except ImportError as error:
        print(f"librosa is not compared: {error} (set PYTHONPATH to its folder)")
        return
    y, _ = librosa.load(clip, sr=SAMPLE_RATE, duration=SECONDS)
    ways = {extract_separately: [], extract_from_one_stft: []}
    for way in ways:
        way(librosa, np, y)  # warm-up: numba compiles
    genre = []
    for _ in range(ROUNDS):
        genre.append(time_genre(bench, clip))
        for way, seconds in ways.items():
            seconds.append(time_librosa(lambda: way(librosa, np, y)))

    ours = statistics.median(genre)
    print(f"| gtzan26 of {SECONDS} s, one thread, in turns | median | ratio |\n|---|---|---|")
    print(f"| genre | {ours * 1e3:.3f} ms | 1 |")
    for way, seconds in ways.items():
        name = way.__name__.replace("_", " ")
        median = statistics.median(seconds)
        print(f"| librosa {librosa.__version__}, {name} | {median * 1e3:.1f} ms "
              f"| {median / ours:.0f} |")
    compare_frames(librosa, y, bench, clip)


if __name__ == "__main__":
    main()
