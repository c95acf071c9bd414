#!/usr/bin/env python3
"""Collects what the teacher networks hear, from the output of `genre embed`: of whole excerpts and of each window.

mn04: EfficientAT's mn04_as (MIT), 527 AudioSet classes. musicnn: MSD_musicnn of the Python package musicnn 0.1.0 (ISC),
200 hidden units and 50 Last.fm tags. genre itself runs them, because networks hear the faint noise that decoders and
resamplers leave where there is no music: mn04's logits of the same file differ by 1 between ffmpeg and genre (the median
of the largest difference). So heads must be trained on the sound that they are used on."""
import argparse
import csv
import os

import numpy as np

from data import read_tracks, rows

N_WINDOWS = 10  # of an excerpt of 30 s


def read_embeddings(path):
    """The rows of each file, [n_windows, n], by the name of the file."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        used = [column for column, name in enumerate(next(lines)) if name.startswith("embedding")]
        heard = {}
        for line in lines:
            if line[used[0]]:
                values = np.array(line[used[0]:used[-1] + 1], np.float32)
                heard.setdefault(os.path.basename(line[0]), []).append(values)
    return {name: np.stack(values) for name, values in heard.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("classes", help="AudioSet's class_labels_indices.csv")
    parser.add_argument("folder", help="NETWORK.csv is the output of genre embed --csv for whole excerpts, and "
                                       "NETWORK_windows.csv for each window")
    parser.add_argument("output", help="what the teachers hear, one row a track (.npz)")
    arguments = parser.parse_args()

    tracks = [track for track in read_tracks(arguments.data) if track.data_set != "archive"]
    arrays = {}
    for network in ("mn04", "musicnn"):
        songs, windows = (read_embeddings(os.path.join(arguments.folder, network + part + ".csv"))
                          for part in ("", "_windows"))
        names = [os.path.basename(track.path) for track in tracks]
        arrays[network] = np.stack([songs[name][0] for name in names])
        # Of a shorter excerpt, the windows are repeated.
        arrays[network + "_windows"] = np.stack([np.resize(windows[name], (N_WINDOWS, windows[name].shape[1]))
                                                 for name in names])
    np.savez(arguments.output, ids=np.array([track.id for track in tracks]),
             classes=np.array([row["display_name"] for row in rows(arguments.classes)]), **arrays)


if __name__ == "__main__":
    main()
