"""genre model, and models that other programs made."""
import json
import os
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from temporary_files import TemporaryFiles

try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    onnx = None

N_MELS, N_FRAMES = 40, 100
FRONTEND = {"sr": 16000, "n_fft": 512, "hop_length": 160, "n_mels": N_MELS, "compression": "log"}
LABELS = ["quiet", "loud", "other"]


def genre(*arguments, stdin=b"", **variables):
    return subprocess.run([GENRE, *arguments], input=stdin, capture_output=True, timeout=120,
                          env={**os.environ, **variables})


def foreign_model(size=N_MELS * N_FRAMES):
    """A network [N, frames, mels] without any metadata, as other programs write it."""
    weights = numpy.random.default_rng(1).normal(size=(len(LABELS), size)) / size
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["melspectrogram"], ["flat"]),
         helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"], transB=1)],
        "net", [helper.make_tensor_value_info("melspectrogram", TensorProto.FLOAT,
                                              [1, N_FRAMES, N_MELS])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(LABELS)])],
        [numpy_helper.from_array(weights.astype(numpy.float32), "weights"),
         numpy_helper.from_array(numpy.zeros(len(LABELS), numpy.float32), "bias")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    model.ir_version = 7
    return model.SerializeToString()


class Show(TemporaryFiles):
    def test_a_model_says_what_it_takes_and_how_good_it_is(self):
        result = genre("model", "default")
        self.assertEqual(result.returncode, 0, result.stderr)
        text = result.stdout.decode()
        for part in ("texture [N, 1581]: feature_set texture, pad_mode constant",
                     "log_mel [N, 1, 128, 76]: frontend {", "checksum  right", "3 s every 3 s",
                     "blues, classical, country", "none of these", "figures"):
            self.assertIn(part, text)

    def test_json(self):
        model = json.loads(genre("model", "seed", "--json").stdout)
        self.assertEqual(model["inputs"], [{"name": "features", "shape": [None, 26],
                                            "feature_set": "gtzan26", "pad_mode": "constant"}])
        self.assertEqual((model["window"], model["none_of_these"]), (3.0, False))

    def test_errors(self):
        for arguments, message in (((), b"No command given"), (("no.onnx",), b"no.onnx: "),
                                   ((self.file("bad.onnx", b"no model"),), b"is not an ONNX file")):
            result = genre("model", *arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(message, result.stderr)

    def test_best_needs_a_network_and_says_how_to_get_it(self):
        result = genre("predict", "--model", "best", "-", stdin=wav(), XDG_DATA_HOME=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"genre model pull mn04", result.stderr)


@unittest.skipUnless(onnx, "needs Debian's python3-onnx and python3-numpy")
class Foreign(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.net = self.file("net.onnx", foreign_model())
        self.options = ("--frontend", self.file("frontend.json", json.dumps(FRONTEND)),
                        "--labels", self.file("labels.txt", "\n".join(LABELS)),
                        "--activation", "softmax")
        self.song = self.file("song.wav", wav(sine(seconds=3.5)))

    def test_an_adopted_model_predicts_as_the_network_with_the_options_does(self):
        adopted = os.path.join(self.folder, "adopted.onnx")
        result = genre("model", "adopt", self.net, adopted, *self.options)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        by_file = genre("predict", "--json", "--model", adopted, self.song)
        by_options = genre("predict", "--json", "--model", self.net, *self.options, self.song)
        prediction = json.loads(by_file.stdout)
        by_options = json.loads(by_options.stdout)
        self.assertEqual((prediction.pop("model"), by_options.pop("model")), ("net", "net"))
        self.assertEqual(prediction, by_options)
        self.assertEqual(sorted(g["genre"] for g in prediction["genres"]), sorted(LABELS))
        self.assertEqual([(s["start"], s["end"]) for s in prediction["segments"]],
                         [(0, 1), (1, 2), (2, 3), (3, 3.5)])
        self.assertIsNone(prediction["none_of_these"])
        onnx.checker.check_model(onnx.load(adopted))
        self.assertIn("melspectrogram [N, 100, 40]: frontend",
                      genre("model", adopted).stdout.decode())

    def test_its_windows_can_be_chosen(self):
        adopted = os.path.join(self.folder, "adopted.onnx")
        result = genre("model", "adopt", self.net, adopted, *self.options, "--name", "mine",
                       "--window", "2", "--hop", "0.5")
        self.assertEqual(result.returncode, 0, result.stderr)
        prediction = json.loads(genre("predict", "--json", "--model", adopted, self.song).stdout)
        self.assertEqual(prediction["model"], "mine")
        self.assertEqual([s["start"] for s in prediction["segments"]], [0, 0.5, 1, 1.5, 2])

    def test_what_is_missing_or_wrong_is_said(self):
        labels = self.file("two.txt", "one\ntwo\n")
        for options, message in (
                ((), b"genre model adopt"),
                (("--frontend", "musicnn", "--labels", labels), b"96 mel bands"),
                (("--frontend", "nothing"), b"the built-in ones are mn, musicnn, vggish, yamnet"),
                (("--frontend", self.file("x.json", "[]")), b"expected a JSON object"),
                (("--frontend", os.path.join(self.folder, "none.json")), b"none.json"),
                ((*self.options[:2], "--labels", labels), b"[N, 2]"),
                (self.options[:4], b"genre.activation to softmax, or to sigmoid"),
                (("--labels", labels), b"--frontend")):
            result = genre("predict", "--model", self.net, *options, self.song)
            self.assertNotEqual(result.returncode, 0, options)
            self.assertIn(message, result.stderr)


if __name__ == "__main__":
    unittest.main()
