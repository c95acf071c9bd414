"""genre train --embedding: a model that learns from what a network hears, as one file."""
import base64
import csv
import io
import json
import os
import subprocess
import unittest
import unittest.mock

from audio_files import GENRE, is_sanitized, sine, wav
from server.harness import Client, Server
from temporary_files import TemporaryFiles
from train_case import genre

try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    onnx = None

WEIGHTS = os.path.join(os.environ["GENRE_SHARED_DIR"], "models", "mn04_as_mAP_432.pt")
N_MELS, N_FRAMES, N_OUTPUTS = 40, 100, 6
FRONTEND = {"sr": 16000, "n_fft": 512, "hop_length": 160, "n_mels": N_MELS, "compression": "log"}


def network(seed=1):
    """[N, frames, mels] -> embedding [N, 6], without any metadata."""
    size = N_MELS * N_FRAMES
    weights = numpy.random.default_rng(seed).normal(size=(N_OUTPUTS, size)) / size
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["melspectrogram"], ["flat"]),
         helper.make_node("Gemm", ["flat", "weights", "bias"], ["hidden"], transB=1),
         helper.make_node("Relu", ["hidden"], ["embedding"])],
        "net", [helper.make_tensor_value_info("melspectrogram", TensorProto.FLOAT,
                                              [1, N_FRAMES, N_MELS])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, N_OUTPUTS])
         for name in ("embedding", "hidden")],
        [numpy_helper.from_array(weights.astype(numpy.float32), "weights"),
         numpy_helper.from_array(numpy.ones(N_OUTPUTS, numpy.float32), "bias")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    model.ir_version = 7
    return model.SerializeToString()


class Case(TemporaryFiles):
    def setUp(self):
        super().setUp()
        folders = {name: os.path.join(self.folder, name.lower())
                   for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME")}
        changed = unittest.mock.patch.dict(os.environ, folders)
        changed.start()
        self.addCleanup(changed.stop)
        self.model = os.path.join(self.folder, "model.onnx")

    def music(self):
        """Six songs of three artists in each of two genres."""
        for genre_name, hz in (("deep", 110), ("shrill", 5000)):
            for i in range(6):
                self.file(f"music/{genre_name}/artist {i % 3}/{i}.wav",
                          wav(sine(hz * (1 + 0.02 * i), 9)))
        return os.path.join(self.folder, "music")

    def train(self, *flags):
        result = genre("train", self.music(), "--output", self.model, *flags)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.decode()

    def predict(self, song):
        result = genre("predict", "--json", "--model", self.model, "-", input=song)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def describe(self):
        return json.loads(genre("model", self.model, "--json").stdout)

    def assert_knows_its_genres(self):
        self.assertEqual([self.predict(wav(sine(hz, 6)))["genre"] for hz in (120, 4800)],
                         ["deep", "shrill"])


@unittest.skipUnless(onnx, "needs Debian's python3-onnx and python3-numpy")
class Embedding(Case):
    def setUp(self):
        super().setUp()
        self.network = self.file("net.onnx", network())
        self.frontend = self.file("frontend.json", json.dumps(FRONTEND))

    def train_on(self, *flags):
        return self.train("--frontend", self.frontend, *flags)

    def test_alone_with_the_windows_of_the_network(self):
        self.assertIn("track: trained on 90 clips", self.train_on("--embedding", self.network))
        self.assert_knows_its_genres()
        model = self.describe()
        self.assertEqual((model["name"], model["window"], model["hop"]), ("net-lda", 1.0, 1.0))
        self.assertEqual(model["inputs"], [
            {"name": "embedding1", "shape": [None, N_OUTPUTS], "network": "net",
             "outputs": ["embedding"]}])

    def test_the_file_predicts_what_its_parts_compute(self):
        """The standardised LDA, computed with numpy from genre embed and the weights in the file."""
        self.train_on("--embedding", self.network, "--outputs", "hidden,embedding")
        song = self.file("song.wav", wav(sine(700, 3)))
        embedded = json.loads(genre("embed", "--json", "--embedding", self.network, "--frontend",
                                    self.frontend, "--outputs", "hidden,embedding", song).stdout)
        x = numpy.array([window["embedding"] for window in embedded["windows"]])
        weights = {w.name: numpy_helper.to_array(w)
                   for w in onnx.load(self.model).graph.initializer}
        logits = x @ weights["dense1.weight"].T + weights["dense1.bias"]
        expected = numpy.exp(logits - logits.max(1, keepdims=True))
        expected /= expected.sum(1, keepdims=True)
        segments = self.predict(wav(sine(700, 3)))["segments"]
        self.assertEqual(len(segments), 3)
        for segment, certainties in zip(segments, expected):
            for label, certainty in zip(("deep", "shrill"), certainties):
                found = {g["genre"]: g["certainty"] for g in segment["genres"]}[label]
                self.assertAlmostEqual(found, certainty, places=3)

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_beside_texture(self):
        part = self.network
        for flags in (["--feature-set", f"texture+{part}"],
                      ["--feature-set", "texture", "--embedding", part, "--excerpts", "2",
                       "--seconds", "2"]):
            text = self.train_on(*flags)
            self.assertIn("track: trained on 30 clips", text)
            self.assert_knows_its_genres()
            model = self.describe()
            self.assertEqual((model["name"], model["window"]), ("texture+net-lda", 3.0))
            self.assertEqual([i["name"] for i in model["inputs"]], ["texture", "embedding1"])
            self.assertEqual(model["inputs"][1].get("excerpts"), 2 if "--excerpts" in flags else None)

    def test_the_network_is_in_the_file(self):
        self.train_on("--embedding", self.network)
        model = onnx.load(self.model)
        metadata = {p.key: p.value for p in model.metadata_props}
        inside = onnx.load_model_from_string(base64.b64decode(metadata["genre.network.net"]))
        self.assertEqual([n.op_type for n in inside.graph.node], ["Flatten", "Gemm", "Relu"])
        os.remove(self.network)
        self.assert_knows_its_genres()

    def test_windows_of_another_length(self):
        song = self.file("song.wav", wav(sine(700, 2) + sine(900, 2)))

        def embed(*flags):
            return genre("embed", "--json", "--embedding", self.network, "--frontend", self.frontend,
                         *flags, song)

        patches, same, pairs = (json.loads(embed(*flags).stdout)["windows"]
                                for flags in ([], ["--window", "1"], ["--window", "2"]))
        self.assertEqual(same, patches)
        self.assertEqual([(w["start"], w["end"]) for w in pairs], [(0, 2), (2, 4)])
        # The mean over the patches in it, which do not begin where windows of one second do.
        values = numpy.array([window["embedding"] for window in patches])
        numpy.testing.assert_allclose([window["embedding"] for window in pairs],
                                      (values[::2] + values[1::2]) / 2, rtol=0.03)
        refused = embed("--window", "2", "--excerpts", "2")
        self.assertGreater(refused.returncode, 1)
        self.assertIn(b"--excerpts", refused.stderr)

    def embeddings(self, *flags):
        """What genre embed writes of the music, with the column genre."""
        music = self.music()
        embedded = genre("embed", "--csv", "--embedding", self.network, "--frontend", self.frontend,
                         *flags, music)
        self.assertEqual(embedded.returncode, 0, embedded.stderr)
        rows = list(csv.DictReader(io.StringIO(embedded.stdout.decode())))
        text = io.StringIO()
        writer = csv.DictWriter(text, ["genre", *rows[0]])
        writer.writeheader()
        for row in rows:
            writer.writerow({"genre": os.path.relpath(row["file"], music).split(os.sep)[0], **row})
        return self.file("embeddings.csv", text.getvalue())

    def test_a_table_of_embeddings_stands_for_its_audio(self):
        for flags in ([], ["--excerpts", "1", "--seconds", "2"]):
            table = self.embeddings(*flags)
            trained = genre("train", table, "--embedding", self.network, "--frontend", self.frontend,
                            "--output", self.model, *flags)
            self.assertEqual(trained.returncode, 0, trained.stderr)
            self.assertIn(f"track: trained on {10 if flags else 90} clips", trained.stdout.decode())
            self.assert_knows_its_genres()
            of_table = self.describe()
            self.train_on("--embedding", self.network, *flags)
            for key in ("name", "window", "hop", "inputs", "labels"):
                self.assertEqual(of_table[key], self.describe()[key], key)

    def test_any_batch_size_runs(self):
        self.train_on("--embedding", self.network)
        try:
            import cv2
        except ImportError as error:
            self.skipTest(str(error))
        net = cv2.dnn.readNetFromONNX(self.model)
        x = numpy.random.default_rng(2).normal(size=(5, N_OUTPUTS)).astype(numpy.float32)
        net.setInput(x)
        together = net.forward("certainties")
        for row, expected in zip(x, together):
            net.setInput(row[None])
            numpy.testing.assert_allclose(net.forward("certainties")[0], expected, atol=1e-6)

    def test_the_cache_knows_the_network(self):
        cache = os.path.join(os.environ["XDG_CACHE_HOME"], "genre")
        n_files = []
        for flags in ([], [], ["--outputs", "hidden"], ["--excerpts", "1"]):
            self.train_on("--embedding", self.network, *flags)
            n_files.append(len(os.listdir(cache)))
        self.file("net.onnx", network(seed=2))
        self.train_on("--embedding", self.network)
        n_files.append(len(os.listdir(cache)))
        self.assertEqual(n_files, [12, 12, 24, 36, 48])

    def test_mistakes_are_named(self):
        music = self.music()
        table = self.file("table.csv", "genre,track\nx,1\n")
        embeddings = self.file("embeddings.csv", "genre," + ",".join(
            f"embedding{i}" for i in range(1, 2 * N_OUTPUTS + 1)))
        for arguments, words in (
                ([music, "--embedding", "no.onnx"], "no.onnx: "),
                ([music, "--embedding", "mn04"], "genre model pull mn04 brings it"),
                ([music, "--feature-set", "texture+mn04"], "genre model pull mn04 brings it"),
                ([music, "--feature-set", "tekture"],
                 '"tekture" is not a feature set (gtzan26, texture)'),
                ([music, "--feature-set", "texture+gtzan26"], "only one feature set"),
                ([music, "--embedding", self.network], "genre model adopt"),
                ([music, "--embedding", self.network, "--frontend", self.frontend, "--outputs", "x"],
                 "no float output x"),
                ([music, "--embedding", self.network, "--frontend", self.frontend, "--network",
                  "dense"], "not an embedding"),
                (["--features", table, "--embedding", self.network, "--frontend", self.frontend],
                 "table.csv: the header has no column embedding1, embedding2, "),
                ([embeddings, "--feature-set", f"texture+{self.network}", "--frontend", self.frontend],
                 "leave out --feature-set"),
                ([embeddings, "--embedding", self.network, "--frontend", self.frontend],
                 "it has the column embedding7, but the network net has 6 outputs"),
                (["--features", embeddings], "genre train takes them with --embedding NETWORK")):
            result = genre("train", *arguments, "--output", self.model)
            self.assertNotEqual(result.returncode, 0, arguments)
            self.assertIn(words, result.stderr.decode(), arguments)
            self.assertFalse(os.path.exists(self.model))

    def test_help(self):
        text = genre("train", "--help").stdout.decode()
        for option in ("--embedding", "--outputs", "--excerpts", "--frontend", "--layout"):
            self.assertIn(option, text)
        self.assertNotIn("--activation", text)


class Served(Case):
    """A model with a network, over HTTP."""

    @unittest.skipUnless(onnx, "needs Debian's python3-onnx and python3-numpy")
    def test_the_server_says_the_same(self):
        self.train("--frontend", self.file("frontend.json", json.dumps(FRONTEND)),
                   "--embedding", self.file("net.onnx", network()))
        song = wav(sine(700, 3))
        server = Server("--model", self.model)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        client = Client(server.address)
        self.addCleanup(client.close)
        served = client.ask("POST", "/v1/predict", song, "audio/wav").json()
        self.assertEqual(served["genres"], self.predict(song)["genres"])


@unittest.skipUnless(os.path.exists(WEIGHTS), "needs the weights in shared/models")
class Mn04(Case):
    def test_an_installed_network_stays_outside(self):
        pulled = subprocess.run([GENRE, "model", "pull", "mn04", "--from", WEIGHTS],
                                capture_output=True, timeout=120)
        self.assertEqual(pulled.returncode, 0, pulled.stderr)
        self.train("--embedding", "mn04", "--excerpts", "1", "--seconds", "3")
        self.assert_knows_its_genres()
        with open(self.model, "rb") as file:
            self.assertNotIn(b"genre.network.mn04", file.read())
        self.assertEqual(self.describe()["inputs"][0]["network"], "mn04")


if __name__ == "__main__":
    unittest.main()
