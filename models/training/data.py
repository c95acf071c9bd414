#!/usr/bin/env python3
"""Reads the data sets of 30 s excerpts and writes their log-mel spectrograms as one file.

Also the shared definitions of the experiment: who is in which fold, and what one window of three seconds looks like."""
import argparse
import concurrent.futures
import csv
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
OTHER = -1  # label of music of none of the ten genres
OUTSIDE = ("world", "more")  # data sets of music from elsewhere. Figures are of world alone

# The spectrogram of the feature set `texture` with half its hop: every second frame is one of texture's.
RATE, N_FFT, HOP, N_MELS = 22050, 2048, 854, 128
WINDOW_FRAMES = 76       # in three seconds
WINDOW_STEP = 66150 / HOP  # from one window of a file to the next, in frames
STEP_DB = 3.0            # of the stored spectrograms; single mel values scatter by 5 dB
LEVELS = 34              # down to 99 dB below the loudest value of the excerpt
N_FOLDS = 5


@dataclass(frozen=True)
class Track:
    id: str
    path: str
    data_set: str        # world, more, gtzan, or archive: the tracks of GTZAN that are there without audio
    genre: str           # other:... is none of the ten
    keys: frozenset      # artists: two tracks that share one are never on two sides of a split
    source: str          # repository of world, artist of GTZAN: the unit of a fold
    song: str            # excerpts of one song share it
    group: str           # the unit of weights and of bootstrap intervals
    filtered: str = ""   # part of GTZAN's fault-filtered split (Kereliuk, Sturm and Larsen 2015)

    @property
    def label(self):
        return GENRES.index(self.genre) if self.genre in GENRES else OTHER


def artist_key(name):
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^the ", "", name.lower()).replace("&", "and"))


def artist_keys(*names):
    """Keys of artists as they are spelled in tags: "A, B feat. C" is three artists, and A, B as one."""
    keys = set()
    for name in names:
        parts = [name, *re.split(r",|;| feat\.? | ft\.? | with ", name, flags=re.IGNORECASE)]
        # "Debussy" and "Claude Debussy", "JS Bach" and "Bach": composers by their last name too.
        keys |= {artist_key(part) for part in parts}
    return frozenset(keys - {"", "unknown"})


def rows(*path):
    with open(os.path.join(*path), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_tracks(folder):
    """Every excerpt of folder/world (tracks.csv, audio, gtzan_audio) and of folder/more (tracks.csv, audio), which may
    be missing; then those only in folder/gtzan's archive."""
    tracks = []
    for data_set in OUTSIDE:
        if not os.path.exists(os.path.join(folder, data_set, "tracks.csv")):
            continue
        for row in rows(folder, data_set, "tracks.csv"):
            path = os.path.join(folder, data_set, "audio", row["id"] + ".opus")
            classical = {row["artist"].split()[-1]} if row["genre"] == "classical" and row["artist"] else set()
            tracks.append(Track(row["id"], path, data_set, row["genre"],
                                artist_keys(row["group"], row["artist"], *classical), row["source"],
                                row["track"], row["group"]))
    for row in rows(folder, "gtzan", "tracks.csv"):
        path = os.path.join(folder, "world", "gtzan_audio", row["track"] + ".opus")
        if row["duplicate_of"]:
            continue
        artist = row["artist"] or "unknown " + row["track"]
        classical = {artist.split()[-1]} if row["genre"] == "classical" else set()
        keys = artist_keys(artist, *classical)
        if os.path.exists(path):
            tracks.append(Track(row["track"], path, "gtzan", row["genre"], keys, artist, row["track"], artist,
                                row["fault_filtered"]))
        elif row["lo_db"]:  # one track is not in the archive
            tracks.append(Track(row["track"], os.path.join(folder, "gtzan", "logmel_u8.npy"), "archive",
                                row["genre"], keys, artist, row["track"], artist))
    # An excerpt of less than a frame was cut behind the end of its song.
    tracks = [track for track in tracks if os.path.getsize(track.path) > 2000]
    return sorted(tracks, key=lambda track: track.data_set == "archive")


def assign_folds(tracks):
    """The fold of each track: no repository and no artist of GTZAN is in two folds. Archive tracks are in none."""
    folds = np.full(len(tracks), -1)
    for data_set in (*OUTSIDE, "gtzan"):
        units = {}
        for index, track in enumerate(tracks):
            if track.data_set == data_set:
                units.setdefault(track.source, []).append(index)
        totals = Counter(tracks[i].genre.split(":")[0] for unit in units.values() for i in unit)
        filled = [Counter() for _ in range(N_FOLDS)]
        # Largest first, each into the fold where its genres are rarest so far.
        for source, unit in sorted(units.items(), key=lambda item: (-len(item[1]), item[0])):
            count = Counter(tracks[i].genre.split(":")[0] for i in unit)
            costs = [sum(n * fold[genre] / totals[genre] ** 2 for genre, n in count.items()) for fold in filled]
            best = int(np.argmin(costs))
            filled[best] += count
            folds[unit] = best
    return folds


def training_rows(tracks, folds, fold, within=None):
    """Mask of the tracks to train on when a fold is the test part: those of other folds that share no artist with it.

    within: a mask of tracks that may be used at all (for folds within the training part)."""
    heard = frozenset().union(*(track.keys for track, own in zip(tracks, folds) if own == fold))
    mask = np.array([own != fold and not track.keys & heard for track, own in zip(tracks, folds)])
    return mask if within is None else mask & within


def decode(path):
    """The samples of a file, mono, in [-1, 1), at RATE."""
    result = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", path, "-ac", "1", "-ar",
                             str(RATE), "-f", "s16le", "-"], stdin=subprocess.DEVNULL, capture_output=True)
    if result.returncode:
        raise RuntimeError(f"ffmpeg could not read {path}: {result.stderr.decode(errors='replace').strip()}")
    return np.frombuffer(result.stdout, np.int16).astype(np.float32) / 32768


def mel_filters():
    """librosa.filters.mel with its default arguments, [N_MELS, 1 + N_FFT / 2]."""
    def to_hz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + 27 * np.log(RATE / 2000) / np.log(6.4)
    edges = to_hz(np.linspace(0, top, N_MELS + 2))
    slopes = edges[:, None] - np.linspace(0, RATE / 2, 1 + N_FFT // 2)
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    return (triangles * 2 / (edges[2:] - edges[:-2])[:, None]).astype(np.float32)


def log_mel(y):
    """dB relative to the loudest value, [N_MELS, n_frames]; no padding, Hann window, Slaney's mel scale.

    Short excerpts are repeated up to one window."""
    if len(y) < 3 * RATE:
        y = np.resize(y, 3 * RATE)
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(y, N_FFT)[::HOP]
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    level = 10 * np.log10(np.maximum(mel_filters() @ power.T, np.finfo(np.float32).tiny))
    return level - level.max()


def archive_level(folder):
    """A function that gives log_mel of an archive track, interpolated: the archive has every second frame of ours."""
    spectrograms = np.load(os.path.join(folder, "gtzan", "logmel_u8.npy"), mmap_mode="r")
    facts = {row["track"]: row for row in rows(folder, "gtzan", "tracks.csv")}

    def level(track):
        row = facts[track.id]
        columns = float(row["lo_db"]) * (1 - (spectrograms[int(row["logmel_row"])].astype(np.float32) + 0.5) / 256)
        frames = np.repeat(columns, 2, 1)[:, :-1]
        frames[:, 1::2] = (columns[:, :-1] + columns[:, 1:]) / 2
        return frames - frames.max()

    return level


def encode(level):
    """log_mel as bytes: how many steps below the loudest value, [n_frames, N_MELS]."""
    return np.clip(np.rint(-level.T / STEP_DB), 0, LEVELS - 1).astype(np.uint8)


def windows(n_frames):
    """First frames of the windows of a file, one every three seconds; at least one."""
    count = max(1, 1 + int((n_frames - WINDOW_FRAMES) // WINDOW_STEP))
    return np.rint(np.arange(count) * WINDOW_STEP).astype(int)


class Spectra:
    """The file that this program writes: frames [total, N_MELS] uint8, and the first frame of each track."""

    def __init__(self, path):
        with np.load(path) as file:
            self.ids, self.frames, self.first = list(file["ids"]), file["frames"], file["first"]

    @staticmethod
    def save(path, ids, parts):
        first = np.cumsum([0] + [len(part) for part in parts])
        np.savez(path, ids=np.array(ids), frames=np.concatenate(parts), first=first)

    def track(self, index):
        return self.frames[self.first[index]:self.first[index + 1]]


def on_all_cores(function, tracks):
    """[function(track) for track in tracks], with progress on standard error."""
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(function, tracks):
            results.append(result)
            print(f"\r{len(results)} of {len(tracks)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("output", help="spectrograms to write (.npz)")
    arguments = parser.parse_args()

    tracks = read_tracks(arguments.data)

    from_archive = archive_level(arguments.data)

    def spectrogram(track):
        archive = track.data_set == "archive"
        return encode(from_archive(track) if archive else log_mel(decode(track.path)))

    parts = on_all_cores(spectrogram, tracks)
    Spectra.save(arguments.output, [track.id for track in tracks], parts)


if __name__ == "__main__":
    main()
