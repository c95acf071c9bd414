"""kill -9 at random moments of each kind of write: the old content is left or the new, never half."""
import contextlib
import os
import random
import sqlite3
import subprocess
import time
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from temporary_files import TemporaryFiles

WRITER = os.environ["GENRE_WRITER"]
KILLS = 30 if is_sanitized() else 200  # of each kind; a sanitizer's build starts slowly
OLD = "an earlier run"


class Killed(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.random = random.Random(15)

    def kill_later(self, process, most):
        """The moment itself is what is tested, so it is random: up to `most` seconds from now."""
        time.sleep(self.random.uniform(0, most))
        process.kill()
        process.wait()

    def content(self, path):
        with open(path, "rb") as file:
            return file.read()


class WriteFile(Killed):
    def test_leaves_a_whole_version(self):
        path = os.path.join(self.folder, "file")
        left_over = 0
        for _ in range(KILLS):
            with subprocess.Popen([WRITER, path], stdout=subprocess.PIPE) as process:
                process.stdout.read(1)
                self.kill_later(process, 0.02)
            lines = self.content(path).split(b"\n")
            self.assertEqual(lines.pop(), b"")
            self.assertEqual(set(lines), {lines[0]})
            self.assertEqual(len(lines), 100 * int(lines[0]))
            others = [name for name in os.listdir(self.folder) if name != "file"]
            self.assertLessEqual(len(others), 1)
            for name in others:
                self.assertRegex(name, r"^\.genre-[a-z0-9]{8}\.tmp$")
                os.remove(os.path.join(self.folder, name))
            left_over += len(others)
        self.assertGreater(left_over, 0, "no kill came in the middle of a write")


class Outputs(Killed):
    """Of genre predict, which writes over the output of an earlier run."""

    def setUp(self):
        super().setUp()
        song = self.file("song.wav", wav(sine(seconds=0.3)))
        self.songs = []
        for i in range(40):
            self.songs.append(os.path.join(self.folder, f"{i}.wav"))
            os.link(song, self.songs[-1])
        self.duration = min(self.time() for _ in range(3))

    def time(self):
        started = time.monotonic()
        self.predict("jsonl", "timed")
        return time.monotonic() - started

    def command(self, form, path):
        return [GENRE, "predict", "--threads", "2", "--format", form, "--output", path]

    def predict(self, form, name, *flags):
        path = os.path.join(self.folder, name)
        subprocess.run([*self.command(form, path), *flags, *self.songs], check=True,
                       capture_output=True)
        return path

    def kill(self, form, path):
        with subprocess.Popen([*self.command(form, path), *self.songs],
                              stderr=subprocess.DEVNULL) as process:
            self.kill_later(process, 1.1 * self.duration)

    def check_text(self, form):
        whole = self.content(self.predict(form, "whole"))
        path = os.path.join(self.folder, "output")
        seen = set()
        for n in range(KILLS):
            self.file("output", OLD)
            self.kill(form, path)
            left = self.content(path)
            if left == OLD.encode():
                seen.add("old")
                continue
            self.assertTrue(whole.startswith(left), left[-300:])
            seen.add("new" if left == whole else "part")
            if left != whole and n % 40 == 0:
                self.predict(form, "output", "--resume")
                self.assertEqual(self.content(path), whole)
        self.assertLessEqual({"old", "part"}, seen)

    def test_jsonl_is_old_or_new_up_to_a_record(self):
        self.check_text("jsonl")

    def test_csv_is_old_or_new_up_to_a_record(self):
        self.check_text("csv")

    def test_sqlite_is_old_or_new_up_to_a_record(self):
        path = os.path.join(self.folder, "library.db")
        self.predict("sqlite", "library.db")
        with contextlib.closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT * FROM predictions").fetchall()
            database.executescript(f"""
                CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine');
                DELETE FROM predictions; CREATE INDEX by_genre ON predictions (genre);
                INSERT INTO predictions (file) VALUES ('{OLD}');""")
        before = self.content(path)
        whole = {row[0]: row for row in rows}
        seen = set()
        for _ in range(KILLS):
            with open(path, "wb") as file:
                file.write(before)
            self.kill("sqlite", path)
            with contextlib.closing(sqlite3.connect(path)) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                self.assertEqual(database.execute("SELECT text FROM notes").fetchall(),
                                 [("mine",)])
                self.assertEqual(len(database.execute("PRAGMA index_info(by_genre)").fetchall()),
                                 1)
                left = database.execute("SELECT * FROM predictions").fetchall()
            if [row[0] for row in left] == [OLD]:
                seen.add("old")
                continue
            self.assertEqual({row[0] for row in left}, set(self.songs[:len(left)]))
            self.assertGreater(len(left), 0)
            for row in left:
                self.assertEqual(row, whole[row[0]])
            seen.add("new")
        self.assertEqual(seen, {"old", "new"})


if __name__ == "__main__":
    unittest.main()
