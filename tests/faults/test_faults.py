"""Allocations that fail at random, in every kind of thread: no process ends of it, each item has its
result or an error, and the other items' results are those of a run without faults."""
import json
import os
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from faults import Faults
from temporary_files import TemporaryFiles

ERRORS = {"out_of_memory", "internal_error"}
# What libraries make of a malloc that fails: they only know that they could not do it.
LIBRARY_ERRORS = ERRORS | {"unreadable_file", "not_audio", "unsupported_audio", "truncated"}
THREADS = 2
SEEDS = range(1, 4)
PROBABILITIES = (0.5, 0.02, 0.002, 0.0002)


class FaultsTest(TemporaryFiles):
    def music(self, n):
        for i in range(n):
            self.file(f"music/{'ab'[i % 2]}/{i}.wav", wav(sine(200 + 50 * i, 1 + i % 4)))
        return os.path.join(self.folder, "music")


class Batch(FaultsTest):
    """genre predict and genre features on a folder."""

    def rows(self, *arguments, faults=None, status=(0, 1)):
        result = subprocess.run([GENRE, *arguments, "--threads", str(THREADS)],
                                capture_output=True, check=False,
                                env=faults.env if faults else None)
        self.assertIn(result.returncode, status, (arguments, result.stderr[-2000:]))
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        rows = {line["file"]: line for line in lines}
        self.assertEqual(len(rows), len(lines))
        return rows, result

    def check(self, arguments, threads, malloc, errors):
        expected, _ = self.rows(*arguments, status=(0,))
        n_failures, outcomes = 0, set()
        for probability in PROBABILITIES:
            for seed in SEEDS:
                faults = Faults(self.folder, threads, probability, seed, THREADS, malloc)
                with self.subTest(probability=probability, seed=seed):
                    rows, result = self.rows(*arguments, faults=faults)
                    n_failures += faults.n_failures
                    self.assertEqual(set(rows), set(expected))
                    for file, row in rows.items():
                        if "error" in row:
                            self.assertIn(row["error"]["code"], errors, row)
                            outcomes.add("error")
                        else:
                            self.assertEqual(row, expected[file])
                            outcomes.add("result")
                    self.assertEqual(result.returncode,
                                     int(any("error" in row for row in rows.values())))
        self.assertGreater(n_failures, 100)
        return outcomes

    def test_predict_with_failing_workers(self):
        arguments = ("predict", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", False, ERRORS), {"result", "error"})

    def test_features_with_failing_workers(self):
        arguments = ("features", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", False, ERRORS), {"result", "error"})

    def test_with_failing_libraries(self):
        arguments = ("predict", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", True, LIBRARY_ERRORS),
                         {"result", "error"})

    def test_with_a_failing_main_thread(self):
        """It waits for memory: every file has its result."""
        for command in ("predict", "features"):
            arguments = (command, self.music(24), "--json")
            with self.subTest(command):
                self.assertEqual(self.check(arguments, "main,genre-signals", False, ERRORS),
                                 {"result"})


if __name__ == "__main__":
    unittest.main()
