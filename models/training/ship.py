#!/usr/bin/env python3
"""Writes the models that ship.

The heads in the files are trained on every track with audio. How they are combined, and all figures, come from heads
and networks of five folds: no source of world and no artist of GTZAN is in two."""
import argparse
import io
import os
import warnings

import numpy as np
import onnx
import torch

from calibration import Calibration
from data import GENRES, N_FOLDS, N_MELS, WINDOW_FRAMES
from evaluate import System, evidence
from graph import (LOG_MEL_INPUT, MN04_INPUT, MUSICNN_INPUT, OPSET, TEXTURE_INPUT, Graph, by_protocol,
                   metadata)
from net import Student
from scores import add_inputs, load_scores

WINDOW_INPUTS = [TEXTURE_INPUT, LOG_MEL_INPUT]
TRACK_CLIPS = 9  # from here on a file is measured by the thresholds of excerpts, which have nine or ten windows


def network(path):
    """The student in a file of train.py, with its batch norms folded."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model = Student(saved["layers"], saved["width"])
    model.load_state_dict(saved["state"], strict=False)
    return model.fold()


def student_graph(path):
    """The student as an ONNX graph of its own."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an older exporter, whose operators OpenCV 4.6 knows
        torch.onnx.export(network(path), torch.zeros(1, 1, N_MELS, WINDOW_FRAMES), buffer, opset_version=OPSET,
                          dynamo=False, input_names=["log_mel"], output_names=["logits"],
                          dynamic_axes={"log_mel": {0: "N"}, "logits": {0: "N"}})
    return onnx.load_from_string(buffer.getvalue())


class Shipping:
    """What all models have in common: heads trained on everything, the student, calibration, metadata."""

    def __init__(self, scores, student):
        self.scores, self.student = scores, student
        self.experiment = experiment = scores.experiment
        self.everything = np.ones(len(experiment.tracks), bool)
        self.texture = experiment.logistic("texture", self.everything, scores.soft[N_FOLDS])

    def calibration(self, system):
        """Fitted on world, from what was said out of fold."""
        systems, extra = evidence(self.scores, system)
        n_audio = self.experiment.n_audio
        return Calibration(self.scores.excerpts, self.experiment.outside[:n_audio], self.experiment.folds[:n_audio],
                           systems, extra, self.scores.novelty)

    def metadata(self, name, inputs, system, calibration):
        """Figures are those of the folds: of music whose source and whose artists were unknown in training."""
        measured = System(self.scores, system)
        excerpts, clips = ({key: np.round(value, 4).tolist() for key, value in outcome.figures().items()}
                           for outcome in (measured.tracks, measured.clips))
        n_tracks = {data: int(measured.tracks.masks[data].sum()) for data in ("world", "gtzan")}
        figures = by_protocol(excerpts, clips, n_tracks)
        values, _, _ = self.experiment.rows(self.experiment.features["texture"], self.everything)
        provenance = {"program": "models/training/ship.py", "data": "world, more and gtzan", "systems": system,
                      "n_train": len(values), "protocol": "five folds, source-out and artist-out"}
        return metadata(name, inputs, calibration, TRACK_CLIPS, provenance, figures)

    def windows(self, model):
        """Adds what both models hear of each window, and returns its scores: texture's head and the student."""
        model.input("texture", len(self.texture.mean))
        model.input("log_mel", 1, N_MELS, WINDOW_FRAMES)
        scores = [model.logistic("texture", "texture.scores", self.texture), "student.scores"]
        model.student(self.student, "student.logits")
        n = len(GENRES)
        model.slices("student.logits", [("student.scores", 0, n), ("student.none", n, n + 1)])
        return scores

    def write_default(self, path):
        """Texture's head and the student."""
        system = "T + S"
        calibration = self.calibration(system)
        model = Graph()
        model.head(self.windows(model), ["student.none"], calibration)
        model.novelty("texture.scores")
        model.save(path, self.metadata("texture-student", WINDOW_INPUTS, system, calibration))

    def write_best(self, path, musicnn):
        """The same and, for the whole song, what is made of the outputs of mn04 (and of musicnn).

        These networks are not in the file."""
        system = "T + S + J + E" if musicnn else "T + S + K + E"
        calibration = self.calibration(system)
        inputs = [MN04_INPUT, MUSICNN_INPUT] if musicnn else [MN04_INPUT]
        names = [own["name"] for own in inputs]
        model = Graph()
        scores = self.windows(model)
        for name in names:
            model.input(name, self.experiment.features[name].values.shape[1])
        song = model.node("Concat", names, "song", axis=1) if musicnn else "mn04"
        head = self.experiment.logistic(" and ".join(names), self.everything)
        classes = list(self.experiment.teachers["classes"])
        scores += [model.logistic(song, "song.scores", head), model.audioset("mn04", classes)]
        model.head(scores, ["mn04"], calibration)
        model.novelty("texture.scores")
        model.save(path, self.metadata("-".join(["texture-student", *names]), [*WINDOW_INPUTS, *inputs], system,
                                       calibration))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_inputs(parser)
    parser.add_argument("student", help="weights of the student on all music, written by train.py")
    parser.add_argument("output", help="folder to write the models to")
    arguments = parser.parse_args()

    shipping = Shipping(load_scores(arguments), student_graph(arguments.student))
    shipping.write_default(os.path.join(arguments.output, "default.onnx"))
    shipping.write_best(os.path.join(arguments.output, "best.onnx"), musicnn=True)
    shipping.write_best(os.path.join(arguments.output, "best-mn04.onnx"), musicnn=False)


if __name__ == "__main__":
    main()
