"""models/training/more.csv: each line says what an excerpt is and where it is from, and none is kept for judging."""
import csv
import fnmatch
import os
import re
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GENRES = {"blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"}
WORLD = os.path.join(os.environ.get("GENRE_SHARED_DIR", ""), "data", "world")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class MoreMusic(unittest.TestCase):
    def setUp(self):
        self.excerpts = rows(os.path.join(ROOT, "models", "training", "more.csv"))

    def test_each_excerpt_can_be_found_again(self):
        self.assertEqual(len({row["id"] for row in self.excerpts}), len(self.excerpts))
        for row in self.excerpts:
            with self.subTest(row["id"]):
                self.assertTrue(row["genre"] in GENRES or row["genre"].startswith("other:"), row["genre"])
                self.assertRegex(row["source"], r"^[\w.-]+/[\w.-]+$")
                self.assertRegex(row["commit"], r"^[0-9a-f]{40}$")
                self.assertGreaterEqual(float(row["start_s"]), 0)
                for column in ("group", "track", "why", "licence", "path"):
                    self.assertTrue(row[column], column)

    def test_no_artist_is_in_two_groups(self):
        groups = {}
        for row in self.excerpts:
            if row["artist"] and row["artist"] != "unknown":
                groups.setdefault(row["artist"].lower(), set()).add(row["group"])
        self.assertEqual({artist: group for artist, group in groups.items() if len(group) > 1}, {})

    @unittest.skipUnless(os.path.isdir(WORLD), "needs data/world of the shared folder")
    def test_nothing_is_from_a_repository_that_is_known_or_kept_for_judging(self):
        with open(os.path.join(WORLD, "not_for_training.txt"), encoding="utf-8") as file:
            kept = [line.strip().lower() for line in file if line.strip() and not line.startswith("#")]
        known = {row["source"].lower() for row in rows(os.path.join(WORLD, "tracks.csv"))}
        for source in {row["source"].lower() for row in self.excerpts}:
            self.assertNotIn(source, known)
            self.assertFalse([name for name in kept if fnmatch.fnmatchcase(source, name)], source)
            self.assertIsNone(re.search("emotify", source))


if __name__ == "__main__":
    unittest.main()
