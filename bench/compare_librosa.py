#!/usr/bin/env python3
"""Times librosa and genre on the same clip: compare_librosa.py GENRE_BENCH CLIP"""
import os
import statistics
import subprocess
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

SECONDS = 3
SAMPLE_RATE = 22050
ROUNDS = 9


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


def time_genre(bench, clip):
    """The time of gtzan26 in seconds: the median of one short run."""
    table = subprocess.run(
        [bench, clip, "--benchmark_filter=^gtzan26$", "--benchmark_repetitions=3"],
        check=True, capture_output=True, text=True).stdout
    row = next(line for line in table.splitlines() if line.startswith("| gtzan26 |"))
    return float(row.split("|")[3].split()[0]) / 1e3


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
            start = time.perf_counter()
            way(librosa, np, y)
            seconds.append(time.perf_counter() - start)

    ours = statistics.median(genre)
    print(f"| gtzan26 of {SECONDS} s, one thread, in turns | median | ratio |\n|---|---|---|")
    print(f"| genre | {ours * 1e3:.3f} ms | 1 |")
    for way, seconds in ways.items():
        name = way.__name__.replace("_", " ")
        median = statistics.median(seconds)
        print(f"| librosa {librosa.__version__}, {name} | {median * 1e3:.1f} ms "
              f"| {median / ours:.0f} |")


if __name__ == "__main__":
    main()
