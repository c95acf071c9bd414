#!/usr/bin/env python3
"""What --excerpts N costs and saves: python3 bench/excerpts.py build/release/bin/genre SONG ...

The songs should be whole ones. Agreement: how many have the same genre as with all windows. CPU time: of
four-minute MP3 files (stereo, 44.1 kHz, 128 kbit/s), made from the first six songs with ffmpeg, with one
thread. Both sides of a ratio run one after the other, three times; the least time counts."""
import json
import os
import resource
import subprocess
import sys
import tempfile

COUNTS = [3, 10, 30]
LINKS = 8  # names of each song whose time is measured: the program's start counts little then
MODELS = os.environ.get("MODELS", "default").split(",")


def predict(genre, model, files, n=None):
    """The predictions, and the CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = [] if n is None else ["--excerpts", str(n)]
    done = subprocess.run([genre, "predict", "--json", "--threads", "1", "--model", model, *options, *files],
                          capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return [json.loads(line) for line in done.stdout.splitlines()], seconds


def four_minutes(song, target):
    subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", song, "-t", "240", "-vn", "-ac", "2",
                    "-ar", "44100", "-c:a", "libmp3lame", "-b:a", "128k", target], check=True)


def certainty(prediction, genre):
    return next(g["certainty"] for g in prediction["genres"] if g["genre"] == genre)


def agreement(genre, model, songs):
    whole, _ = predict(genre, model, songs)
    whole = {p["file"]: p for p in whole if "error" not in p and len(p["segments"]) > max(COUNTS)}
    sure = [f for f, p in whole.items() if p["confident"]]
    minutes = sum(p["duration"] for p in whole.values()) / 60
    print(f"{len(whole)} songs, {minutes:.0f} minutes; {len(sure)} of them confident")
    for n in COUNTS:
        some = {p["file"]: p for p in predict(genre, model, list(whole), n)[0]}
        same = [f for f, p in whole.items() if some[f]["genre"] == p["genre"]]
        same_sure = [f for f in sure if f in same]
        shift = [abs(certainty(some[f], p["genre"]) - p["certainty"]) for f, p in whole.items()]
        now_sure = sum(bool(some[f]["confident"]) for f in whole)
        print(f"  N = {n:2}: the same genre in {len(same)} ({100 * len(same) / len(whole):.1f} %), of the "
              f"confident ones in {len(same_sure)}; its certainty differs by {sum(shift) / len(shift):.3f} on "
              f"average; {now_sure} confident")


def cost(genre, model, songs, folder):
    files = []
    for k, song in enumerate(songs[:6]):
        files.append(os.path.join(folder, f"{k}.mp3"))
        four_minutes(song, files[-1])
    for file in list(files):
        for k in range(1, LINKS):
            files.append(f"{file}.{k}.mp3")
            os.link(file, files[-1])
    nothing = os.path.join(folder, "nothing.wav")  # what starting the program costs
    with open(nothing, "wb"):
        pass
    least = {}
    for _ in range(3):
        for n in [*COUNTS, None]:
            seconds = predict(genre, model, files, n)[1] - predict(genre, model, [nothing], n)[1]
            least[n] = min(least.get(n, seconds), seconds)
    for n, seconds in least.items():
        each = seconds / len(files)
        print(f"  {'all' if n is None else f'N = {n}'}: {1000 * each:.1f} ms of CPU time per song, "
              f"{each / (least[None] / len(files)):.3f} of all windows; a million take {each / 3.6 * 1000:.1f} "
              "core-hours")


def main(genre, *songs):
    for model in MODELS:
        print(f"model {model}")
        agreement(genre, model, list(songs))
        with tempfile.TemporaryDirectory() as folder:
            cost(genre, model, songs, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
