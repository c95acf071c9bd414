#!/usr/bin/env python3
"""Measures the files per second of `genre predict` with one thread and with one per core.

  bench/folder.py build/release/bin/genre CLIP.wav...

Links the clips under a thousand names in a temporary folder, next to the first clip.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

FILES = 1000
ROUNDS = 5


def seconds(program, threads, folder):
    began = time.monotonic()
    subprocess.run([program, "predict", "--csv", "--threads", str(threads), folder], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, clips = sys.argv[1], sys.argv[2:]
    cores = os.cpu_count()
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(clips[0]))) as folder:
        for i in range(FILES):
            os.link(clips[i % len(clips)], os.path.join(folder, f"{i}.wav"))
        seconds(program, cores, folder)
        ratios, rates = [], []
        for _ in range(ROUNDS):
            one, several = seconds(program, 1, folder), seconds(program, cores, folder)
            ratios.append(one / several)
            rates.append(FILES / several)
    ratio = statistics.median(ratios)
    print(f"{FILES} files, {cores} threads: {statistics.median(rates):.0f} files/s, "
          f"{ratio:.2f} times one thread ({ratio / cores:.2f} x cores; "
          f"{min(ratios):.2f} to {max(ratios):.2f} over {ROUNDS} rounds)")


main()
