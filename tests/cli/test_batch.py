"""Folders of files in, one output: genre predict and genre features as curators use them."""
import csv
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import unittest

from audio_files import GENRE, SAMPLE_RATE, is_sanitized, sine, wav
from temporary_files import TemporaryFiles


def genre(*arguments):
    return subprocess.run([GENRE, *arguments], capture_output=True)


def on_terminal(*arguments):
    """What a terminal shows of standard error."""
    terminal, side = pty.openpty()
    with subprocess.Popen([GENRE, *arguments], stdout=subprocess.DEVNULL, stderr=side):
        os.close(side)
        shown = b""
        try:
            while piece := os.read(terminal, 4096):
                shown += piece
        except OSError:  # how Linux ends a terminal that nobody writes to any more
            pass
    os.close(terminal)
    return shown.decode()


class Batch(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.song = wav()

    def music(self, n=6):
        """A folder with so many songs, one of them broken."""
        for i in range(n - 1):
            self.file(f"music/{i % 2}/{i}.wav", wav(sine(200 + 100 * i)))
        self.file("music/1/broken.wav", self.song[:1000])
        return os.path.join(self.folder, "music")

    def output(self, name):
        return os.path.join(self.folder, name)

    def lines(self, *arguments, status=0):
        result = genre("predict", "--json", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return [json.loads(line) for line in result.stdout.decode().splitlines()]

    def rows(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def write(self, path, *arguments, command="predict", status=1):
        resumed = 0 if "--resume" in arguments else status  # the errors may all be known already
        result = genre(command, *arguments, "--output", path)
        self.assertIn(result.returncode, (status, resumed), result.stderr)
        return result.stderr.decode()


class Folders(Batch):
    def test_hold_visible_files_and_links_to_files(self):
        names = ["a.wav", "deep/er/b.WAV", "no_extension", "with,comma \"x\"\n.wav", "link.wav"]
        for name in [*names[:-1], ".hidden.wav", ".hidden/c.wav", "deep/._b.WAV", ".genre-abcdefgh.tmp"]:
            self.file("music/" + name, self.song)
        self.file("music/cover.jpg", b"\xff\xd8\xff\xe0 no audio")
        self.file("music/notes.txt", "no audio either")
        outside = self.file("outside.wav", self.song)
        os.symlink(outside, os.path.join(self.folder, "music", "link.wav"))
        os.symlink(self.folder, os.path.join(self.folder, "music", "loop"))
        found = [line["file"] for line in self.lines(os.path.join(self.folder, "music"))]
        self.assertEqual(sorted(found),
                         sorted(os.path.join(self.folder, "music", name) for name in names))

    def test_files_that_are_named_are_read_whatever_they_are(self):
        song = self.file("song.xyz", self.song)
        link = os.path.join(self.folder, "link")
        os.symlink(song, link)
        text = self.file("notes.txt", "no audio")
        lines = self.lines(link, text, status=1)
        self.assertEqual([line.get("genre") is not None for line in lines], [True, False])
        self.assertEqual(lines[1]["error"]["code"], "not_audio")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_one_that_may_not_be_read_is_told_and_ends_nothing(self):
        music = self.music()
        os.chmod(os.path.join(music, "0"), 0)
        self.addCleanup(os.chmod, os.path.join(music, "0"), 0o700)
        lines = self.lines(music, status=1)
        self.assertEqual(len([line for line in lines if "cannot be read" in str(line)]), 1)

    def test_progress_is_shown_on_a_terminal(self):
        shown = on_terminal("predict", self.music())
        self.assertRegex(shown, r"\r\x1b\[Kpredict: 6/6 files .* hours of audio/s .* 1 errors")
        self.assertRegex(shown, r"6 files, 0\.00 hours of audio, 1 errors")

    def test_progress_of_several_files_is_shown_on_a_terminal(self):
        songs = [self.file(f"{n}.wav", wav(sine(seconds=1))) for n in range(3)]
        self.assertRegex(on_terminal("predict", *songs), r"\r\x1b\[Kpredict: 3/3 files")
        self.assertEqual(genre("predict", *songs).stderr, b"")

    def test_progress_within_a_long_file_is_shown_on_a_terminal(self):
        song = self.file("long.wav", wav([(n % 7 - 3) / 10 for n in range(8000)] * 200, 8000))
        shown = on_terminal("predict", "--hop", "0.2", song)
        percents = [int(percent) for percent in re.findall(r"\r\x1b\[Kpredict: (\d+) %", shown)]
        self.assertTrue(percents, shown)
        self.assertEqual(percents, sorted(percents))
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        self.assertEqual(genre("predict", "--hop", "0.2", song).stderr, b"")

    def test_short_work_has_no_progress_in_a_pipe(self):
        errors = genre("predict", self.music()).stderr.decode()
        self.assertNotIn("files/s", errors)
        self.assertRegex(errors, r"6 files, 0\.00 hours of audio, 1 errors")

    def test_an_empty_one_is_nothing(self):
        os.mkdir(os.path.join(self.folder, "empty"))
        self.assertEqual(self.lines(os.path.join(self.folder, "empty")), [])


class Order(Batch):
    def test_is_that_of_the_arguments_however_many_work(self):
        files = [self.file(f"{i}.wav", wav(sine(seconds=9 if i % 5 == 0 else 0.3)))
                 for i in range(40)]
        for threads in ("1", "7"):
            lines = self.lines("--threads", threads, *files)
            self.assertEqual([line["file"] for line in lines], files)


class Formats(Batch):
    def test_say_the_same(self):
        music = self.music()
        lines = {line["file"]: line for line in self.lines(music, status=1)}
        self.assertEqual(len(lines), 6)
        self.write(self.output("o.csv"), "--format", "csv", music)
        self.write(self.output("o.db"), "--format", "sqlite", music)
        database = sqlite3.connect(self.output("o.db"))
        self.addCleanup(database.close)
        database.row_factory = sqlite3.Row
        stored = {row["file"]: row for row in database.execute("SELECT * FROM predictions")}
        rows = {row["file"]: row for row in self.rows(self.output("o.csv"))}
        self.assertEqual(rows.keys(), lines.keys())
        self.assertEqual(stored.keys(), lines.keys())
        for file, line in lines.items():
            if "error" in line:
                error = f'{line["error"]["code"]}: {line["error"]["message"]}'
                self.assertEqual((rows[file]["error"], stored[file]["error"]), (error, error))
                self.assertEqual((rows[file]["genre"], stored[file]["genre"]), ("", None))
                continue
            for key in ("genre", "certainty", "duration"):
                self.assertEqual(rows[file][key], str(line[key]).removesuffix(".0"))
                self.assertEqual(stored[file][key], line[key])
            self.assertEqual(rows[file]["confident"], str(line["confident"]).lower())
            self.assertEqual(stored[file]["confident"], line["confident"])
            for entry in line["genres"]:
                self.assertEqual(float(rows[file][entry["genre"]]), entry["certainty"])
                self.assertEqual(stored[file][entry["genre"]], entry["certainty"])

    def test_have_the_warnings(self):
        half = self.song[:len(self.song) // 2]
        cut, whole = self.file("cut.wav", half), self.file("whole.wav", self.song)
        first, second = self.lines(cut, whole)
        self.assertEqual(second["warnings"], [])
        (warning,) = first["warnings"]
        self.assertEqual((warning["code"], warning["from"], warning["to"]),
                         ("truncated", 1.5, 3.0))
        for command in ("predict", "features"):
            table = {"predict": "predictions", "features": "features"}[command]
            csv_path, database_path = self.output(command + ".csv"), self.output(command + ".db")
            self.write(csv_path, "--format", "csv", cut, whole, command=command, status=0)
            self.write(database_path, "--format", "sqlite", cut, whole, command=command, status=0)
            rows = self.rows(csv_path)
            database = sqlite3.connect(database_path)
            self.addCleanup(database.close)
            stored = database.execute(f"SELECT warnings FROM {table} ORDER BY file").fetchall()
            self.assertEqual(json.loads(rows[0]["warnings"]), [warning])
            self.assertEqual(json.loads(stored[0][0]), [warning])
            self.assertEqual((rows[1]["warnings"], stored[1][0]), ("", None))
        features = json.loads(genre("features", cut).stdout)
        self.assertEqual(features["warnings"], [warning])

    def test_for_people_have_them_too(self):
        cut = self.file("music/cut.wav", self.song[:len(self.song) // 2])
        self.file("music/silent.wav", wav([0.0] * SAMPLE_RATE))
        result = genre("predict", os.path.dirname(cut))
        self.assertEqual(result.returncode, 0)
        shown, errors = result.stdout.decode(), result.stderr.decode()
        self.assertRegex(shown, r"cut\.wav .* %.* warning: truncated\n")
        self.assertRegex(shown, r"silent\.wav +no genre +not confident  warning: silence\n")
        self.assertIn(f"genre predict: {cut}: warning: the audio ends after 1.50 s of the 3.00 s",
                      errors)
        self.assertIn("2 files, 0.00 hours of audio, 0 errors, 2 with warnings", errors)

    def test_strict_makes_damage_an_error_but_not_silence(self):
        cut = self.file("cut.wav", self.song[:len(self.song) // 2])
        silent = self.file("silent.wav", wav([0.0] * SAMPLE_RATE))
        first, second = self.lines("--strict", cut, silent, status=1)
        self.assertEqual(first["error"]["code"], "truncated")
        self.assertEqual([warning["code"] for warning in second["warnings"]], ["silence"])
        self.assertEqual(genre("features", "--strict", cut).returncode, 1)

    def test_of_features_say_the_same(self):
        song = self.file("song.wav", wav(sine(seconds=7)))
        line = json.loads(genre("features", song).stdout)
        self.write(self.output("o.db"), "--format", "sqlite", song, command="features", status=0)
        database = sqlite3.connect(self.output("o.db"))
        self.addCleanup(database.close)
        windows = database.execute("SELECT start, mfcc20 FROM features ORDER BY start").fetchall()
        self.assertEqual([start for start, _ in windows], [w["start"] for w in line["windows"]])
        for (_, stored), window in zip(windows, line["windows"]):
            self.assertAlmostEqual(stored, window["features"]["mfcc20"], 5)

    def test_without_their_file_are_refused(self):
        for flags in (["--format", "sqlite"], ["--output", self.output("t"), "--resume"],
                      ["--format", "xml"], ["--resume"]):
            result = genre("predict", *flags, self.file("song.wav", self.song))
            self.assertNotEqual(result.returncode, 0, flags)
            self.assertTrue(result.stderr, flags)

    def test_that_cannot_be_written_are_told(self):
        song = self.file("song.wav", self.song)
        for name in ("jsonl", "csv", "sqlite"):
            errors = self.write("/nowhere/o", "--format", name, song)
            self.assertIn("/nowhere/o", errors)
        with open("/dev/full", "wb") as full:
            full = subprocess.run([GENRE, "predict", "--json", song], stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(full.returncode, 1)
        self.assertIn(b"cannot be written", full.stderr)


class Resume(Batch):
    def whole_and_resumed(self, name, spoil, command="predict"):
        """The contents of an output, and of one that was spoilt and resumed."""
        music, path = self.music(), self.output("o." + name)
        self.write(path, "--format", name, music, command=command)
        with open(path, "rb") as file:
            whole = file.read()
        with open(path, "wb") as file:
            file.write(spoil(whole))
        self.write(path, "--format", name, "--resume", music, command=command)
        with open(path, "rb") as file:
            return whole, file.read()

    def test_does_what_is_missing(self):
        for name, cut in (("jsonl", 300), ("csv", 150)):
            with self.subTest(name):
                whole, resumed = self.whole_and_resumed(name, lambda content: content[:-cut])
                self.assertEqual(resumed, whole)
        whole, resumed = self.whole_and_resumed("csv", lambda content: content[:-400], "features")
        self.assertEqual(resumed, whole)

    def test_does_nothing_twice(self):
        for name in ("jsonl", "csv"):
            whole, resumed = self.whole_and_resumed(name, lambda content: content)
            self.assertEqual(resumed, whole)
        music, path = self.music(), self.output("o.db")
        self.write(path, "--format", "sqlite", music)
        self.file("music/new.wav", self.song)
        errors = self.write(path, "--format", "sqlite", "--resume", music, status=0)
        self.assertIn("7 files", errors)
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        self.assertEqual(database.execute("SELECT count(*) FROM predictions").fetchone(), (7,))

    def test_starts_where_there_is_nothing_yet(self):
        path = self.output("o.jsonl")
        self.write(path, "--json", "--resume", self.music())
        with open(path, encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 6)

    def test_leaves_alone_what_it_cannot_resume(self):
        song = self.file("song.wav", self.song)
        for name in ("jsonl", "csv", "sqlite"):
            precious = self.file("precious", "my diary\nsecond line\n")
            errors = self.write(precious, "--format", name, "--resume", song)
            self.assertIn("precious", errors)
            with open(precious, "rb") as file:
                self.assertEqual(file.read(), b"my diary\nsecond line\n")


class Interrupted(Batch):
    def test_what_is_written_is_whole_and_can_be_resumed(self):
        song = self.file("song.wav", self.song)
        files = []
        for i in range(1500):
            files.append(self.output(f"{i}.wav"))
            os.link(song, files[-1])
        for name in ("jsonl", "csv", "sqlite"):
            with self.subTest(name):
                path = self.output("o." + name)
                command = [GENRE, "predict", "--format", name, "--output", path, *files]
                process = subprocess.Popen(command, stderr=subprocess.PIPE)
                while not os.path.exists(path) or os.path.getsize(path) < 200:
                    self.assertIsNone(process.poll())
                process.send_signal(signal.SIGINT)
                errors = process.communicate()[1].decode()
                self.assertEqual(process.returncode, 130, errors)
                self.assertIn("--resume", errors)
                done = self.count(name, path)
                self.assertLess(done, len(files))
                self.write(path, "--format", name, "--resume", *files, status=0)
                self.assertEqual(self.count(name, path), len(files))

    def count(self, name, path):
        if name == "sqlite":
            database = sqlite3.connect(path)
            self.addCleanup(database.close)
            return database.execute("SELECT count(*) FROM predictions").fetchone()[0]
        with open(path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
        self.assertTrue(lines[-1].endswith(b"\n"))
        return len(lines) - (name == "csv")


@unittest.skipIf(is_sanitized(), "a sanitizer's build keeps what is freed")
class Memory(Batch):
    def peak(self, *files):
        process = subprocess.Popen([GENRE, "predict", "--json", "--threads", "2", *files],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss  # KiB

    def test_does_not_grow_with_the_number_of_files(self):
        song = self.file("music/song.wav", self.song)
        for i in range(2000):
            os.link(song, os.path.join(self.folder, "music", f"{i}.wav"))
        few = self.peak(*[song] * 20)
        many = self.peak(os.path.join(self.folder, "music"))
        self.assertLess(many, few + 4096)

    def test_does_not_grow_with_the_length_of_a_file(self):
        short = self.file("short.wav", wav([0.1, -0.1] * (SAMPLE_RATE * 120 // 2)))
        long = self.file("long.wav", wav([0.1, -0.1] * (SAMPLE_RATE * 1800 // 2)))
        self.assertGreater(os.path.getsize(long), 70 * 2**20)
        self.assertLess(self.peak(long), self.peak(short) + 4096)


if __name__ == "__main__":
    unittest.main()
