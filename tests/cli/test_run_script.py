"""./run, as far as it can be tested without installing packages: what scripts/setup.sh offers."""
import os
import pty
import subprocess
import unittest

from temporary_files import TemporaryFiles

SETUP = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "setup.sh")


class OfferNetworks(TemporaryFiles):
    def offered(self, reply, *arguments, is_installed=False):
        """What is asked on the terminal, and the commands that a stand-in for genre gets."""
        commands = os.path.join(self.folder, "commands")
        status = "true" if is_installed else '[ "$2" = pull ]'
        program = self.file("genre", f'#!/bin/sh\necho "$@" >> {commands}\n{status}\n')
        os.chmod(program, 0o755)
        ours, theirs = pty.openpty()
        script = f"set -euo pipefail; source {SETUP}; offer_networks {program} \"$@\""
        os.write(ours, reply.encode() + b"\n")
        result = subprocess.run(["bash", "-c", script, "bash", *arguments], stdin=theirs,
                                stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 1 << 16):
                shown += chunk
        except OSError:  # EIO: nobody has the terminal open any more
            pass
        os.close(ours)
        self.assertEqual(result.returncode, 0, shown)
        if not os.path.exists(commands):
            return shown, []
        with open(commands, encoding="utf-8") as file:
            return shown, file.read().splitlines()

    def test_best_without_its_network(self):
        for reply, pulled in (("", True), ("y", True), ("n", False)):
            shown, commands = self.offered(reply, "serve", "--model", "best")
            self.assertIn(b"Download it now?", shown)
            self.assertEqual(commands[-1] == "model pull mn04", pulled, reply)

    def test_no_question_if_nothing_is_missing(self):
        shown, commands = self.offered("", "predict", "--model=best", "a.wav", is_installed=True)
        self.assertNotIn(b"Download", shown)
        self.assertEqual(commands, ["model best"])

    def test_no_question_for_other_models(self):
        shown, commands = self.offered("", "serve", "--model", "bestof.onnx")
        self.assertNotIn(b"Download", shown)
        self.assertEqual(commands, [])


if __name__ == "__main__":
    unittest.main()
