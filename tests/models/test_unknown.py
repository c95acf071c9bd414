"""models/unknown.py, without the network: what it makes itself, what lies ready, and what fails."""
import os
import unittest

from audio_files import sine, wav
from programs import Programs, needs_ffmpeg, prediction, run

import unknown


class Summarise(unittest.TestCase):
    def test_by_threshold(self):
        figures = unknown.summarise([prediction("blues", 0.9), prediction("jazz", 0.6),
                                     prediction("jazz", 0.7)], threshold=0.65)
        self.assertEqual(figures["clips"], 3)
        self.assertAlmostEqual(figures["above_threshold"], 2 / 3)
        self.assertAlmostEqual(figures["top_certainty"], 2.2 / 3)
        self.assertEqual(figures["most_frequent"], {"genre": "jazz", "times": 2})

    def test_by_the_models_own_word(self):
        figures = unknown.summarise([prediction("blues", 0.9, confident=False),
                                     prediction("jazz", 0.6, confident=True)], threshold=0.65)
        self.assertEqual(figures["confident"], 0.5)
        self.assertNotIn("above_threshold", figures)
        self.assertEqual(figures["most_frequent"], {"genre": "blues", "times": 1})

    def test_spread(self):
        self.assertEqual(unknown.spread([1, 2, 3], 5), [1, 2, 3])
        self.assertEqual(unknown.spread(list(range(10)), 5), [0, 2, 4, 6, 8])


class Run(Programs):
    @needs_ffmpeg
    def test_what_ffmpeg_makes(self):
        found = self.measured("unknown.py", "--category", "silence", "--category", "sine")
        self.assertTrue(found["model"])
        self.assertEqual([(row["category"], row["clips"]) for row in found["categories"]],
                         [("silence", 1), ("sine", 10)])

    def test_clips_that_lie_ready(self):
        for name in ("one", "two"):
            self.file(f"work/ambient-music/{name}.wav", wav(sine(seconds=3.0)))
        result = run("unknown.py", "--work", f"{self.folder}/work", "--category", "ambient music",
                     "--threshold", "0")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[2], r"^\| category \| what \| clips \| (confident|certainty at least 0) \|")
        self.assertRegex(lines[4], r"^\| ambient music \| .* \| 2 \| .* \([12]\) \|$")

    def test_a_package_that_cannot_be_had_does_not_end_the_run(self):
        fake = self.file("bin/apt-get", b"#!/bin/sh\necho 'E: no such package' >&2\nexit 100\n")
        os.chmod(fake, 0o755)
        self.file("work/silence/one.wav", wav())
        found = self.measured("unknown.py", "--work", f"{self.folder}/work", "--category", "sounds",
                              "--category", "silence", path=f"{self.folder}/bin:{os.environ['PATH']}")
        silence, sounds = found["categories"]
        self.assertEqual((silence["clips"], sounds["clips"]), (1, 0))
        self.assertIn("no such package", sounds["error"])
        self.assertEqual(os.listdir(f"{self.folder}/work"), ["silence"])

    def test_without_ffmpeg(self):
        found = self.measured("unknown.py", "--category", "silence", path="")
        self.assertIn("Debian's package ffmpeg", found["categories"][0]["error"])


if __name__ == "__main__":
    unittest.main()
