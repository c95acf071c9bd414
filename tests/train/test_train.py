"""The trainer, driven from outside: a table in, a model that predicts out."""
import json
import os
import random
import re
import signal
import subprocess
import tempfile
import unittest

from audio_files import GENRE, sine, wav

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def genre(*arguments, **options):
    return subprocess.run([GENRE, *arguments], capture_output=True, timeout=240, **options)


class Train(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        header = genre("features", "--csv", "-", input=wav()).stdout.decode().splitlines()[0]
        random.seed(1)
        self.table = self.file("table.csv", "track,genre," + header.split(",", 3)[3] + "\n" + "".join(
            f"t{i // 2},{('calm', 'loud')[i % 2]},"
            + ",".join(f"{random.gauss(i % 2, 0.1):.5f}" for _ in range(26)) + "\n"
            for i in range(300)))
        self.model = os.path.join(self.folder, "model.onnx")

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def train(self, *flags):
        return genre("train", "--features", self.table, "--output", self.model, "--epochs", "10",
                     *flags)

    def test_the_model_predicts_its_own_genres(self):
        result = self.train("--name", "mine")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"random-clip: trained on 270 clips", result.stdout)
        self.assertIn(b"measures memory as much as genre", result.stdout)
        self.assertIn(b"epoch 10/10", result.stderr)
        answer = json.loads(genre("predict", "--json", "--model", self.model, "-",
                                  input=wav()).stdout)
        self.assertEqual(answer["model"], "mine")
        self.assertEqual(sorted(g["genre"] for g in answer["genres"]), ["calm", "loud"])

    def test_a_folder_of_music(self):
        for genre_name, hz in (("deep", 110), ("shrill", 5000)):
            for i in range(6):
                path = os.path.join(self.folder, "music", genre_name, "album", f"{i}.wav")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(wav(sine(hz * (1 + 0.02 * i), 9)))
        with open(os.path.join(self.folder, "music", "deep", "broken.mp3"), "wb") as file:
            file.write(b"ID3 no music")
        result = genre("train", os.path.join(self.folder, "music"), "--output", self.model,
                       "--epochs", "40")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"13/13 files", result.stderr)
        self.assertIn(b"1 files were skipped:\n  deep/broken.mp3: ", result.stderr)
        self.assertIn(b"track: trained on 24 clips", result.stdout)
        self.assertIn(b"test       ", result.stdout)
        self.assertNotIn(b"measures memory", result.stdout)
        for hz, name in ((120, "deep"), (4800, "shrill")):
            answer = json.loads(genre("predict", "--json", "--model", self.model, "-",
                                      input=wav(sine(hz))).stdout)
            self.assertEqual(answer["genre"], name)

    def test_needs_data(self):
        for arguments, words in (([], b"FOLDER or --features"),
                                 ([self.folder + "/none"], b"none"),
                                 ([self.folder, "--features", self.table], b"excludes")):
            result = genre("train", *arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(words, result.stderr + result.stdout)

    def test_a_seed_reproduces_the_file(self):
        self.train("--seed", "5")
        with open(self.model, "rb") as file:
            first = file.read()
        self.train("--seed", "5")
        with open(self.model, "rb") as file:
            self.assertEqual(file.read(), first)

    def test_split_files_give_a_test_figure(self):
        lists = [self.file(name, "".join(f"x/t{i}.wav\n" for i in range(k, 150, 3)))
                 for k, name in enumerate(("train.txt", "valid.txt", "test.txt"))]
        both = self.train("--split-files", *lists, "--split-name", "honest")
        self.assertIn(b"random-clip: trained on", both.stdout)
        self.assertRegex(both.stdout.decode(), r"honest: trained on 100 clips\n(.*\n)*?    test  ")
        only = self.train("--protocol", "split-file", "--split-files", *lists)
        self.assertEqual(only.returncode, 0, only.stderr)
        self.assertNotIn(b"random-clip", only.stdout)

    def test_interrupting_keeps_the_best_so_far(self):
        with subprocess.Popen([GENRE, "train", "--features", self.table, "--output", self.model,
                               "--epochs", "100000"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.wait_for_handler(process.pid)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn(b"interrupted: the best epoch so far", output)
        self.assertTrue(os.path.exists(self.model))

    @staticmethod
    def wait_for_handler(pid):
        """Until the process catches SIGINT (bit 1 of SigCgt)."""
        while True:
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status.read())
            if int(caught.group(1), 16) & (1 << (signal.SIGINT - 1)):
                return

    def test_errors_say_what_is_wrong(self):
        for name, text, expected in (
                ("empty.csv", "", "the file is empty"),
                ("columns.csv", "genre,rms\nrock,1\n", "no column chroma_stft")):
            result = genre("train", "--features", self.file(name, text), "--output", self.model)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"genre train: {name}: ", result.stderr.decode())
            self.assertIn(expected, result.stderr.decode())
            self.assertFalse(os.path.exists(self.model))
        result = genre("train", "--features", "/nonexistent.csv")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"/nonexistent.csv", result.stderr)
        result = genre("train", "--features", self.table, "--epochs", "1", "--output", "/no/m.onnx")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"cannot be written", result.stderr)
        for flags in ([], ["--features", self.table, "--protocol", "fancy"],
                      ["--features", self.table, "--protocol", "split-file"]):
            self.assertGreater(genre("train", *flags).returncode, 1, flags)

    def test_help(self):
        text = genre("train", "--help").stdout.decode()
        self.assertIn("genre train [OPTIONS]", text)
        self.assertIn("--split-files", text)

    def test_any_onnx_reader_gives_the_same_certainties(self):
        try:
            import numpy
            import onnx
            from onnx import numpy_helper
        except ImportError as error:
            self.skipTest(f"needs Debian's python3-onnx and python3-numpy: {error}")
        model = onnx.load(os.path.join(ROOT, "models", "default.onnx"))
        onnx.checker.check_model(model)
        weights = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
        song = wav()
        answer = json.loads(genre("features", "-", input=song).stdout)["windows"][0]["features"]
        x = numpy.array([list(answer.values())], dtype=numpy.float32)
        for node in model.graph.node:
            if node.op_type == "Gemm":
                x = x @ weights[node.input[1]].T + weights[node.input[2]]
            elif node.op_type == "Relu":
                x = numpy.maximum(x, 0)
            else:
                self.assertEqual(node.op_type, "Softmax")
                x = numpy.exp(x - x.max()) / numpy.exp(x - x.max()).sum()
        labels = json.loads({p.key: p.value for p in model.metadata_props}["genre.labels"])
        served = json.loads(genre("predict", "--json", "-", input=song).stdout)["genres"]
        for genre_certainty in served:
            expected = x[0][labels.index(genre_certainty["genre"])]
            self.assertAlmostEqual(genre_certainty["certainty"], float(expected), places=3)


class ModelCard(unittest.TestCase):
    def test_quotes_the_models_own_figures(self):
        with open(os.path.join(ROOT, "models", "default.onnx"), "rb") as file:
            figures = re.search(rb'genre\.figures\x12..?(\{"random-clip".*?\}\}\}\})', file.read(),
                                re.S)
        figures = json.loads(figures.group(1))
        with open(os.path.join(ROOT, "models", "MODEL_CARD.md"), encoding="utf-8") as file:
            card = file.read()
        best = figures["random-clip"]["best"]["validation"]
        honest = figures["fault-filtered"]
        for accuracy in (best["clip_accuracy"], best["track_accuracy"],
                         honest["best"]["test"]["clip_accuracy"],
                         honest["best"]["test"]["track_accuracy"],
                         honest["last"]["test"]["clip_accuracy"],
                         honest["last"]["test"]["track_accuracy"]):
            self.assertIn(f"{100 * accuracy:.1f} %", card)


if __name__ == "__main__":
    unittest.main()
