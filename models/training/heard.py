#!/usr/bin/env python3
"""Writes what the heads of best are trained on: as teachers.py does, but whole excerpts as genre itself hears them.

Networks hear the faint noise that decoders and resamplers leave where there is no music: mn04's logits of the same file
differ by 1 between ffmpeg and genre (the median of the largest difference). So the heads must be trained on the sound
that they are used on."""
import argparse
import csv
import os

import numpy as np

from data import read_tracks

N_HIDDEN = 200  # of musicnn's hidden units, which are before its tags


def read_embeddings(path):
    """What `genre embed --csv` writes, by the name of the file."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        used = [column for column, name in enumerate(next(lines)) if name.startswith("embedding")]
        return {os.path.basename(line[0]): np.array([line[column] for column in used], np.float32)
                for line in lines if line[used[0]]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("teachers", help="what the teachers hear, written by teachers.py")
    parser.add_argument("mn04", help="output of genre embed --embedding mn04 --excerpts 3 --csv")
    parser.add_argument("musicnn", help="the same of musicnn with --outputs hidden,logits --seconds 3")
    parser.add_argument("output")
    arguments = parser.parse_args()

    tracks = [track for track in read_tracks(arguments.data) if track.data_set != "archive"]
    names = [os.path.basename(track.path) for track in tracks]
    mn04, musicnn = read_embeddings(arguments.mn04), read_embeddings(arguments.musicnn)
    with np.load(arguments.teachers) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["mn04"] = np.stack([mn04[name] for name in names])
    both = np.stack([musicnn[name] for name in names])
    arrays["musicnn_hidden"], arrays["musicnn"] = both[:, :N_HIDDEN], both[:, N_HIDDEN:]
    np.savez(arguments.output, **arrays)


if __name__ == "__main__":
    main()
