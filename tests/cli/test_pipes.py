"""Inputs and outputs that are not regular files: pipes without their other end, devices, sockets."""
import json
import os
import signal
import socket
import subprocess
import unittest

from audio_files import GENRE, wav
from temporary_files import TemporaryFiles

HANDLES_SIGNALS = "anon_inode:[eventfd]"  # base::Interrupt has one


def opened(process):
    """The targets of the file descriptors of a process."""
    folder = f"/proc/{process.pid}/fd"
    try:
        return {os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)}
    except FileNotFoundError:  # a descriptor was closed, or the process has ended
        return set()


class Pipes(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.song = self.file("song.wav", wav())
        self.fifo = os.path.join(self.folder, "fifo.wav")
        os.mkfifo(self.fifo)

    def genre(self, *arguments, **keywords):
        return subprocess.run([GENRE, *arguments], capture_output=True, check=False, timeout=60,
                              **keywords)

    def check_one_signal_ends(self, arguments, sign, number=signal.SIGTERM):
        """sign: of the state in which the program waits; a target of a descriptor."""
        with subprocess.Popen([GENRE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            while process.poll() is None and sign not in opened(process):
                pass
            process.send_signal(number)
            try:
                output, errors = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                self.fail(f"{arguments} did not end")
        self.assertIn(process.returncode, (130, -number), errors)
        return output, errors

    def test_an_input_without_a_writer(self):
        for command in ("predict", "features"):
            for number in (signal.SIGTERM, signal.SIGINT):
                output, errors = self.check_one_signal_ends([command, "--json", self.fifo],
                                                            self.fifo, number)
                self.assertEqual(output, "")
                self.assertIn("interrupted", errors)

    def test_the_files_before_it_have_their_results(self):
        output, _ = self.check_one_signal_ends(
            ["predict", "--json", "--threads", "1", self.song, self.fifo], self.fifo)
        self.assertEqual(json.loads(output)["file"], self.song)

    def test_an_output_without_a_reader(self):
        for arguments in (["predict", "--output", self.fifo, self.song],
                          ["features", "--json", "--output", self.fifo, self.song]):
            self.check_one_signal_ends(arguments, HANDLES_SIGNALS)

    def test_a_model_without_a_writer(self):
        self.check_one_signal_ends(["predict", "--model", self.fifo, self.song], self.fifo)

    def test_a_pipe_with_a_writer_is_read(self):
        with subprocess.Popen([GENRE, "predict", "--json", self.fifo],
                              stdout=subprocess.PIPE) as process:
            with open(self.fifo, "wb") as pipe:
                pipe.write(wav())
            output, _ = process.communicate()
        self.assertIn("genre", json.loads(output))
        piped = self.genre("predict", "--json", "-", input=wav())
        self.assertIn("genre", json.loads(piped.stdout))

    def test_a_folder_with_a_pipe_in_it(self):
        os.symlink(self.fifo, os.path.join(self.folder, "link.wav"))
        done = self.genre("predict", "--json", self.folder)
        self.assertEqual([json.loads(line)["file"] for line in done.stdout.splitlines()],
                         [self.song])

    def test_what_is_no_file_says_what_it_is(self):
        path = os.path.join(self.folder, "socket.wav")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            for name, what in ((path, "it is a socket"), ("/dev/zero", "it is a device"),
                               ("/dev/null", "it is a device"), (self.folder + "/none", "No such")):
                with self.subTest(name):
                    done = self.genre("predict", "--json", name)
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(what, json.loads(done.stdout)["error"]["message"])
            done = self.genre("predict", "--output", path, self.song)
            self.assertIn(b"the file cannot be written: it is a socket", done.stderr)
        for name, what in ((self.folder, b"it is a directory"), ("/dev/null", b"cannot use"),
                           ("/dev/zero", b"longer than the limit")):
            done = self.genre("predict", "--model", name, self.song)
            self.assertEqual(done.returncode, 1)
            self.assertIn(what, done.stderr)

    def test_what_reads_its_output_needs_a_file(self):
        for arguments in (["--format", "sqlite"], ["--json", "--resume"], ["--csv", "--resume"]):
            done = self.genre("predict", *arguments, "--output", self.fifo, self.song)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"needs a regular file", done.stderr)


if __name__ == "__main__":
    unittest.main()
