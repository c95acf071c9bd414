#!/usr/bin/env python3
"""Writes src/feature_ranges.json: between which values librosa's 26 features lie, genre by genre.

  web/feature_ranges.py features_30_sec.csv >web/src/feature_ranges.json

The table is GTZAN's: a row a track, each feature the mean over its 30 seconds.
"""
import csv
import json
import sys

NAMES = ["chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "rolloff",
         "zero_crossing_rate", *(f"mfcc{i}" for i in range(1, 21))]
OURS = {"rolloff": "spectral_rolloff"}


def percentile(values, percent):
    values = sorted(values)
    position = (len(values) - 1) * percent / 100
    below = int(position)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (position - below)


def rounded(values):
    return [float(f"{value:.4g}") for value in values]


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    genres = sorted({row["label"] for row in rows})
    ranges = {}
    for name in NAMES:
        def values(genre=None, column=name + "_mean"):
            return [float(row[column]) for row in rows if genre in (None, row["label"])]
        ranges[OURS.get(name, name)] = {
            "all": rounded(percentile(values(), p) for p in (1, 99)),
            "genres": {g: rounded(percentile(values(g), p) for p in (10, 50, 90)) for g in genres},
        }
    lines = [f"{json.dumps(name)}: {json.dumps(values)}" for name, values in ranges.items()]
    print("{\n" + ",\n".join(lines) + "\n}")


main()
