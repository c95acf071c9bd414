"""genre evaluate, driven from outside: a model and clips of known genre in, figures out."""
import json
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree
from html.parser import HTMLParser

from audio_files import GENRE, melody, sine, wav
from temporary_files import TemporaryFiles


# A model of feature vectors alone, trained on a part of GTZAN.
TEXTURE = os.path.join(os.path.dirname(__file__), os.pardir, "texture_lda.onnx")


def evaluate(*arguments):
    return subprocess.run([GENRE, "evaluate", *arguments], capture_output=True, timeout=240)


class Tags(HTMLParser):
    """Checks that what is opened is closed, and collects what the page would load."""
    VOID = {"meta", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.loads = [], []

    def handle_starttag(self, tag, attributes):
        self.loads += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """<line/> and the like, which SVG has."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Evaluate(TemporaryFiles):
    def setUp(self):
        super().setUp()
        for path in ("blues/one.wav", "blues/two.wav", "metal/three.wav"):
            self.file(path, wav(sine(seconds=6)))

    def test_a_folder_of_music(self):
        self.file("metal/cover.jpg", b"\xff\xd8 no audio")
        result = evaluate("default", self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"of 6 clips (95 %:", result.stdout)
        self.assertIn(b"of 3 tracks (95 %:", result.stdout)
        self.assertIn(b"expected calibration error", result.stdout)
        self.assertNotIn(b"files/s", result.stderr)  # a pipe gets no progress of short work
        self.assertIn(b"1 files were skipped:\n  metal/cover.jpg: ", result.stderr)

    def test_json_has_the_same_figures_as_the_table_of_the_same_clips(self):
        features = subprocess.run(
            [GENRE, "features", "--feature-set", "texture", "--csv"] + [os.path.join(self.folder, name) for name in
                                            ("blues/one.wav", "blues/two.wav", "metal/three.wav")],
            capture_output=True, check=True).stdout.decode().splitlines()
        rows = ["genre,track," + features[0].split(",", 3)[3]]
        for line in features[1:]:
            path, _, _, values = line.split(",", 3)
            rows.append(f"{path.split('/')[-2]},{path},{values}")
        elsewhere = tempfile.TemporaryDirectory()
        self.addCleanup(elsewhere.cleanup)
        table = os.path.join(elsewhere.name, "table.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("\n".join(rows))
        of_folder = json.loads(evaluate(TEXTURE, self.folder, "--json").stdout)
        of_table = json.loads(evaluate(TEXTURE, table, "--json").stdout)
        for report in (of_folder, of_table):
            report.pop("data")
        self.assertEqual(of_folder, of_table)
        self.assertEqual(of_folder["n_clips"], 6)
        self.assertEqual(sum(map(sum, of_folder["confusion"])), 6)
        self.assertEqual(len(of_folder["genres"]), 10)

    def test_says_what_the_model_was_trained_on(self):
        result = evaluate(TEXTURE, self.folder)
        self.assertIn(b"trained on 6390 clips of gtzan (fault-filtered)", result.stdout)
        self.assertNotIn(b"expect lower accuracy on new music", result.stdout)
        same = os.path.join(self.folder, "gtzan")
        for path in ("a/blues/one.wav", "a/metal/two.wav"):
            self.file(path.replace("a/", "gtzan/"), wav())
        self.assertIn(b"expect lower accuracy on new music", evaluate(TEXTURE, same).stdout)

    def test_warns_about_training_data_by_its_audio(self):
        for i in range(4):
            for name, hz in (("deep", 110), ("shrill", 4000)):
                self.file(f"own/{name}/{i}.wav", wav(melody(hz, i)))
                self.file(f"new/{name}/{i}.wav", wav(melody(hz, 10 + i)))
        model, own, copy, new = (os.path.join(self.folder, name)
                                 for name in ("model.onnx", "own", "copy", "new"))
        trained = subprocess.run([GENRE, "train", own, "--protocol", "k-fold", "--folds", "3",
                                  "--no-cache", "--output", model], capture_output=True)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        self.assertNotIn(b"sound the same", trained.stderr)
        os.rename(own, copy)
        os.rename(new, own)
        report = json.loads(evaluate(model, copy, "--json").stdout)
        self.assertEqual(report["n_known_tracks"], 8)
        self.assertIn("was trained on 8 of these 8 tracks", report["warning"])
        report = json.loads(evaluate(model, own, "--json").stdout)  # other music, the same name
        self.assertEqual((report["n_known_tracks"], report["warning"]), (0, ""))

    def test_music_of_other_genres_is_only_counted(self):
        self.file("other:noise/hiss.wav", wav(melody(1000, 1)))
        report = json.loads(evaluate("default", self.folder, "--json").stdout)
        self.assertEqual((report["n_tracks"], report["others"]["n_tracks"]), (3, 1))

    def test_the_confusion_matrix_as_a_picture(self):
        picture = self.folder + ".svg"
        self.addCleanup(lambda: os.path.exists(picture) and os.unlink(picture))
        self.assertEqual(evaluate("default", self.folder, "--confusion", picture).returncode, 0)
        xml.etree.ElementTree.parse(picture)

    def test_a_table_of_another_feature_set_is_an_error(self):
        features = subprocess.run([GENRE, "features", "--csv", "-"], input=wav(),
                                  capture_output=True, check=True).stdout.decode().splitlines()
        rows = [f"{genre},{line.split(',', 3)[3]}\n" for genre, line in
                (("genre", features[0]), ("blues", features[1]), ("rock", features[1]))]
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as table:
            table.write("".join(rows))
            table.flush()
            result = evaluate(TEXTURE, table.name)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"feature set gtzan26; the model expects texture", result.stderr)
            self.assertEqual(evaluate("seed", table.name).returncode, 0)
            result = evaluate("default", table.name)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"the model needs audio", result.stderr)

    def test_only_the_tracks_of_a_list(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as tracks:
            tracks.write("blues/two.wav\n")
            tracks.flush()
            report = json.loads(
                evaluate("default", self.folder, "--tracks", tracks.name, "--json").stdout)
            self.assertEqual((report["n_tracks"], report["n_clips"]), (1, 2))
            self.assertIn("the tracks of", report["protocol"])
            tracks.seek(0)
            tracks.write("none/such.wav\n")
            tracks.flush()
            result = evaluate("default", self.folder, "--tracks", tracks.name)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"none of its tracks", result.stderr)

    def test_the_html_report_is_whole_and_loads_nothing(self):
        page = self.folder + ".html"
        self.addCleanup(lambda: os.path.exists(page) and os.unlink(page))
        self.assertEqual(evaluate("default", self.folder, "--html", page).returncode, 0)
        tags = Tags()
        with open(page, encoding="utf-8") as file:
            tags.feed(file.read())
        self.assertEqual(tags.open, [])
        self.assertEqual(tags.loads, [])

    def test_what_is_wrong_is_said(self):
        for arguments, words in (
                (["default", os.path.join(self.folder, "nothing.csv")], b"cannot be read"),
                (["default", os.path.join(self.folder, "blues")], b"one sub-folder per genre"),
                ([os.path.join(self.folder, "none.onnx"), self.folder], b"none.onnx"),
                (["default", self.folder, "--html", "/none/such/page.html"], b"the file cannot be written"),
                (["default"], b"DATA"),
        ):
            with self.subTest(arguments=arguments):
                result = evaluate(*arguments)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(words, result.stderr + result.stdout)

    def test_a_genre_that_the_model_does_not_know(self):
        self.file("polka/one.wav", wav(sine(seconds=3)))
        result = evaluate("default", self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"does not know the genre polka; it knows blues, ", result.stderr)


if __name__ == "__main__":
    unittest.main()
