"""Damaged files of genre-decode's formats: an error or a prediction, never a crash or a hang."""
import os
import random
import unittest

import made_files
from audio_files import wav
from made_files import MISSING, NEEDS, predict
from temporary_files import TemporaryFiles

NAMES = ["aac.m4a", "opus.webm", "v2.wma", "a.wv", "a.tta", "flac.oga", "adts.aac", "video.mkv"]


@unittest.skipIf(MISSING, NEEDS)
class Damaged(TemporaryFiles):
    def make(self, name):
        source = self.file("plain.wav", wav(made_files.chord(), made_files.SAMPLE_RATE, channels=2))
        made = next(made for made in made_files.MADE if made.name == name)
        made_files.encode(source, self.path(name), made.arguments)
        with open(self.path(name), "rb") as file:
            return file.read()

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_cut_and_flipped(self):
        chance = random.Random(3)
        for name in NAMES:
            whole = self.make(name)
            stem, extension = os.path.splitext(name)
            paths = []
            for k in range(12):
                damaged = bytearray(whole[:chance.randrange(1, len(whole))] if k % 3 == 0 else whole)
                for _ in range(0 if k % 3 == 0 else 40 if k % 3 == 1 else 1):
                    # The headers are where it hurts.
                    end = min(len(damaged), 2000) if k % 2 else len(damaged)
                    damaged[chance.randrange(end)] ^= 1 << chance.randrange(8)
                paths.append(self.path(f"{stem}_{k}{extension}"))
                with open(paths[-1], "wb") as file:
                    file.write(damaged)
            with self.subTest(name):
                rows = predict(*paths)
                self.assertEqual(len(rows), len(paths))
                for row in rows:
                    self.assertTrue(row.get("error", {}).get("message") or row["genres"], row)

    def test_a_file_that_was_cut_is_not_taken_for_a_whole_one(self):
        for name in ["aac.m4a", "v2.wma", "a.wv", "a.tta"]:
            whole = self.make(name)
            with open(self.path(name), "wb") as file:
                file.write(whole[:len(whole) // 2])
            (row,) = predict(self.path(name))
            self.assertIn("error", row, name)


if __name__ == "__main__":
    unittest.main()
