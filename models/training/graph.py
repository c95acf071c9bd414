"""Builds the ONNX files of the models that ship: operators that run in OpenCV's DNN module 4.6 with any batch, and the
metadata that the server reads."""
import json
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from data import GENRES, HOP, N_FFT, N_MELS, RATE, WINDOW_FRAMES
from heads import AUDIOSET
from net import SCALE, TOP_DB

IR_VERSION, OPSET = 5, 10  # OpenCV 4.6 reads the limits of Clip as attributes only, as they were in opset 10

TEXTURE_INPUT = {"name": "texture", "feature_set": "texture", "pad_mode": "constant"}
LOG_MEL_INPUT = {"name": "log_mel", "layout": "mels_frames", "frontend": {
    "sr": RATE, "n_fft": N_FFT, "hop_length": HOP, "center": False, "n_mels": N_MELS, "compression": "power_to_db",
    "ref": None, "amin": float(np.finfo(np.float32).tiny), "top_db": TOP_DB, "std": SCALE,
    "patch_frames": WINDOW_FRAMES, "patch_hop_frames": WINDOW_FRAMES}}
MN04_INPUT = {"name": "mn04", "network": "mn04", "outputs": ["logits"], "excerpts": 3, "seconds": 10}
MUSICNN_INPUT = {"name": "musicnn", "network": "musicnn", "outputs": ["hidden", "logits"], "excerpts": 10, "seconds": 3}


class Graph:
    def __init__(self):
        self.nodes, self.initializers, self.inputs, self.outputs = [], [], [], []
        self.sizes = {}  # of the inputs of heads

    def constant(self, name, values):
        dtype = np.int64 if np.asarray(values).dtype.kind == "i" else np.float32
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def input(self, name, *shape):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]))

    def output(self, name, size):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", size]))

    def dense(self, x, output, linear, bias):
        """x [N, n] @ linear [n, m] + bias [m]."""
        weights = [self.constant(f"{output}.weight", linear.T), self.constant(f"{output}.bias", bias)]
        return self.node("Gemm", [x, *weights], output, transB=1)

    def logistic(self, x, output, head):
        """The scores of a head (see heads.py). Also makes its standardised inputs, for novelty."""
        n = self.sizes[output] = len(head.mean)
        # A batch norm, because OpenCV 4.6 cannot spread the constants of Sub and Div over a batch.
        standardised = self.node("BatchNormalization", [
            x, self.constant(f"{output}.scale", np.ones(n)), self.constant(f"{output}.shift", np.zeros(n)),
            self.constant(f"{output}.mean", head.mean), self.constant(f"{output}.variance", head.deviation ** 2)],
            f"{output}.standardised", epsilon=0.0)
        clipped = self.node("Clip", [standardised], f"{output}.clipped", min=-head.CLIP, max=head.CLIP)
        return self.dense(clipped, output, head.linear, head.bias)

    def novelty(self, output):
        """The mean square of the standardised inputs of a head."""
        x = f"{output}.standardised"
        self.node("Mul", [x, x], "squared")
        n = self.sizes[output]
        self.dense("squared", "novelty", np.full((n, 1), 1 / n), np.zeros(1))

    def audioset(self, logits, classes):
        """The log probability of each genre's AudioSet class that is heard best."""
        places = []
        for place in range(max(len(names) for names in AUDIOSET.values())):
            chosen = np.zeros((len(classes), len(GENRES)))
            for genre, name in enumerate(GENRES):  # the last class of a genre with fewer classes is repeated
                chosen[classes.index(AUDIOSET[name][min(place, len(AUDIOSET[name]) - 1)]), genre] = 1
            places.append(self.dense(logits, f"class_{place}", chosen, np.zeros(len(GENRES))))
        self.node("Max", places, "best_logit")
        self.node("Sigmoid", ["best_logit"], "best_probability")
        return self.node("Log", ["best_probability"], "audioset")

    def student(self, network, output):
        """Merges the student (see ship.py) and takes the mean of the log-mel spectrogram away first."""
        self.node("GlobalAveragePool", ["log_mel"], "log_mel.mean")
        # The mean as an image, because OpenCV 4.6 cannot spread a value over one. Each place of a pool with so much
        # padding sees just this one value.
        self.node("MaxPool", ["log_mel.mean"], "log_mel.means", kernel_shape=[N_MELS, WINDOW_FRAMES], strides=[1, 1],
                  pads=2 * [N_MELS - 1, WINDOW_FRAMES - 1])
        self.node("Sub", ["log_mel", "log_mel.means"], "log_mel.centred")
        graph = onnx.compose.add_prefix(network, "student/").graph
        replaced = {graph.input[0].name: "log_mel.centred", graph.output[0].name: output}
        for node in graph.node:
            node.input[:] = [replaced.get(name, name) for name in node.input]
            node.output[:] = [replaced.get(name, name) for name in node.output]
        self.nodes += graph.node
        self.initializers += graph.initializer
        return output

    def slices(self, x, parts):
        """parts: the output, the first and the end column of each."""
        for output, first, end in parts:
            ends = [self.constant(f"{output}.{name}", np.array([value]))
                    for name, value in (("first", first), ("end", end), ("axis", 1))]
            self.node("Slice", [x, *ends], output)

    def head(self, scores, extra, calibration):
        """From the scores of the systems and the inputs of "none of these" to the outputs."""
        n = len(GENRES)
        self.node("Concat", scores, "scores", axis=1)
        stack = np.concatenate([weight * np.eye(n) for weight in calibration.weights])
        self.dense("scores", "stack", stack, calibration.bias)
        self.node("Softmax", ["stack"], "certainties", axis=1)
        self.node("LogSoftmax", ["stack"], "log_certainties", axis=1)
        self.node("Concat", ["log_certainties", *extra], "heard", axis=1)
        self.dense("heard", "none", calibration.none_weights[:, None], np.array([calibration.none_bias]))
        self.output("certainties", n)
        self.output("novelty", 1)
        self.output("none", 1)

    def save(self, path, metadata):
        graph = helper.make_graph(self.nodes, "genre", self.inputs, self.outputs, self.initializers)
        model = helper.make_model(graph, producer_name="genre", ir_version=IR_VERSION,
                                  opset_imports=[helper.make_opsetid("", OPSET)])
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        with open(path, "wb") as file:
            file.write(with_checksum(model.SerializeToString(deterministic=True)))


def by_protocol(excerpts, clips, n_tracks):
    """The figures of excerpts and of clips in the form of those that genre train writes. n_tracks: of world and gtzan."""
    def part(data, accuracy, **more):
        return {"test": {"n_tracks": n_tracks[data], "track_accuracy": excerpts[accuracy],
                         "track_interval": excerpts[f"{accuracy}_interval"], "clip_accuracy": clips[accuracy],
                         "clip_interval": clips[f"{accuracy}_interval"], **more},
                "confident": {"track_share": excerpts[f"{data}_confident"],
                              "track_accuracy": excerpts[f"{data}_confident_right"],
                              "clip_share": clips[f"{data}_confident"],
                              "clip_accuracy": clips[f"{data}_confident_right"]}}

    return {"source-out": {
                **part("world", "world", balanced=True, top_two=excerpts["world_top_two"],
                       track_calibration_error=excerpts["world_calibration_error"],
                       calibration_error=clips["world_calibration_error"]),
                "other_confident": {"track_share": excerpts["other_confident"], "clip_share": clips["other_confident"]}},
            "gtzan artist-out": part("gtzan", "gtzan", fault_filtered=excerpts["gtzan_fault_filtered"])}


def metadata(name, inputs, calibration, track_clips, provenance, figures):
    """The metadata_props that include/genre/model.h describes."""
    def as_json(value):
        return json.dumps(value, separators=(",", ":"))

    return {"genre.name": name, "genre.labels": as_json(GENRES), "genre.inputs": as_json(inputs),
            "genre.window": as_json({"window": 3, "hop": 3}),
            "genre.window_correlation": f"{calibration.correlation:.4f}",
            "genre.confident": as_json({**calibration.thresholds, "track_clips": track_clips}),
            "genre.provenance": as_json(provenance), "genre.figures": as_json(figures)}


def with_checksum(data):
    """Appends what src/model/checksum.h describes: two metadata_props, the second with the CRC-32 of all before it."""
    def field(number, value):
        return bytes([number << 3 | 2, len(value)]) + value

    def entry(key, value):
        return field(14, field(1, key.encode()) + field(2, value.encode()))

    data += entry("genre.checksum", "crc32")
    return data + entry("genre.crc32", f"{zlib.crc32(data):08x}")
