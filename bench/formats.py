#!/usr/bin/env python3
"""Measures the cost of decoding: the time of a 3 s clip as M4A and as WAV, and the CPU time of a song of 4 minutes
in each format, compared with that of the fastest program that only decodes it: ffmpeg or mpg123.

  bench/formats.py build/release/bin/genre SONG.wav
"""
import glob
import http.client
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
STEREO = ["-ar", "44100", "-ac", "2"]
SONGS = {  # format: extension and arguments of ffmpeg
    "MP3": ("mp3", ["-c:a", "libmp3lame", "-b:a", "160k"]),
    "M4A": ("m4a", ["-c:a", "aac", "-b:a", "160k"]),
    "Ogg Vorbis": ("ogg", ["-c:a", "libvorbis", "-q:a", "5"]),
    "Opus": ("opus", ["-c:a", "libopus", "-b:a", "160k", "-ar", "48000"]),
    "FLAC": ("flac", ["-c:a", "flac"]),
}


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


def decoders(path):
    """The commands that only decode a file."""
    commands = [["ffmpeg", "-v", "error", "-threads", "1", "-i", path, "-f", "null", "-"]]
    if path.endswith(".mp3") and shutil.which("mpg123"):
        commands.append(["mpg123", "--quiet", "--test", path])
    return commands


def measure_clips(server, song, folder):
    clip = {"WAV": encode(song, f"{folder}/clip.wav", "-t", "3", *STEREO),
            "M4A": encode(song, f"{folder}/clip.m4a", "-t", "3", *STEREO, *SONGS["M4A"][1])}
    print(f"first M4A, which starts genre-decode: {1e3 * server.predict(clip['M4A']):.0f} ms")
    times = {name: [] for name in clip}
    for _ in range(200):
        for name, body in clip.items():
            times[name].append(1e3 * server.predict(body))
    for name, values in times.items():
        print(f"3 s {name}: median {statistics.median(values):.2f} ms, minimum {min(values):.2f} ms")


def measure_songs(server, song, folder):
    print("CPU time of 240 s: whole prediction, fastest decoder alone, ratio")
    for name, (extension, arguments) in SONGS.items():
        path = f"{folder}/song.{extension}"
        whole = encode(song, path, "-t", "240", *STEREO, *arguments)
        ours, theirs = [], []
        for _ in range(10):
            before = server.cpu()
            for _ in range(3):
                server.predict(whole)
            time.sleep(0.1)  # until the server has waited for the last process, so that its CPU time counts
            ours.append((server.cpu() - before) / 3)
            theirs.append(min(cpu_of_command(*command) for command in decoders(path)))
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(f"{name}: {mine:.3f} s, {other:.3f} s, {mine / other:.2f}", flush=True)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, song = sys.argv[1:]
    server = Server(program)
    with tempfile.TemporaryDirectory() as folder:
        measure_clips(server, song, folder)
        measure_songs(server, song, folder)
    server.stop()


if __name__ == "__main__":
    main()
