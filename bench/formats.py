#!/usr/bin/env python3
"""Measures the cost of genre-decode: the time of a 3 s clip as M4A and as WAV, and the CPU time of a song of
4 minutes as M4A, compared with that of ffmpeg, which only decodes it.

  bench/formats.py build/release/bin/genre SONG.wav
"""
import glob
import http.client
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


def encode(source, target, *arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "99", "-i", source, *arguments, target],
                   check=True)
    with open(target, "rb") as file:
        return file.read()


def cpu_of(pid):
    """CPU time in seconds of a process and of its children that have ended."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:15])) / TICKS


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--quiet", "--threads", "1"],
                                        stdout=subprocess.PIPE, text=True)
        port = int(re.search(r":(\d+)$", self.process.stdout.readline().strip())[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        while self.ask("GET", "/readyz") != 200:
            pass

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        response = self.connection.getresponse()
        response.read()
        return response.status

    def predict(self, body):
        """Predicts a file and returns the time in seconds."""
        start = time.perf_counter()
        assert self.ask("POST", "/v1/predict", body) == 200
        return time.perf_counter() - start

    def cpu(self):
        children = []
        for path in glob.glob(f"/proc/{self.process.pid}/task/*/children"):
            with open(path, encoding="ascii") as file:
                children += map(int, file.read().split())
        return sum(map(cpu_of, [self.process.pid, *children]))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def cpu_of_command(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, song = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        clip = {"WAV": encode(song, f"{folder}/clip.wav", "-t", "3", "-ar", "44100", "-ac", "2"),
                "M4A": encode(song, f"{folder}/clip.m4a", "-t", "3", "-ar", "44100", "-ac", "2",
                              "-c:a", "aac", "-b:a", "160k")}
        song_m4a = f"{folder}/song.m4a"
        whole = encode(song, song_m4a, "-t", "240", "-ar", "44100", "-ac", "2", "-c:a", "aac", "-b:a",
                       "160k")
        server = Server(program)
        print(f"first M4A, which starts genre-decode: {1e3 * server.predict(clip['M4A']):.0f} ms")
        times = {name: [] for name in clip}
        for _ in range(200):
            for name, body in clip.items():
                times[name].append(1e3 * server.predict(body))
        for name, values in times.items():
            print(f"3 s {name}: median {statistics.median(values):.2f} ms, minimum {min(values):.2f} ms")

        ours, theirs = [], []
        for _ in range(10):
            before = server.cpu()
            for _ in range(3):
                server.predict(whole)
            time.sleep(0.1)  # until the server has waited for the last process, so that its CPU time counts
            ours.append((server.cpu() - before) / 3)
            theirs.append(cpu_of_command("ffmpeg", "-v", "error", "-threads", "1", "-i", song_m4a, "-f",
                                         "null", "-"))
        server.stop()
        print(f"240 s M4A, whole prediction: median {statistics.median(ours):.3f} s of CPU")
        print(f"240 s M4A, ffmpeg -f null -: median {statistics.median(theirs):.3f} s of CPU")
        print(f"ratio: {statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    main()
