"""genre live: each window is there before the bytes of the next one are written. No sleeps: a read
that blocks forever is a failure."""
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import unittest

from audio_files import GENRE, SAMPLE_RATE, melody, wav
from temporary_files import TemporaryFiles

PATIENCE = 60  # s; only how long a broken program may hang a test
WINDOW = 3 * SAMPLE_RATE  # samples
SONG = melody(300, 1, seconds=13)[:12 * SAMPLE_RATE]
ALL_THE_SAME = ("start", "end", "genre", "certainty", "genres")
HAS_DECODER = os.path.exists(os.path.join(os.path.dirname(GENRE), "genre-decode"))


def int16(samples):
    return struct.pack(f"<{len(samples)}h", *(round(32767 * y) for y in samples))


def open_wav(rate=SAMPLE_RATE):
    """The header that ffmpeg writes to a pipe."""
    return (b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
            + b"data\xff\xff\xff\xff")


def ffmpeg(*arguments):
    return subprocess.run(["ffmpeg", "-loglevel", "error", "-f", "wav", "-i", "-", *arguments, "-"],
                          input=wav(SONG), capture_output=True, check=True).stdout


class Live(TemporaryFiles):
    def start(self, *arguments, **keywords):
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   "bufsize": 0, **keywords}
        process = subprocess.Popen([GENRE, "live", *arguments], **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                self.addCleanup(stream.close)
        return process

    def run_live(self, data, *arguments):
        """The lines and the status."""
        done = subprocess.run([GENRE, "live", *arguments], input=data, capture_output=True,
                              check=False, timeout=PATIENCE)
        return [json.loads(line) for line in done.stdout.splitlines()], done

    def offline(self, data, *arguments):
        done = subprocess.run([GENRE, "predict", "--json", *arguments, "-"], input=data,
                              capture_output=True, check=True, timeout=PATIENCE)
        return json.loads(done.stdout)

    def assert_same(self, lines, prediction):
        windows = [line for line in lines if line["type"] == "window"]
        self.assertEqual([{key: window[key] for key in ALL_THE_SAME} for window in windows],
                         prediction["segments"])
        self.assertEqual(lines[-1]["type"], "summary")
        self.assertTrue(lines[-1]["final"])
        for key in ("genre", "certainty", "genres", "confident", "none_of_these", "duration",
                    "sample_rate", "model"):
            self.assertEqual(lines[-1][key], prediction[key], key)

    def test_a_window_comes_before_the_bytes_of_the_next_one(self):
        for arguments, header in (((), open_wav()), (("--format", "s16le", "--rate", "22050"), b"")):
            process = self.start("-", *arguments)
            process.stdin.write(header)
            lines = []
            for k in range(3):
                process.stdin.write(int16(SONG[k * WINDOW:(k + 1) * WINDOW]))
                lines.append(json.loads(process.stdout.readline()))
                self.assertEqual((lines[-1]["start"], lines[-1]["end"]), (3 * k, 3 * (k + 1)))
            process.stdin.write(int16(SONG[3 * WINDOW:]))
            process.stdin.close()
            lines += [json.loads(line) for line in process.stdout]
            self.assertEqual(process.wait(), 0)
            self.assert_same(lines, self.offline(wav(SONG)))

    def test_the_last_window_of_resampled_audio_needs_few_milliseconds_more(self):
        rate = 44100
        process = self.start("-", "--format", "s16le", "--rate", str(rate))
        tenth = rate // 10
        process.stdin.write(int16(melody(200, 2, 12)[:3 * rate + tenth]))
        self.assertEqual(json.loads(process.stdout.readline())["end"], 3)

    def test_floats_in_two_channels(self):
        samples = struct.pack(f"<{2 * len(SONG)}f", *(y for x in SONG for y in (x, x)))
        lines, done = self.run_live(samples, "--format", "f32le", "--rate", "22050", "--channels", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sum(line["type"] == "window" for line in lines), 4)
        self.assertAlmostEqual(lines[-1]["duration"], 12)

    @unittest.skipUnless(shutil.which("ffmpeg"), "needs ffmpeg")
    def test_formats_that_are_decoded_here(self):
        for arguments in (["-f", "flac"], ["-f", "mp3"], ["-f", "wav"]):
            data = ffmpeg(*arguments)
            lines, done = self.run_live(data)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_same(lines, self.offline(data))

    @unittest.skipUnless(shutil.which("ffmpeg") and HAS_DECODER, "needs ffmpeg and genre-decode")
    def test_formats_that_genre_decode_decodes(self):
        for arguments in (["-f", "adts"], ["-f", "webm"], ["-ar", "48000", "-c:a", "libopus", "-f", "ogg"]):
            data = ffmpeg(*arguments)
            lines, done = self.run_live(data)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_same(lines, self.offline(data))

    @unittest.skipUnless(shutil.which("ffmpeg") and HAS_DECODER, "needs ffmpeg and genre-decode")
    def test_vorbis_has_nearly_the_values_of_the_file(self):
        # libvorbis decodes a file and FFmpeg a stream.
        data = ffmpeg("-c:a", "libvorbis", "-f", "ogg")
        lines, done = self.run_live(data)
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = self.offline(data)
        self.assertEqual(len(lines), len(expected["segments"]) + 1)
        for line, segment in zip(lines, expected["segments"]):
            self.assertEqual(line["genre"], segment["genre"])
            self.assertAlmostEqual(line["certainty"], segment["certainty"], delta=0.01)

    @unittest.skipUnless(shutil.which("ffmpeg") and HAS_DECODER, "needs ffmpeg and genre-decode")
    def test_a_compressed_stream_is_decoded_while_it_arrives(self):
        for arguments in (["-f", "mp3"], ["-f", "adts"], ["-f", "flac"],
                          ["-f", "webm", "-cluster_time_limit", "100"],
                          ["-c:a", "libopus", "-f", "ogg", "-page_duration", "100000"]):
            data = ffmpeg(*arguments)
            process = self.start("-")
            process.stdin.write(data[:len(data) // 2])  # six of twelve seconds
            self.assertEqual(json.loads(process.stdout.readline())["end"], 3, arguments)
            process.kill()

    def test_summaries_on_the_way(self):
        lines, _ = self.run_live(wav(SONG), "--summary", "2", "--top", "2")
        self.assertEqual([line["type"] for line in lines],
                         ["window", "window", "summary", "window", "window", "summary", "summary"])
        self.assertEqual([(line["windows"], line["final"], line["duration"])
                          for line in lines if line["type"] == "summary"],
                         [(2, False, 6), (4, False, 12), (4, True, 12)])
        self.assertTrue(all(len(line["genres"]) == 2 for line in lines))

    def test_a_signal_ends_the_audio(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("-")
            process.stdin.write(open_wav() + int16(SONG[:4 * SAMPLE_RATE]))
            window = json.loads(process.stdout.readline())
            process.send_signal(number)
            summary = json.loads(process.stdout.readline())
            self.assertEqual((summary["type"], summary["final"], summary["windows"]),
                             ("summary", True, 1))
            self.assertEqual(summary["genres"], window["genres"])
            self.assertEqual(process.wait(), 0)

    @unittest.skipUnless(shutil.which("ffmpeg") and HAS_DECODER, "needs ffmpeg and genre-decode")
    def test_a_signal_ends_audio_that_another_process_decodes(self):
        process = self.start("-")
        process.stdin.write(ffmpeg("-f", "adts")[:-1000])
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = [json.loads(line) for line in process.stdout]
        self.assertEqual(rest[-1]["type"], "summary")
        self.assertEqual(process.wait(), 0)

    def test_nobody_reads_on(self):
        process = self.start("-")
        process.stdin.write(open_wav() + int16(SONG[:WINDOW]))
        process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(int16(SONG[WINDOW:2 * WINDOW]))
        except BrokenPipeError:
            pass
        self.assertNotEqual(process.wait(), 0)

    def test_errors(self):
        for data, message in ((b"x" * 30_000, "not an audio file"), (b"", "0 bytes"),
                              (wav([]), "no samples"), (b"FORM\0\0\0\0AIFFCOMM" + bytes(99), "AIFF")):
            lines, done = self.run_live(data)
            self.assertEqual((lines, done.returncode), ([], 1), done.stderr)
            self.assertIn(message, done.stderr.decode())
        lines, done = self.run_live(wav(SONG) + b"", "--format", "f32le", "--rate", "10")
        self.assertNotEqual(done.returncode, 0)

    def test_damage_after_some_windows(self):
        nan = struct.pack("<f", float("nan"))
        data = struct.pack(f"<{len(SONG)}f", *SONG) + nan
        lines, done = self.run_live(data, "--format", "f32le", "--rate", "22050")
        self.assertEqual(done.returncode, 1)
        self.assertIn("NaN", done.stderr.decode())
        self.assertEqual(lines[0]["type"], "window")
        self.assertEqual(lines[-1]["type"], "summary")

    def terminal(self, *arguments, stdin=None, env=None):
        """Everything that the program writes to a terminal, and its status."""
        ours, theirs = pty.openpty()
        process = self.start(*arguments, stdin=stdin or theirs, stdout=theirs, env=env)
        os.close(theirs)
        text = b""
        while True:
            try:
                text += os.read(ours, 65536)
            except OSError:  # the program has closed the terminal
                break
        os.close(ours)
        return text.decode(), process.wait()

    def test_a_chart_on_a_terminal(self):
        with open(self.file("song.wav", wav(SONG)), "rb") as song:
            text, status = self.terminal("-", "--top", "3", stdin=song)
        self.assertEqual(status, 0)
        charts = text.split("\x1b[4A\r\x1b[J")
        self.assertEqual(len(charts), 5)  # the last one is that of the end
        for k, chart in enumerate(charts):
            self.assertRegex(chart, rf"0:00:{min(3 * (k + 1), 12):02}  ")
            self.assertEqual(len(re.findall(r"\S+ +[▏▎▍▌▋▊▉█]* +[0-9.]+ %\r\n", chart)), 3, chart)
        prediction = self.offline(wav(SONG))
        self.assertIn(f"{prediction['genre']:<12}", charts[-1])

    def test_the_microphone_is_recorded_where_nothing_is_piped(self):
        raw = self.file("raw", int16(melody(300, 1, 12)))
        recorder = self.file("arecord", f'#!/bin/sh\necho "$@" > {self.folder}/arguments\ncat {raw}\n'
                             .encode())
        os.chmod(recorder, 0o755)
        text, status = self.terminal("--json", env={**os.environ, "PATH": f"{self.folder}:/bin:/usr/bin"})
        self.assertEqual(status, 0, text)
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(lines[-1]["sample_rate"], 44100)
        with open(os.path.join(self.folder, "arguments"), encoding="utf-8") as arguments:
            self.assertIn("--rate=44100", arguments.read())

    def test_without_a_recorder(self):
        ours, theirs = pty.openpty()
        done = subprocess.run([GENRE, "live"], stdin=theirs, capture_output=True, check=False,
                              timeout=PATIENCE, env={**os.environ, "PATH": self.folder})
        os.close(ours)
        os.close(theirs)
        self.assertEqual(done.returncode, 1)
        self.assertIn("arecord", done.stderr.decode())
        self.assertIn("genre live -", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
