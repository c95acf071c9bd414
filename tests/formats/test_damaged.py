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

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def test_a_file_that_was_cut_is_not_taken_for_a_whole_one(self):
        for name in ["v2.wma", "a.wv", "a.tta"]:
            with self.subTest(name):
                whole = self.make(name)
                path = self.write(name, whole[:len(whole) // 2])
                (row,) = predict(path)
                self.assertEqual([warning["code"] for warning in row["warnings"]], ["truncated"])
                self.assertGreater(row["duration"], 1)
                self.assertLess(row["duration"], 3)
                (strict,) = predict(path, options=["--strict"])
                self.assertEqual(strict["error"]["code"], "truncated")

    def test_without_its_index_nothing_can_be_decoded(self):
        whole = self.make("aac.m4a")
        (row,) = predict(self.write("aac.m4a", whole[:len(whole) // 2]))
        self.assertEqual(row["error"]["code"], "truncated")

    def test_damage_costs_a_part_and_not_the_file(self):
        for name in ["opus.webm", "v2.wma", "a.wv", "a.tta", "flac.oga", "video.mkv", "alac.m4a"]:
            with self.subTest(name):
                whole = self.make(name)
                damaged = bytearray(whole)
                middle = len(whole) // 2
                damaged[middle:middle + 200] = bytes(200)
                path = self.write(name, damaged)
                (row,) = predict(path)
                self.assertIn("warnings", row)
                codes = {warning["code"] for warning in row["warnings"]}
                self.assertIn(codes, [{"damaged"}, set()])
                if made_files.is_lossless(name):  # the others have no checksums
                    self.assertEqual(codes, {"damaged"})
                    (strict,) = predict(path, options=["--strict"])
                    self.assertEqual(strict["error"]["code"], "unsupported_audio")
                # Gaps of less than 0.5 s in Matroska are not noticed.
                self.assertAlmostEqual(row["duration"], made_files.SECONDS, delta=0.5)


if __name__ == "__main__":
    unittest.main()
