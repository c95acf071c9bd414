"""models/robustness.py: figures of predictions made by hand, and runs on clips made here."""
import unittest

from audio_files import sine, wav
from programs import Programs, needs_ffmpeg, prediction, run

import robustness


class Compare(unittest.TestCase):
    GENRES = {"a": "blues", "b": "jazz"}
    CLEAN = {"a": prediction("blues", 0.9), "b": prediction("jazz", 0.8)}

    def test_counts_and_changes(self):
        degraded = {"a": prediction("blues", 0.7, ["blues", "jazz"]),
                    "b": prediction("blues", 0.6, ["blues", "jazz", "jazz"])}
        figures = robustness.compare(self.GENRES, self.CLEAN, degraded)
        self.assertEqual((figures["clips"], figures["clips_right"]), (2, 1))
        self.assertEqual((figures["windows"], figures["windows_right"]), (5, 3))
        self.assertAlmostEqual(figures["true_certainty_change"], (-0.2 - 0.4) / 2)
        self.assertAlmostEqual(figures["absolute_certainty_change"], (0.2 + 0.4) / 2)
        self.assertEqual(figures["answer_changed"], 0.5)
        self.assertNotIn("confident", figures)

    def test_confident_ones_apart(self):
        degraded = {"a": prediction("blues", 0.7, confident=True),
                    "b": prediction("blues", 0.6, confident=False)}
        figures = robustness.compare(self.GENRES, self.CLEAN, degraded)
        self.assertEqual((figures["confident"], figures["confident_right"]), (1, 1))
        row = robustness.shown({"condition": "x", **figures})
        self.assertEqual((row["confident"], row["right where confident"]), ("50 %", "1 of 1"))

    def test_a_copy_that_could_not_be_predicted_does_not_count(self):
        figures = robustness.compare(self.GENRES, self.CLEAN, {"a": self.CLEAN["a"]})
        self.assertEqual((figures["clips"], figures["clips_right"]), (1, 1))


class Run(Programs):
    def setUp(self):
        super().setUp()
        self.file("clips/jazz/low.wav", wav(sine(220.0, seconds=6.0)))
        self.file("clips/blues.00000.wav", wav(sine(880.0, seconds=3.0)))

    @needs_ffmpeg
    def test_every_condition(self):
        found = self.measured("robustness.py", f"{self.folder}/clips")
        self.assertTrue(found["model"])
        self.assertEqual(found["clips"], 2)
        rows = {row["condition"]: row for row in found["conditions"]}
        self.assertEqual(list(rows)[0], "clean")
        self.assertEqual(len(rows), 1 + len(robustness.CONDITIONS))
        for row in rows.values():
            self.assertEqual(row["clips"], 2, row)
        for same in ("clean", "FLAC"):
            self.assertEqual(rows[same]["windows"], 3)
            self.assertEqual(rows[same]["absolute_certainty_change"], 0)
            self.assertEqual(rows[same]["answer_changed"], 0)

    @needs_ffmpeg
    def test_a_list_and_a_table(self):
        tracks = self.file("list.txt", b"blues/blues.00000.wav\nrock/rock.00001.wav\n")
        result = run("robustness.py", "--only", tracks, f"{self.folder}/clips")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], r"^\S+ on 1 clip of list.txt$")
        self.assertTrue(lines[2].startswith("| condition | clips right |"), lines[2])
        self.assertRegex(lines[4], r"^\| clean \| [01] of 1 \| [01] of 1 \| \+0.000 \| 0.000 \| 0 % \|")

    def test_without_ffmpeg(self):
        self.assert_refused(run("robustness.py", f"{self.folder}/clips", path=""), "ffmpeg", "Debian's package")

    def test_nothing_to_measure(self):
        self.assert_refused(run("robustness.py", f"{self.folder}/none"), "is not a folder")
        self.file("empty/notes.txt", b"none")
        self.assert_refused(run("robustness.py", f"{self.folder}/empty"), "no audio files")
        self.assert_refused(run("robustness.py", "--only", "/none.txt", f"{self.folder}/clips"), "/none.txt")

    def test_a_genre_that_the_model_does_not_know(self):
        self.file("clips/polka/one.wav", wav())
        self.assert_refused(run("robustness.py", f"{self.folder}/clips"), "does not know polka", "blues")

    def test_no_program_and_no_model(self):
        clips = f"{self.folder}/clips"
        self.assert_refused(run("robustness.py", "--genre", "/none/genre", clips), "/none/genre", "--genre")
        self.assert_refused(run("robustness.py", "--model", "/none.onnx", clips), "/none.onnx")


if __name__ == "__main__":
    unittest.main()
