#!/usr/bin/env python3
"""Writes a trained student as ONNX.

Its operators run in OpenCV's DNN module 4.6, with any batch: Conv, Relu, Add, Transpose, GlobalAveragePool, Flatten,
Gemm."""
import argparse

import onnx
import torch

from data import GENRES, HOP, N_FFT, N_MELS, RATE, WINDOW_FRAMES
from net import SCALE, TOP_DB, Student

PROPERTIES = {
    "labels": ",".join(GENRES), "other_label": "none of these", "input": "log-mel, dB relative to the loudest value, "
    f"no lower than -{TOP_DB}, minus its mean, divided by {SCALE}", "sample_rate": str(RATE), "n_fft": str(N_FFT),
    "hop_length": str(HOP), "n_mels": str(N_MELS), "n_frames": str(WINDOW_FRAMES), "center": "false"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", help="FOLD.pt, written by train.py")
    parser.add_argument("output", help="model to write (.onnx)")
    arguments = parser.parse_args()

    saved = torch.load(arguments.weights, map_location="cpu", weights_only=True)
    model = Student(saved["layers"], saved["width"])
    model.load_state_dict(saved["state"], strict=False)
    model = model.fold()
    torch.onnx.export(model, torch.zeros(1, 1, N_MELS, WINDOW_FRAMES), arguments.output, opset_version=11, dynamo=False,
                      input_names=["log_mel"], output_names=["logits"],
                      dynamic_axes={"log_mel": {0: "N"}, "logits": {0: "N"}})
    file = onnx.load(arguments.output)
    onnx.helper.set_model_props(file, PROPERTIES)
    onnx.checker.check_model(file, full_check=True)
    onnx.save(file, arguments.output)
    print({node.op_type for node in file.graph.node})


if __name__ == "__main__":
    main()
