"""What `genre train` writes, starts and refuses: with the learner of `genre` itself, no LibTorch."""
import os
import shutil
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from train_case import TrainCase, genre


class OutputsCase(TrainCase):
    def train(self, *flags, **options):
        return genre("train", "--features", self.table, "--network", "lda", *flags, **options)

    def refused(self, result, *words):
        """An error before the training: nothing was trained, and no temporary file is left."""
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, b"")
        for word in words:
            self.assertIn(word, result.stderr.decode(errors="replace"))
        self.assertFalse([name for name in os.listdir(self.folder) if name.endswith(".tmp")])


class Outputs(OutputsCase):
    def test_an_input_is_never_overwritten(self):
        lists = [self.file(name, f"t{k}\n") for k, name in enumerate(("a.txt", "b.txt", "c.txt"))]
        song = self.file("music/rock/a.wav", wav())
        os.symlink(self.table, os.path.join(self.folder, "link.csv"))
        for flag in ("--output", "--html"):
            for path in (self.table, os.path.join(self.folder, "link.csv"), lists[1]):
                with open(path, "rb") as file:
                    before = file.read()
                self.refused(self.train("--split-files", *lists, flag, path),
                             f"{flag} {path}", "is an input")
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), before)
            self.refused(genre("train", os.path.join(self.folder, "music"), flag, song),
                         "is an input")
        self.assertEqual(os.path.getsize(song), len(wav()))

    def test_an_output_that_cannot_be_written_is_an_error_before_the_training(self):
        for flag in ("--output", "--html"):
            self.refused(self.train(flag, self.folder), f"{flag} {self.folder}", "directory")
            self.refused(self.train(flag, "/no/such/folder/file"), "/no/such/folder/file")
        self.refused(self.train("--output", self.model, "--html", self.model), "same file")
        self.refused(self.train("--output", self.model, "--confusion", self.model), "same file")

    def test_a_model_is_replaced_and_keeps_its_permissions(self):
        target = self.file("there/old.onnx", "old")
        os.chmod(target, 0o600)
        os.symlink(target, self.model)
        result = self.train("--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(os.path.islink(self.model))
        self.assertEqual(os.stat(target).st_mode & 0o777, 0o600)
        self.assertGreater(os.path.getsize(target), 100)
        self.assertEqual(os.listdir(os.path.dirname(target)), ["old.onnx"])
        self.assertEqual(self.train("--output", "/dev/null").returncode, 0)

    def test_names_are_text(self):
        for name in (b"\xff", b"a\nb", b"a\x7f"):
            for flag in ("--name", "--split-name"):
                self.refused(self.train(flag, name), flag, "UTF-8")
        for genre_name in (b"\xff", b"rock"):
            folder = os.path.join(os.fsencode(self.folder), b"music", genre_name)
            os.makedirs(folder)
            for i in range(3):
                with open(os.path.join(folder, b"%d.wav" % i), "wb") as file:
                    file.write(wav(sine(200 + 300 * i, 4)))
        self.refused(genre("train", os.path.join(self.folder, "music")), "UTF-8")


class DenseProgram(OutputsCase):
    """A copy of genre in a folder in which genre-train is missing, or is not the real one."""

    def setUp(self):
        super().setUp()
        self.program = os.path.join(self.folder, "bin", "genre")
        os.makedirs(os.path.dirname(self.program))
        shutil.copy(GENRE, self.program)

    def test_genre_is_not_linked_with_libtorch(self):
        libraries = subprocess.run(["ldd", GENRE], capture_output=True, check=True).stdout
        self.assertIn(b"libopencv", libraries)
        self.assertNotIn(b"torch", libraries)

    def test_lda_needs_no_other_program(self):
        result = self.train("--output", self.model, program=self.program)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"shrinkage", result.stdout)
        help_text = genre("train", "--help", program=self.program)
        self.assertEqual(help_text.returncode, 0)
        self.assertIn(b"--network", help_text.stdout)

    def test_help_and_wrong_flags_need_no_other_program(self):
        dense = ["--features", self.table, "--network", "dense"]
        shown = genre("train", *dense, "--help", program=self.program)
        self.assertEqual(shown.returncode, 0)
        self.assertIn(b"--learning-rate", shown.stdout)
        for flags, words in ((["--epochs", "none"], "--epochs"), (["--depth"], "--depth"),
                             (["--weight", "table.csv=-1"], "--weight")):
            result = genre("train", *dense, *flags, program=self.program)
            self.refused(result, words)
            self.assertNotIn(b"libtorch", result.stderr)

    def test_dense_says_what_is_missing(self):
        self.file("music/a/1.wav", wav())
        music = os.path.join(self.folder, "music")
        for arguments in (["--features", self.table, "--network", "dense"],
                          ["--features", self.table],  # dense by default
                          [music, "--network", "dense"], [music, "--feature-set", "gtzan26"]):
            result = genre("train", *arguments, "--output", self.model,
                                    program=self.program)
            self.refused(result, "--network dense", "package genre-train", "libtorch-dev",
                         "--network lda")
            self.assertEqual(result.returncode, 1)

    def test_dense_starts_genre_train_with_the_same_arguments(self):
        trainer = self.file("bin/genre-train", "#!/bin/sh\necho \"started with $*\"\nexit 7\n")
        os.chmod(trainer, 0o755)
        for network in ([], ["--network", "dense"]):
            arguments = ["--features", self.table, *network, "--output", self.model]
            result = genre("train", *arguments, program=self.program)
            self.assertEqual(result.stdout.decode(), f"started with {' '.join(arguments)}\n")
            self.assertEqual(result.returncode, 7)
        self.assertIn(b"shrinkage", self.train("--output", self.model, program=self.program).stdout)

    def test_a_pipe_is_read_only_once(self):
        with open(self.table, "rb") as file:
            table = file.read()

        def train(*flags):
            return subprocess.run([self.program, "train", "--features", "/dev/stdin", "--output",
                                   self.model, *flags], input=table, capture_output=True,
                                  timeout=240, check=False)

        self.refused(train(), "pipe", "--network lda")
        self.assertEqual(train("--network", "lda").returncode, 0)


if __name__ == "__main__":
    unittest.main()
