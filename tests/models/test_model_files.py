"""The model files that ship: that they are valid ONNX, what their metadata promise, and what their graphs take."""
import json
import os
import unittest
import zlib

try:
    import onnx
except ImportError:
    onnx = None

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
GENRES = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"]
# What OpenCV 4.6 runs with any batch; others need to be tried (models/training/graph.py says what it cannot run).
OPERATORS = {"Add", "BatchNormalization", "Clip", "Concat", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Log",
             "LogSoftmax", "Max", "MaxPool", "Mul", "Relu", "Sigmoid", "Slice", "Softmax", "Sub", "Transpose"}


def shape(value):
    return [dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim]


@unittest.skipUnless(onnx, "python3-onnx is not installed")
class ModelFiles(unittest.TestCase):
    WINDOWS = {"texture": ["N", 1581], "log_mel": ["N", 1, 128, 76]}
    INPUTS = {
        "default.onnx": WINDOWS,
        "best.onnx": {**WINDOWS, "mn04": ["N", 527], "musicnn": ["N", 250]},
        "best-mn04.onnx": {**WINDOWS, "mn04": ["N", 527]},
    }
    MOST_BYTES = 4_500_000

    def models(self):
        for name in self.INPUTS:
            with self.subTest(name):
                with open(os.path.join(MODELS, name), "rb") as file:
                    data = file.read()
                model = onnx.load_from_string(data)
                metadata = {entry.key: entry.value for entry in model.metadata_props}
                yield name, data, model, metadata

    def test_a_valid_graph_of_operators_that_opencv_runs(self):
        for name, data, model, _ in self.models():
            onnx.checker.check_model(model, full_check=True)
            self.assertLessEqual({node.op_type for node in model.graph.node}, OPERATORS)
            self.assertLessEqual(len(data), self.MOST_BYTES)

    def test_inputs_and_outputs(self):
        for name, _, model, metadata in self.models():
            self.assertEqual({value.name: shape(value) for value in model.graph.input}, self.INPUTS[name])
            self.assertEqual([(value.name, shape(value)) for value in model.graph.output],
                             [("certainties", ["N", 10]), ("novelty", ["N", 1]), ("none", ["N", 1])])
            described = [value["name"] for value in json.loads(metadata["genre.inputs"])]
            self.assertEqual(described, list(self.INPUTS[name]))

    def test_metadata(self):
        for _, _, _, metadata in self.models():
            self.assertEqual(json.loads(metadata["genre.labels"]), GENRES)
            self.assertTrue(0 <= float(metadata["genre.window_correlation"]) <= 1)
            confident = json.loads(metadata["genre.confident"])
            for kind in ("clip", "track"):
                # Above 1, a model would never be confident; below one half, it would be with two genres as likely.
                self.assertTrue(0.5 < confident[kind]["certainty"] < 1, confident)
            self.assertGreater(confident["track_clips"], 1)

    def test_figures_keep_what_confident_promises(self):
        for _, _, _, metadata in self.models():
            figures = json.loads(metadata["genre.figures"])["source-out"]
            for what in ("track", "clip"):
                self.assertGreaterEqual(figures["confident"][what + "_accuracy"], 0.9)
                self.assertLessEqual(figures["other_confident"][what + "_share"], 0.1)

    def test_checksum(self):
        for _, data, _, metadata in self.models():
            self.assertEqual(metadata["genre.checksum"], "crc32")
            end = b"genre.crc32"
            covered = data[:data.rindex(end) - 4]  # before the entry's and the key's types and sizes
            self.assertEqual(metadata["genre.crc32"], f"{zlib.crc32(covered):08x}")

    def test_no_weights_of_others(self):
        """The networks that best listens to are downloaded by the user; their licences are not the project's."""
        for name, _, _, metadata in self.models():
            if name.startswith("best"):
                self.assertFalse([key for key in metadata if key.startswith("genre.network.")])


if __name__ == "__main__":
    unittest.main()
