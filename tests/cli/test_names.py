"""Names from files, arguments and queues, as a person sees them: no terminal obeys them."""
import csv
import io
import json
import os
import pty
import select
import subprocess
import unittest

from audio_files import GENRE, wav
from temporary_files import TemporaryFiles

# Clears the screen, sets the title, shows what follows from right to left, is not UTF-8.
EVIL = b"a\x1b[2J\x1b]0;t\x07\xe2\x80\xaegpj\xff\xc2\x9b.wav"
SHOWN = r"a\x1b[2J\x1b]0;t\x07\u202egpj\xff\u009b.wav"
OBEYED = (b"\x1b", b"\x07", b"\x7f", b"\xc2\x9b", b"\xe2\x80\xae")


def on_a_terminal(*arguments):
    """Runs genre with standard output and error on a terminal; gives what reached it."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen([GENRE, *arguments], stdin=subprocess.DEVNULL, stdout=theirs,
                               stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while select.select([ours], [], [], 60)[0]:
            shown += os.read(ours, 65536)
    except OSError:  # the program has ended
        pass
    finally:
        program.wait()
        os.close(ours)
    return shown


class Names(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.song = os.path.join(os.fsencode(self.folder), EVIL)
        with open(self.song, "wb") as file:
            file.write(wav())

    def genre(self, *arguments):
        return subprocess.run([GENRE, *arguments], capture_output=True, check=False)

    def check(self, shown, *needed):
        """The progress line of a folder is genre's own, and clears its line."""
        for bytes_ in OBEYED:
            self.assertNotIn(bytes_, shown.replace(b"\x1b[K", b""))
        for text in needed:
            self.assertIn(text, shown.decode())  # which is UTF-8

    def test_a_table(self):
        self.check(self.genre("predict", self.song).stdout, SHOWN)
        self.check(on_a_terminal("predict", self.folder), SHOWN)

    def test_csv_and_json_keep_the_name(self):
        rows = list(csv.DictReader(io.StringIO(os.fsdecode(
            self.genre("predict", "--csv", self.song).stdout))))
        self.assertEqual(os.fsencode(rows[0]["file"]), self.song)
        line = self.genre("predict", "--json", self.song).stdout
        self.check(line)
        self.assertEqual(json.loads(line)["file"], self.song.decode(errors="replace"))

    def test_csv_and_json_on_a_terminal(self):
        for option in ("--csv", "--json"):
            for command in ("predict", "features"):
                with self.subTest(f"{command} {option}"):
                    self.check(on_a_terminal(command, option, self.song), "gpj")

    def test_error_rows(self):
        with open(self.song, "wb") as file:
            file.write(b"no music")
        for command in ("predict", "features"):
            self.check(self.genre(command, self.song).stderr, SHOWN, "not an audio file")

    def test_arguments_that_are_wrong(self):
        evil = EVIL[:-4]
        for arguments in ([evil], ["predict", b"--" + evil, b"x"], ["predict", b"--format", evil, b"x"],
                          ["predict", b"--threads", evil, b"x"], ["train", evil, b"--" + evil],
                          ["evaluate", evil, evil], ["predict", b"--model", self.song, b"x"],
                          ["predict", b"--output", b"/nowhere/" + evil, self.song],
                          ["features", b"--json", b"--output", self.folder.encode() + b"/" + evil +
                           b"/x", self.song],
                          ["serve", b"--model", evil], ["serve", b"--port", evil],
                          ["enqueue", b"--nats", evil, self.song]):
            with self.subTest(arguments):
                done = self.genre(*arguments)
                self.assertNotEqual(done.returncode, 0)
                self.check(done.stdout + done.stderr, "gpj")

    def test_skipped_files_of_a_training(self):
        folder = os.path.join(os.fsencode(self.folder), b"data")
        for genre in (b"blues", b"jazz"):
            os.makedirs(os.path.join(folder, genre))
            with open(os.path.join(folder, genre, EVIL), "wb") as file:
                file.write(b"no music")
        done = self.genre("evaluate", "default", folder)
        self.check(done.stderr, SHOWN)


if __name__ == "__main__":
    unittest.main()
