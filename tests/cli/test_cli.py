"""The command line, driven from outside."""
import contextlib
import csv
import io
import json
import os
import sqlite3
import subprocess
import unittest

from audio_files import CLIPS, GENRE, sine, wav
from temporary_files import TemporaryFiles

GENRES = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae",
          "rock"]


def genre(*arguments, stdin=b""):
    return subprocess.run([GENRE, *arguments], input=stdin, capture_output=True, timeout=120)


class Predict(TemporaryFiles):
    def test_built_in_models_have_names(self):
        for model, name in (("default", "texture-student"), ("seed", "gtzan26-seed")):
            result = genre("predict", "--json", "--model", model, "-", stdin=wav())
            self.assertEqual(json.loads(result.stdout)["model"], name)
        self.assertIn(b"not confident", genre("predict", "-", stdin=wav()).stdout)

    def test_json_has_every_key(self):
        song = self.file("song.wav", wav(sine(seconds=7.0)))
        result = genre("predict", "--json", song)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(list(answer), ["file", "genre", "certainty", "genres", "confident",
                                        "none_of_these", "segments", "duration", "sample_rate", "model",
                                        "warnings"])
        self.assertIs(answer["confident"], False)  # a tone is no music
        self.assertEqual(answer["file"], song)
        self.assertEqual(answer["duration"], 7.0)
        self.assertEqual([(s["start"], s["end"]) for s in answer["segments"]], [(0, 3), (3, 6)])
        self.assertEqual(sorted(g["genre"] for g in answer["genres"]), GENRES)
        certainties = [g["certainty"] for g in answer["genres"]]
        self.assertEqual(certainties, sorted(certainties, reverse=True))
        self.assertAlmostEqual(sum(certainties), 1, places=3)

    def test_table_names_the_file_and_the_likeliest(self):
        song = self.file("song.wav", wav())
        row = genre("predict", song).stdout.decode().split()
        likeliest = json.loads(genre("predict", "--json", song).stdout)["genre"]
        self.assertEqual(row[:2], [song, likeliest])

    def test_one_line_a_file_and_a_bad_one_does_not_end_the_run(self):
        good = self.file("good.wav", wav())
        bad = self.file("bad.wav", b"not a song at all")
        result = genre("predict", "--json", good, bad, "/nonexistent.wav", good)
        self.assertEqual(result.returncode, 1)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([line.get("error", {}).get("code") for line in lines],
                         [None, "not_audio", "unreadable_file", None])
        self.assertIn(b"bad.wav: this is not an audio file", result.stderr)
        self.assertIn(b"No such file", result.stderr)

    def test_standard_input(self):
        result = genre("predict", "--json", "-", stdin=wav())
        self.assertEqual(json.loads(result.stdout)["duration"], 3.0)

    def test_overlapping_windows(self):
        answer = json.loads(genre("predict", "--json", "--hop", "1", "-",
                                  stdin=wav(sine(seconds=5.0))).stdout)
        self.assertEqual([s["start"] for s in answer["segments"]], [0, 1, 2, 3])

    def test_a_broken_model_is_named(self):
        model = self.file("broken.onnx", b"no model")
        result = genre("predict", "--model", model, self.file("song.wav", wav()))
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"broken.onnx: cannot use this model: it is not an ONNX file", result.stderr)

    def test_real_clips(self):
        if not os.path.isdir(CLIPS):
            self.skipTest(f"no GTZAN clips at {CLIPS!r}")
        clips = sorted(os.path.join(CLIPS, name) for name in os.listdir(CLIPS))
        result = genre("predict", "--json", *clips)
        self.assertEqual(result.returncode, 0, result.stderr)
        right = 0
        for line in result.stdout.splitlines():
            answer = json.loads(line)
            name = os.path.basename(answer["file"])
            right += answer["genre"] == name.split(".")[0]
            print(f"{name:20} {answer['genre']:10} {answer['certainty']:.2f}")
        print(f"{right} of {len(clips)} clips named rightly (the model was trained on such songs)")
        self.assertGreater(right, len(clips) * 3 // 4)


class Features(TemporaryFiles):
    def test_json(self):
        song = self.file("song.wav", wav(sine(1000, 6.0)))
        result = genre("features", "--json", song)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(list(answer), ["file", "sample_rate", "pad_mode", "windows", "warnings"])
        self.assertEqual(answer["pad_mode"], "constant")
        self.assertEqual([(w["start"], w["end"]) for w in answer["windows"]], [(0, 3), (3, 6)])
        features = answer["windows"][0]["features"]
        self.assertEqual(len(features), 26)
        self.assertEqual(list(features)[0], "chroma_stft")
        self.assertAlmostEqual(features["spectral_centroid"], 1000, delta=60)

    def test_csv_holds_the_same_numbers(self):
        song = self.file('a "quoted", song.wav', wav(sine(1000, 6.0)))
        rows = list(csv.DictReader(io.StringIO(genre("features", "--csv", song).stdout.decode())))
        windows = json.loads(genre("features", song).stdout)["windows"]
        self.assertEqual(len(rows), 2)
        for row, window in zip(rows, windows):
            self.assertEqual(row["file"], song)
            self.assertEqual(float(row["start"]), window["start"])
            for name, value in window["features"].items():
                self.assertEqual(float(row[name]), value)

    def test_pad_modes_differ(self):
        song = self.file("song.wav", wav())
        rms = [json.loads(genre("features", "--pad-mode", mode, song).stdout)
               ["windows"][0]["features"]["rms"] for mode in ("constant", "reflect")]
        self.assertLess(rms[0], rms[1])  # zeros at the edges

    def test_window_hop_and_whole(self):
        song = self.file("song.wav", wav(sine(seconds=4.0)))

        def spans(*flags):
            windows = json.loads(genre("features", *flags, song).stdout)["windows"]
            return [(w["start"], w["end"]) for w in windows]

        self.assertEqual(spans("--window", "2"), [(0, 2), (2, 4)])
        self.assertEqual(spans("--window", "2", "--hop", "1"), [(0, 2), (1, 3), (2, 4), (3, 4)])
        self.assertEqual(spans("--whole"), [(0, 4)])

    def test_altered_copies_follow_their_window(self):
        song = self.file("song.wav", wav(sine(1000, 6.0)))

        def rows(*flags):
            result = genre("features", "--csv", "--feature-set", "texture", *flags, song)
            self.assertEqual(result.returncode, 0, result.stderr)
            return list(csv.DictReader(io.StringIO(result.stdout.decode())))

        plain, altered = rows(), rows("--augment", "2")
        self.assertNotIn("copy", plain[0])
        self.assertEqual([(row["start"], row.pop("copy")) for row in altered],
                         [(start, copy) for start in "03" for copy in "012"])
        self.assertEqual(altered[::3], plain)
        for copy in (altered[1], altered[2]):
            self.assertNotEqual(copy["mfcc2_mean"], plain[0]["mfcc2_mean"])
        self.assertNotEqual(altered[1], altered[2])
        again, other = rows("--augment", "2"), rows("--augment", "2", "--seed", "2")
        self.assertEqual([{"copy": row.pop("copy")} | row for row in again],
                         [{"copy": str(i % 3)} | row for i, row in enumerate(altered)])
        self.assertEqual(other[0]["mfcc2_mean"], altered[0]["mfcc2_mean"])
        self.assertNotEqual(other[1]["mfcc2_mean"], altered[1]["mfcc2_mean"])
        windows = json.loads(genre("features", "--feature-set", "texture", "--augment", "2",
                                   song).stdout)["windows"]
        self.assertEqual([window["copy"] for window in windows], [0, 1, 2, 0, 1, 2])
        database = os.path.join(self.folder, "features.db")
        self.assertEqual(genre("features", "--feature-set", "texture", "--augment", "2", "--format",
                               "sqlite", "--output", database, song).returncode, 0)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            self.assertEqual(connection.execute("SELECT COUNT(*) FROM features").fetchone(), (6,))

    def test_bad_files_and_flags(self):
        result = genre("features", self.file("bad.wav", b"no"))
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"not an audio file", result.stderr)
        for flags in (["--pad-mode", "edge"], ["--window", "0"], ["--hop", "x"],
                      ["--whole", "--window", "3"], ["--json", "--csv"], ["--augment", "2"],
                      ["--feature-set", "texture", "--augment", "101"], ["--seed", "1"], []):
            result = genre("features", *flags, *(["x.wav"] if flags else []))
            self.assertGreater(result.returncode, 1, flags)
            self.assertTrue(result.stderr, flags)


class Program(unittest.TestCase):
    def test_help_and_version(self):
        self.assertRegex(genre("--version").stdout.decode(), 
                         r"^genre \d+\.\d+\.\d+\ncommit: (unknown|[0-9a-f]{12}(-dirty)?)\n"
                         r"build: \w+ (GNU|Clang) .*, page (on|off), genre-train (on|off)\n$")
        top = genre("--help").stdout.decode()
        for command in ("serve", "predict", "features", "train"):
            self.assertIn(command, top)
            if command != "train":
                self.assertIn("Usage: genre " + command, genre(command, "--help").stdout.decode())

    def said(self, *arguments):
        result = genre(*arguments)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, b"")
        return result.stderr.decode()

    def test_a_mistyped_word_gets_the_nearest_one(self):
        for arguments, right in ((["predct", "x"], "predict"), (["sevre"], "serve"),
                                 (["colect"], "collect"), (["--versoin"], "--version"),
                                 (["predict", "--treads", "2", "x"], "--threads"),
                                 (["serve", "--drain-timout=3"], "--drain-timeout")):
            self.assertIn(f"Did you mean {right}?", self.said(*arguments))

    def test_a_word_like_no_other_gets_no_suggestion(self):
        for arguments in (["dance"], ["x"], ["predict", "--quality", "x"], ["serve", "--x"], ["-z"]):
            message = self.said(*arguments)
            self.assertIn("There is no ", message)
            self.assertNotIn("Did you mean", message)

    def test_messages_name_the_command_to_ask_for_help(self):
        self.assertEqual(self.said(), "genre: No command given.\nSee genre --help.\n")
        self.assertIn("See genre serve --help.", self.said("serve", "--port", "many"))
        self.assertIn('--port: invalid value "many"', self.said("serve", "--port", "many"))


if __name__ == "__main__":
    unittest.main()
