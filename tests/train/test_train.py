"""The trainer, driven from outside: a table in, a model that predicts out."""
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import unittest

from audio_files import GENRE, is_sanitized, melody, sine, wav
from train_case import NETWORKS, TrainCase, genre, needs_dense

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def stat_time(path):
    return os.stat(path).st_mtime_ns


def shown_on_terminal(*arguments):
    """What genre shows on standard error, if that is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([GENRE, *arguments], stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 1 << 16):
                shown += chunk
        except OSError:  # EIO: the process has closed the terminal
            pass
        os.close(ours)
    assert process.returncode == 0, shown
    return shown


class Train(TrainCase):
    def train(self, *flags, network=NETWORKS[-1]):
        return genre("train", "--features", self.table, "--output", self.model, "--epochs", "10",
                     "--network", network, *flags)

    def test_the_model_predicts_its_own_genres(self):
        for network, n_train in (("lda", 300), ("dense", 270)):
            if network not in NETWORKS:
                continue
            result = self.train("--name", "mine", network=network)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"random-clip: trained on {n_train} clips", result.stdout.decode())
            self.assertIn(b"measures memory as much as genre", result.stdout)
            answer = json.loads(genre("predict", "--json", "--model", self.model, "-",
                                      input=wav()).stdout)
            self.assertEqual(answer["model"], "mine")
            self.assertEqual(sorted(g["genre"] for g in answer["genres"]), ["calm", "loud"])

    def test_progress_is_shown_on_a_terminal_only(self):
        for network, last in (("lda", b"fold 5/5"), ("dense", b"epoch 10/10")):
            if network not in NETWORKS:
                continue
            shown = shown_on_terminal("train", "--features", self.table, "--output", self.model,
                                      "--epochs", "10", "--network", network)
            self.assertIn(b"random-clip: " + last, shown)
            self.assertEqual(self.train(network=network).stderr, b"")  # takes under ten seconds
        shown = shown_on_terminal("train", self.music(), "--output", self.model)
        self.assertIn(b"13/13 files", shown)

    def music(self):
        """Six songs of two artists in each of two genres, and one broken file."""
        for genre_name, hz in (("deep", 110), ("shrill", 5000)):
            for i in range(6):
                self.file(f"music/{genre_name}/artist {i % 3}/{i}.wav",
                          wav(sine(hz * (1 + 0.02 * i), 9)))
        self.file("music/deep/broken.mp3", b"ID3 no music")
        return os.path.join(self.folder, "music")

    def answers_of_music(self):
        return [json.loads(genre("predict", "--json", "--model", self.model, "-",
                                 input=wav(sine(hz))).stdout)["genre"] for hz in (120, 4800)]

    def test_a_folder_of_music(self):
        self.check_folder_of_music((([], b"track: trained on 30 clips (shrinkage"),
                                    (["--feature-set", "gtzan26", "--network", "lda"],
                                     b"track: trained on 30 clips (shrinkage")))

    @needs_dense
    def test_a_folder_of_music_with_a_dense_network(self):
        self.check_folder_of_music(((["--feature-set", "gtzan26", "--epochs", "40"],
                                     b"track: trained on 24 clips (best_epoch"),
                                    (["--network", "dense", "--epochs", "5"], b"(best_epoch")))

    def check_folder_of_music(self, cases):
        music = self.music()
        for flags, words in cases:
            result = genre("train", music, "--output", self.model, *flags)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(b"1 files were skipped:\n  deep/broken.mp3: ", result.stderr)
            self.assertIn(words, result.stdout)
            self.assertIn(b"test       ", result.stdout)
            self.assertNotIn(b"measures memory", result.stdout)
            self.assertEqual(self.answers_of_music(), ["deep", "shrill"], flags)

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_cross_validation_with_artists_apart(self):
        music = self.music()
        result = genre("train", music, "--protocol", "k-fold", "--folds", "3", "--group", "folder",
                       "--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"3-fold folder: trained on 36 clips", result.stdout)
        self.assertRegex(result.stdout.decode(), r"test +[0-9.]+ % of 36 clips .* of 12 tracks")
        self.assertEqual(self.answers_of_music(), ["deep", "shrill"])
        result = genre("train", music, "--group", "artist", "--output", self.model)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"--group folder", result.stderr)
        self.assertGreater(genre("train", music, "--protocol", "k-fold", "--folds", "2").returncode,
                           1)
        # The sub-folders are the groups by default.
        for flags, words in (([], b"3-fold artist: "), (["--group", "track"], b"3-fold track: ")):
            result = genre("train", music, "--protocol", "k-fold", "--folds", "3", *flags,
                           "--output", self.model)
            self.assertIn(words, result.stdout, result.stderr)

    def metadata(self):
        """The model's own description: its entries are the only JSON in the file."""
        with open(self.model, "rb") as file:
            model = file.read()
        return {key: key.encode() in model for key in ("genre.confident", "genre.provenance")}

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_confident_is_not_promised_where_the_artists_are_unknown(self):
        for genre_name, hz in (("deep", 110), ("shrill", 5000)):
            for i in range(6):
                self.file(f"flat/{genre_name}/{i}.wav", wav(sine(hz * (1 + 0.02 * i), 9)))
        flat = os.path.join(self.folder, "flat")
        result = genre("train", flat, "--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"has no thresholds of confident: the artists are not known", result.stdout)
        self.assertIn(b"--groups FILE", result.stdout)
        self.assertNotIn(b"confident predictions", result.stdout)
        self.assertFalse(self.metadata()["genre.confident"])
        self.assertIsNone(json.loads(genre("predict", "--json", "--model", self.model, "-",
                                           input=wav(sine(120))).stdout)["confident"])
        groups = self.file("groups.csv", "track,artist\n" + "".join(
            f"{i},artist {i}\n" for i in range(6)))
        result = genre("train", flat, "--groups", groups, "--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"confident predictions", result.stdout)
        self.assertTrue(self.metadata()["genre.confident"])
        result = genre("train", flat, "--protocol", "group", "--output", self.model)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"--protocol group needs groups", result.stderr)
        # A table of clips drawn at random: those of a track are in both parts.
        self.assertIn(b"has no thresholds of confident", self.train().stdout)

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_tracks_with_the_same_audio_are_named(self):
        for genre_name, hz in (("deep", 110), ("shrill", 4000)):
            for i in range(5):
                self.file(f"music/{genre_name}/{i}.wav", wav(melody(hz, i)))
        self.file("music/shrill/copy.wav", wav(melody(110, 2)))
        result = genre("train", os.path.join(self.folder, "music"), "--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.decode(),
                         "1 tracks sound the same as another one; each pair stays in one part:\n"
                         "  shrill/copy.wav = deep/2.wav (labelled shrill and deep)\n")

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_several_data_sets_are_left_out_in_turn(self):
        first = self.music()
        lines = []
        for i in range(8):
            name, hz = (("deep", 120), ("shrill", 4500))[i % 2]
            self.file(f"songs/{i}.wav", wav(sine(hz * (1 + 0.01 * i), 9)))
            lines.append(f"songs/{i}.wav,{name},singer {i},shop {i % 3}\n")
        self.file("songs/noise.wav", wav(sine(900, 6)))
        lines.append("songs/noise.wav,other:noise,nobody,shop 1\n")
        second = self.file("list.csv", "path,genre,artist,source\n" + "".join(lines))
        page = os.path.join(self.folder, "page.html")
        result = genre("train", first, second, "--weight", "list.csv=0.5", "--weight",
                       f"{first}=2", "--output", self.model, "--html", page)
        self.assertEqual(result.returncode, 0, result.stderr)
        text = result.stdout.decode()
        self.assertRegex(text, r"(?m)^source-out: trained on 60 clips")
        self.assertRegex(text, r"(?m)^  music: +[0-9.]+ % of 36 clips")
        self.assertRegex(text, r"(?m)^  list.csv: +[0-9.]+ % of 24 clips")
        self.assertRegex(text, r"(?m)^10-fold artist: trained on")
        self.assertIn("balanced accuracy", text)
        self.assertIn("macro F1", text)
        self.assertRegex(text, "music of other genres: confident predictions of [0-9]+ % of 1 tracks")
        self.assertEqual(self.answers_of_music(), ["deep", "shrill"])
        with open(page, encoding="utf-8") as file:
            html = file.read()
        for words in ("music + list.csv", "10-fold artist", "source-out"):
            self.assertIn(words, html)
        for weight, words in (("none=1", b"no data set has this name"), ("list.csv=0", b"above 0"),
                              ("list.csv", b"NAME=WEIGHT")):
            result = genre("train", first, second, "--weight", weight)
            self.assertGreater(result.returncode, 1)
            self.assertIn(words, result.stderr)
        twin = os.path.join(self.folder, "twin", "music")
        shutil.copytree(first, twin)
        result = genre("train", first, twin, "--weight", "music=2")
        self.assertIn(b"several data sets have this name", result.stderr)

    def test_groups_of_a_table_stay_together(self):
        result = self.train("--protocol", "group", "--group", "track")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"group: trained on", result.stdout)
        result = self.train("--protocol", "group", "--group", "artist")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"the header has no column artist", result.stderr)

    def test_features_are_kept_for_the_next_time(self):
        music, cache = self.music(), os.path.join(self.folder, "cache", "genre")

        def train(*flags):
            result = genre("train", music, "--output", self.model, *flags)
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(self.model, "rb") as file:
                return file.read()

        uncached = train("--no-cache")
        self.assertFalse(os.path.exists(cache))
        self.assertEqual(train(), uncached)
        kept = {name: stat_time(os.path.join(cache, name)) for name in os.listdir(cache)}
        self.assertEqual(len(kept), 12)
        self.assertEqual(train(), uncached)
        self.assertEqual(
            {name: stat_time(os.path.join(cache, name)) for name in os.listdir(cache)}, kept)
        train("--augment", "1")  # other settings, other features
        self.assertEqual(len(os.listdir(cache)), 24)
        for name in kept:  # what is broken is made again
            with open(os.path.join(cache, name), "wb") as file:
                file.write(b"\x93NUMPY")
        self.assertEqual(train(), uncached)
        self.assertEqual(train("--cache", "/proc/none"), uncached)  # and never in the way

    @needs_dense  # LDA has no learning curve
    def test_a_report_to_look_at(self):
        page = os.path.join(self.folder, "report.html")
        self.assertEqual(self.train("--html", page).returncode, 0)
        with open(page, encoding="utf-8") as file:
            html = file.read()
        self.assertIn("Learning curve", html)
        self.assertEqual(html.count("<polyline"), 3)
        again = os.path.join(self.folder, "again.html")
        genre("evaluate", self.model, self.table, "--html", again)
        with open(again, encoding="utf-8") as file:
            self.assertIn("Learning curve", file.read())

    def test_genres_may_count_equally(self):
        for network in NETWORKS:
            self.assertEqual(self.train("--class-weights", "balanced", network=network).returncode, 0)
        self.assertGreater(self.train("--class-weights", "some").returncode, 1)

    @needs_dense
    def test_it_stops_when_nothing_gets_better(self):
        result = genre("train", "--features", self.table, "--output", self.model, "--epochs",
                       "5000", "--patience", "3")
        self.assertEqual(result.returncode, 0)
        with open(self.model, "rb") as file:
            epochs = int(re.search(rb'"epochs":(\d+)', file.read()).group(1))
        self.assertLess(epochs, 5000)

    def test_needs_data(self):
        for arguments, words in (([], b"DATA or --features"),
                                 ([self.folder + "/none"], b"none"),
                                 ([self.folder, "--features", self.table], b"excludes")):
            result = genre("train", *arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(words, result.stderr + result.stdout)

    def test_a_seed_reproduces_the_file(self):
        for network in NETWORKS:
            self.train("--seed", "5", network=network)
            with open(self.model, "rb") as file:
                first = file.read()
            self.train("--seed", "5", network=network)
            with open(self.model, "rb") as file:
                self.assertEqual(file.read(), first)

    def test_split_files_give_a_test_figure(self):
        lists = [self.file(name, "".join(f"x/t{i}.wav\n" for i in range(k, 150, 3)))
                 for k, name in enumerate(("train.txt", "valid.txt", "test.txt"))]
        for network, n_train in (("lda", 200), ("dense", 100)):
            if network not in NETWORKS:
                continue
            both = self.train("--split-files", *lists, "--split-name", "honest", network=network)
            self.assertIn(b"random-clip: trained on", both.stdout)
            self.assertRegex(both.stdout.decode(),
                             rf"honest: trained on {n_train} clips .*\n(.*\n)*?  test  ")
            only = self.train("--protocol", "split-file", "--split-files", *lists, network=network)
            self.assertEqual(only.returncode, 0, only.stderr)
            self.assertNotIn(b"random-clip", only.stdout)

    @needs_dense
    def test_interrupting_keeps_the_best_so_far(self):
        with subprocess.Popen([GENRE, "train", "--features", self.table, "--output", self.model,
                               "--epochs", "100000"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.wait_for_handler(process.pid)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn(b"interrupted: the best so far", output)
        self.assertTrue(os.path.exists(self.model))

    @staticmethod
    def wait_for_handler(pid):
        """Until the process catches SIGINT (bit 1 of SigCgt)."""
        while True:
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                text = status.read()
            assert not re.search(r"State:\s*Z", text), "it has ended"
            caught = re.search(r"SigCgt:\s*([0-9a-f]+)", text)
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
        result = genre("train", "--features", self.table, "--network", "lda",
                       "--output", "/no/m.onnx")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"the file cannot be written", result.stderr)
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
        operators = {"Gemm": lambda a, b, c: a @ b.T + c,
                     "Relu": lambda a: numpy.maximum(a, 0),
                     "Softmax": lambda a: numpy.exp(a - a.max()) / numpy.exp(a - a.max()).sum(),
                     "Mul": numpy.multiply,
                     "Add": numpy.add}
        song = wav()
        for path in (os.path.join(ROOT, "tests", "texture_lda.onnx"),
                     os.path.join(ROOT, "models", "seed.onnx")):
            model = onnx.load(path)
            onnx.checker.check_model(model)
            metadata = {p.key: p.value for p in model.metadata_props}
            answer = json.loads(genre("features", "--feature-set", metadata["genre.feature_set"],
                                      "-", input=song).stdout)["windows"][0]["features"]
            values = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
            values["features"] = numpy.array([list(answer.values())], dtype=numpy.float32)
            for node in model.graph.node:
                inputs = [values[i] for i in node.input]
                values[node.output[0]] = operators[node.op_type](*inputs)
            labels = json.loads(metadata["genre.labels"])
            served = json.loads(genre("predict", "--json", "--model", path, "-",
                                      input=song).stdout)
            for served_genre in served["genres"]:
                expected = values["certainties"][0][labels.index(served_genre["genre"])]
                self.assertAlmostEqual(served_genre["certainty"], float(expected), places=3)
            if "genre.confident" not in metadata:
                self.assertIsNone(served["confident"], path)
                continue
            thresholds = json.loads(metadata["genre.confident"])["clip"]
            self.assertEqual(
                served["confident"],
                bool(values["certainties"].max() >= thresholds["certainty"]
                     and values["novelty"][0][0] <= thresholds["novelty"]), path)


class ModelCard(unittest.TestCase):
    def test_quotes_the_models_own_figures(self):
        try:
            import onnx
        except ImportError as error:
            self.skipTest(f"needs Debian's python3-onnx: {error}")
        with open(os.path.join(ROOT, "models", "MODEL_CARD.md"), encoding="utf-8") as file:
            card = file.read()
        built_in = ["source-out", "gtzan artist-out"]
        for name, protocols in (("default", built_in), ("best", built_in), ("best-mn04", built_in),
                                ("seed", ["random-clip", "fault-filtered"])):
            model = onnx.load(os.path.join(ROOT, "models", name + ".onnx"))
            figures = json.loads({p.key: p.value for p in model.metadata_props}["genre.figures"])
            self.assertEqual(list(figures), protocols)
            for protocol in protocols:
                part = figures[protocol].get("test") or figures[protocol]["validation"]
                for key in ("clip_accuracy", "track_accuracy"):
                    self.assertIn(f"{100 * part[key]:.1f} %", card, (name, protocol, key))
                if "calibration_error" in part:
                    self.assertIn(f"{part['calibration_error']:.3f}", card, (name, protocol))


if __name__ == "__main__":
    unittest.main()
