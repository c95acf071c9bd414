"""The measurement programs of models/, run as a user runs them."""
import json
import os
import shutil
import subprocess
import sys
import unittest

from audio_files import GENRE
from temporary_files import TemporaryFiles

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
sys.path.insert(0, MODELS)

needs_ffmpeg = unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")


def run(program, *arguments, path=os.environ["PATH"]):
    return subprocess.run([sys.executable, os.path.join(MODELS, program), "--genre", GENRE, *arguments],
                          capture_output=True, text=True, timeout=240, env={**os.environ, "PATH": path})


def prediction(genre, certainty, windows=(), **more):
    """What `genre predict --json` says, of two genres."""
    other = {"blues": "jazz", "jazz": "blues"}[genre]
    return {"genre": genre, "certainty": certainty, "segments": [{"genre": window} for window in windows],
            "genres": [{"genre": genre, "certainty": certainty},
                       {"genre": other, "certainty": 1 - certainty}], **more}


class Programs(TemporaryFiles):
    def measured(self, program, *arguments, **options):
        result = run(program, "--json", *arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def assert_refused(self, result, *words):
        """One line that says what is wrong, and no traceback."""
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
