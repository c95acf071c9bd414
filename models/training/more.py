#!/usr/bin/env python3
"""Fetches the music of more.csv from its public repositories and cuts the excerpts: DATA/more/audio and DATA/more/tracks.csv.

Nearly all of this music has no license that would allow to pass it on: use it to train and to measure, and do not
publish it. What is no longer there is left out, and named. Needs git and ffmpeg."""
import argparse
import csv
import itertools
import os
import subprocess
import sys
import tempfile

from data import rows

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "more.csv")


def fetch(repository, source, commit):
    """Fetches the names in a commit; the files themselves come when they are read."""
    subprocess.run(["git", "init", "--quiet", "--bare", repository], check=True)
    git = ["git", "-C", repository]
    subprocess.run([*git, "remote", "add", "origin", f"https://github.com/{source}"], check=True)
    subprocess.run([*git, "config", "remote.origin.promisor", "true"], check=True)
    subprocess.run([*git, "config", "remote.origin.partialclonefilter", "blob:none"], check=True)
    subprocess.run([*git, "fetch", "--quiet", "--depth", "1", "--filter", "blob:none", "origin", commit], check=True)


def cut(repository, row, folder):
    """Writes one excerpt, coded as those of world are."""
    with tempfile.NamedTemporaryFile() as song:
        subprocess.run(["git", "-C", repository, "cat-file", "blob", f"{row['commit']}:{row['path']}"], stdout=song,
                       check=True)
        part = os.path.join(folder, "part.opus")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-ss", row["start_s"], "-t", "30", "-i", song.name,
                        "-map", "0:a:0", "-ac", "1", "-c:a", "libopus", "-b:a", "22k", "-ar", "48000", part], check=True)
    os.replace(part, os.path.join(folder, row["id"] + ".opus"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder in which to make the folder more/")
    arguments = parser.parse_args()

    folder = os.path.join(arguments.data, "more")
    audio = os.path.join(folder, "audio")
    os.makedirs(audio, exist_ok=True)
    listed, found = rows(LIST), []

    def place(row):
        return row["source"], row["commit"]

    def is_there(row):
        return os.path.exists(os.path.join(audio, row["id"] + ".opus"))

    for (source, commit), part in itertools.groupby(sorted(listed, key=place), key=place):
        part = list(part)
        missing = [row for row in part if not is_there(row)]
        with tempfile.TemporaryDirectory() as repository:
            try:
                if missing:
                    fetch(repository, source, commit)
                for row in missing:
                    cut(repository, row, audio)
            except subprocess.CalledProcessError as error:
                print(f"{source} at {commit}: {error}", file=sys.stderr)
        found += filter(is_there, part)
        print(f"\r{len(found)} of {len(listed)} excerpts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with open(os.path.join(folder, "tracks.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, listed[0].keys())
        writer.writeheader()
        writer.writerows(sorted(found, key=lambda row: row["id"]))


if __name__ == "__main__":
    main()
