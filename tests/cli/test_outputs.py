"""Outputs never destroy: what is in the way of an output, and what becomes of it."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import threading
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from temporary_files import TemporaryFiles

MODEL = os.path.join(os.path.dirname(__file__), "..", "..", "models", "default.onnx")
TEXT_FORMATS = ("table", "jsonl", "csv")


class Outputs(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.song = self.file("song.wav", wav())

    def run_genre(self, *arguments, status=0, **keywords):
        result = subprocess.run([GENRE, *arguments], capture_output=True, check=False, **keywords)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr.decode()

    def path(self, name):
        return os.path.join(self.folder, name)

    def content(self, path):
        with open(path, "rb") as file:
            return file.read()

    def rows(self, path, query):
        with contextlib.closing(sqlite3.connect(path)) as database:
            return database.execute(query).fetchall()

    def change(self, path, script):
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.executescript(script)


class Sqlite(Outputs):
    def sqlite(self, path, *arguments, command="predict", status=0):
        return self.run_genre(command, "--format", "sqlite", "--output", path, *arguments,
                              status=status)

    def test_replaces_its_own_table_alone(self):
        path = self.path("library.db")
        self.change(path, "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine');"
                          "CREATE VIEW loud AS SELECT text FROM notes;")
        self.sqlite(path, self.song, command="features")
        self.sqlite(path, self.song)
        other = self.file("other.wav", wav(sine(880)))
        self.sqlite(path, other)
        self.assertEqual(self.rows(path, "SELECT text FROM loud"), [("mine",)])
        self.assertEqual(self.rows(path, "SELECT file FROM features"), [(self.song,)])
        self.assertEqual(self.rows(path, "SELECT file FROM predictions"), [(other,)])

    def test_keeps_indexes_and_triggers_of_its_table(self):
        path = self.path("library.db")
        self.sqlite(path, self.song)
        self.change(path, """
            CREATE INDEX by_genre ON predictions (genre);
            CREATE TABLE log (file);
            CREATE TRIGGER logged AFTER INSERT ON predictions
                BEGIN INSERT INTO log VALUES (new.file); END;""")
        self.sqlite(path, self.song)
        names = self.rows(path, "SELECT name FROM sqlite_master WHERE tbl_name = 'predictions' "
                                "AND sql IS NOT NULL ORDER BY name")
        self.assertEqual(names, [("by_genre",), ("logged",), ("predictions",)])
        self.assertEqual(self.rows(path, "SELECT file FROM log"), [(self.song,)])

    def test_says_which_index_does_not_fit_and_changes_nothing(self):
        path = self.path("library.db")
        self.sqlite(path, "--tag", self.song)
        self.change(path, "CREATE INDEX by_tag ON predictions (tag_after)")
        errors = self.sqlite(path, self.song, status=1)
        self.assertIn("CREATE INDEX by_tag", errors)
        self.assertEqual(self.rows(path, "SELECT file, tag_before FROM predictions"),
                         [(self.song, "")])

    def test_takes_an_empty_file(self):
        path = self.file("empty.db", "")
        self.sqlite(path, self.song)
        self.assertEqual(self.rows(path, "SELECT file FROM predictions"), [(self.song,)])

    def test_leaves_what_is_no_database(self):
        for content in (b"x", b"my diary\n", bytes(5000), b"SQLite format 4\0" + bytes(5000)):
            for flags in ([], ["--resume"]):
                path = self.file("diary", content)
                errors = self.sqlite(path, *flags, self.song, status=1)
                self.assertIn("not a SQLite database", errors)
                self.assertEqual(self.content(path), content)

    def test_leaves_a_table_or_a_view_that_is_not_its_own(self):
        for script in ("CREATE TABLE Predictions (who, what); INSERT INTO predictions VALUES (1, 2)",
                       "CREATE TABLE t (a, b); CREATE VIEW predictions AS SELECT a, b FROM t"):
            path = self.path("library.db")
            self.change(path, script)
            before = self.content(path)
            errors = self.sqlite(path, self.song, status=1)
            self.assertIn("genre did not write its table predictions", errors)
            self.assertEqual(self.content(path), before)
            os.remove(path)

    def test_stays_where_nothing_could_be_read(self):
        path = self.path("library.db")
        self.sqlite(path, self.song)
        os.mkdir(self.path("empty"))
        for nothing, status in ((self.path("missing"), 1), (self.path("empty"), 0)):
            errors = self.sqlite(path, nothing, status=status)
            self.assertIn("stays as it was", errors)
            self.assertEqual(self.rows(path, "SELECT file FROM predictions"), [(self.song,)])

    def test_has_the_errors_of_files_with_the_rest(self):
        path = self.path("library.db")
        self.sqlite(path, self.song)
        missing = self.path("missing.wav")
        self.sqlite(path, missing, self.song, status=1)
        self.assertEqual(self.rows(path, "SELECT file, error IS NULL FROM predictions "
                                         "ORDER BY file"), [(missing, 0), (self.song, 1)])

    def test_new_has_its_table_though_it_be_empty(self):
        os.mkdir(self.path("empty"))
        self.sqlite(self.path("new.db"), self.path("empty"))
        self.assertEqual(self.rows(self.path("new.db"), "SELECT file FROM predictions"), [])

    def test_that_is_locked_is_an_error(self):
        path = self.path("library.db")
        self.sqlite(path, self.song)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            errors = self.sqlite(path, self.song, status=1)
        self.assertIn("another program has locked the database", errors)
        self.assertEqual(self.rows(path, "SELECT file FROM predictions"), [(self.song,)])


class Text(Outputs):
    def test_stays_where_nothing_could_be_read(self):
        os.mkdir(self.path("empty"))
        for form in TEXT_FORMATS:
            path = self.file("output", "precious\n")
            for nothing, status in ((self.path("missing"), 1), (self.path("empty"), 0)):
                errors = self.run_genre("predict", "--format", form, "--output", path, nothing,
                                        status=status)
                self.assertIn("stays as it was", errors)
                self.assertEqual(self.content(path), b"precious\n")

    def test_is_replaced_in_place_by_the_first_result(self):
        missing = self.path("missing.wav")
        for form in TEXT_FORMATS:
            path = self.file("output", "precious\n" * 1000)
            os.chmod(path, 0o640)
            before = os.stat(path)
            self.run_genre("predict", "--format", form, "--output", path, missing, self.song,
                           status=1)
            new = self.content(path).decode()
            self.assertNotIn("precious", new)
            self.assertIn(self.song, new)
            after = os.stat(path)
            self.assertEqual((after.st_mode, after.st_uid, after.st_ino),
                             (before.st_mode, before.st_uid, before.st_ino))
            if form != "table":  # the error waited for it, and comes first
                self.assertLess(new.index(missing), new.index(self.song))

    def test_is_replaced_by_errors_of_files_that_were_read(self):
        text = self.file("notes.txt", "no audio")
        path = self.file("output", "precious\n")
        self.run_genre("predict", "--json", "--output", path, text, status=1)
        self.assertEqual(json.loads(self.content(path))["error"]["code"], "not_audio")

    def test_new_has_the_errors_too(self):
        missing, path = self.path("missing.wav"), self.path("new.jsonl")
        self.run_genre("predict", "--json", "--output", path, missing, status=1)
        self.assertEqual(json.loads(self.content(path))["file"], missing)
        os.mkdir(self.path("empty"))
        self.run_genre("predict", "--csv", "--output", self.path("new.csv"), self.path("empty"))
        self.assertTrue(self.content(self.path("new.csv")).startswith(b"file,genre,"))

    def test_stays_where_it_is_no_output_to_resume(self):
        for form in ("jsonl", "csv"):
            path = self.file("output", "a diary without an end of its line")
            self.run_genre("predict", "--format", form, "--resume", "--output", path, self.song,
                           status=1)
            self.assertEqual(self.content(path), b"a diary without an end of its line")

    def test_is_as_it_was_after_ctrl_c_before_the_first_result(self):
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        for form in ("jsonl", "csv", "sqlite"):
            path = self.path("output." + form)
            self.run_genre("predict", "--format", form, "--output", path, self.song)
            before = self.content(path)
            command = [GENRE, "predict", "--format", form, "--output", path, fifo]
            with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
                with open(fifo, "wb") as pipe:  # opens once the program reads its first file
                    process.send_signal(signal.SIGINT)
                    self.assertEqual(process.stderr.readline(), b"\n")
                    self.assertIn(b"Ctrl-C", process.stderr.readline())
                    pipe.write(wav())
                errors = process.communicate()[1].decode()
            self.assertEqual(process.returncode, 130, errors)
            self.assertIn("stays as it was", errors)
            self.assertNotIn("--resume", errors)
            self.assertEqual(self.content(path), before)

    def test_half_a_record_is_not_left_on_a_full_disk(self):
        path = self.path("output.jsonl")
        command = f'ulimit -f 4; exec "{GENRE}" predict --json --output "{path}" "$@"'
        songs = [self.file(f"{i}.wav", wav(sine(seconds=0.5))) for i in range(20)]
        process = subprocess.run(["bash", "-c", "trap '' XFSZ; " + command, "bash", *songs],
                                 capture_output=True, check=False)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn(b"cannot be written", process.stderr)
        lines = self.content(path).splitlines(keepends=True)
        self.assertGreater(len(lines), 0)
        for line in lines:
            self.assertIn("genre", json.loads(line))
            self.assertTrue(line.endswith(b"\n"))

    def test_goes_to_devices_and_pipes(self):
        self.run_genre("predict", "--json", "--output", "/dev/null", self.song)
        fifo, got = self.path("fifo"), []
        os.mkfifo(fifo)
        reader = threading.Thread(target=lambda: got.append(self.content(fifo)))
        reader.start()
        self.run_genre("predict", "--json", "--output", fifo, self.song)
        reader.join()
        self.assertEqual(json.loads(got[0])["file"], self.song)

    def test_standard_output_by_name_is_appended_to(self):
        log = self.file("log", "before\n")
        with open(log, "ab") as out:
            subprocess.run([GENRE, "predict", "--output", "/dev/stdout", self.song], stdout=out,
                           check=True)
        self.assertTrue(self.content(log).startswith(b"before\n" + self.song.encode()))


class Inputs(Outputs):
    def refused(self, output, *arguments, command="predict", flag="--output"):
        before = self.content(output)
        errors = self.run_genre(command, flag, output, *arguments, status=1)
        self.assertIn("choose another", errors)
        self.assertEqual(self.content(output), before)
        return errors

    def test_are_no_outputs(self):
        notes = self.file("notes.txt", "no audio")
        link = self.path("link.txt")
        os.link(notes, link)
        for form in (*TEXT_FORMATS, "sqlite"):
            self.refused(self.song, "--format", form, self.song)
            self.refused(self.song, "--format", form, self.folder)
            self.assertIn("input", self.refused(link, "--format", form, notes))
        self.refused(self.song, "--json", self.song, command="features")

    def test_no_audio_file_is_an_output(self):
        other = self.file("no_extension", wav())
        self.assertIn("audio file", self.refused(other, "--json", self.song))

    def test_standard_input_is_no_output(self):
        path = self.file("notes.txt", "no audio")
        with open(path, "rb") as stdin:
            errors = self.run_genre("predict", "--json", "--output", path, "-", status=1,
                                    stdin=stdin)
        self.assertIn("input", errors)
        self.assertEqual(self.content(path), b"no audio")

    def test_the_model_is_no_output(self):
        with open(MODEL, "rb") as file:
            model = self.file("model.onnx", file.read())
        self.refused(model, "--model", model, "--json", self.song)

    def test_inputs_of_evaluate_are_no_report(self):
        table = self.file("table.csv", "genre\n")
        model = self.file("model.onnx", b"no model")
        tracks = self.file("tracks.txt", "a\n")
        for html in (table, model, tracks, self.song):
            self.refused(html, model, table, "--tracks", tracks, command="evaluate", flag="--html")


class Mistakes(Outputs):
    def test_in_a_format_are_answered_with_the_right_ones(self):
        for command, names in (("predict", "table, jsonl, csv, sqlite"),
                               ("features", "jsonl, csv, sqlite, npy"),
                               ("collect", "jsonl, csv, sqlite")):
            paths = [] if command == "collect" else [self.song]
            result = subprocess.run([GENRE, command, "--format", "xml", *paths],
                                    capture_output=True, check=False)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(f"--format: xml is not one of {names}\n", result.stderr.decode())

    def test_say_what_to_add(self):
        self.assertIn("add --output FILE", self.run_genre("predict", "--format", "sqlite",
                                                          self.song, status=1))
        self.assertIn("add --format jsonl", self.run_genre(
            "predict", "--resume", "--output", self.path("o"), self.song, status=1))


class Sparse(Outputs):
    """A file of terabytes that is all holes behind a tag of 6 MiB."""

    def setUp(self):
        super().setUp()
        tag_size = 6 << 20
        header = b"ID3\4\0\0" + bytes((tag_size >> shift) & 127 for shift in (21, 14, 7, 0))
        open_wav = bytearray(wav(sine(seconds=0.1)))
        open_wav[40:44] = b"\xff" * 4  # a length that the writer did not know
        self.sparse = {}
        for name, start in (("holes.mp3", b""), ("open.wav", bytes(open_wav))):
            path = self.file("music/b/" + name, header)
            with open(path, "r+b") as file:
                file.seek(len(header) + tag_size)
                file.write(start)
                try:
                    file.truncate(8 << 40)
                except OSError as error:
                    self.skipTest(f"no files of that size here: {error}")
            self.sparse[path] = "not_audio" if name == "holes.mp3" else "too_long"
        self.good = [self.file(f"music/{genre}/{i}.wav", wav(sine(300 + 100 * i)))
                     for i, genre in enumerate("aabb")]
        self.music = self.path("music")

    def lines(self, command, status):
        """The results by file, in a bounded memory."""
        command = [GENRE, command, "--json", "--threads", "2", self.music]
        with subprocess.Popen(command, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            lines = [json.loads(line) for line in process.stdout]
            _, ended, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(ended)
        self.assertEqual(process.returncode, status)
        if not is_sanitized():
            self.assertLess(usage.ru_maxrss, 300 << 10)  # KiB
        return {line["file"]: line for line in lines}

    def test_is_an_error_of_its_own_and_of_no_other_file(self):
        for command in ("predict", "features"):
            lines = self.lines(command, 1)
            self.assertEqual(lines.keys(), {*self.sparse, *self.good})
            for path, code in self.sparse.items():
                self.assertEqual(lines[path]["error"]["code"], code)
                os.rename(path, self.path(os.path.basename(path)))
            alone = self.lines(command, 0)
            self.assertEqual(alone, {path: lines[path] for path in self.good})
            for path in self.sparse:
                os.rename(self.path(os.path.basename(path)), path)

    def test_is_skipped_by_evaluate(self):
        errors = self.run_genre("evaluate", "default", self.music, status=1)
        self.assertIn("2 files were skipped", errors)


if __name__ == "__main__":
    unittest.main()
