#!/usr/bin/env python3
"""Writes musicnn_reference.json: what PyTorch computes for a made-up patch with the published weights.

    make_musicnn_reference.py musicnn-0.1.0-py3-none-any.whl > musicnn_reference.json

It needs the packages of models/training/requirements.txt. musicnn_test.cpp makes the same patch."""
import json
import pathlib
import sys

import numpy as np
import torch

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "models" / "student"))
from teachers import Musicnn  # noqa: E402


def patch():
    t, band = np.arange(187)[:, None], np.arange(96)[None]
    return 2 * np.abs(np.sin(0.37 * t + 0.11 * band) * np.cos(0.013 * t * band))


def main():
    torch.set_grad_enabled(False)
    logits, hidden = Musicnn(sys.argv[1]).forward(torch.from_numpy(patch().astype(np.float32))[None])
    json.dump({"logits": logits[0].tolist(), "hidden": hidden[0].tolist()}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
