#!/usr/bin/env python3
"""Writes musicnn_reference.json: what PyTorch computes for a made-up patch with the published weights.

    make_musicnn_reference.py musicnn-0.1.0-py3-none-any.whl > musicnn_reference.json

It needs the packages of models/training/requirements.txt, not TensorFlow: it reads the checkpoint itself, apart from the
C++ code that it tests. musicnn_test.cpp makes the same patch."""
import json
import struct
import sys
import zipfile

import numpy as np
import torch
import torch.nn.functional as nnf


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def block_entries(data, offset, size):
    """Keys and values of a block of a table (LevelDB's format, uncompressed)."""
    block = data[offset:offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    at, key = 0, b""
    while at < size - 4 - 4 * restarts:
        shared, at = varint(block, at)
        added, at = varint(block, at)
        length, at = varint(block, at)
        key = key[:shared] + block[at:at + added]
        yield key, block[at + added:at + added + length]
        at += added + length


def message_fields(data):
    """Field numbers and values of a Protocol Buffers message."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        else:  # 5 is a fixed 32-bit number, 2 is bytes
            length, at = (4, at) if tag & 7 == 5 else varint(data, at)
            value, at = data[at:at + length], at + length
        yield tag >> 3, value


def checkpoint(index, data):
    """The float32 arrays of a TensorFlow checkpoint by name. index, data: the bytes of its two files."""
    arrays = {}
    at = len(index) - 48  # the footer: two handles (offset, size), the second is that of the index block
    for _ in range(2):
        _, at = varint(index, at)
    offset, at = varint(index, at)
    size, at = varint(index, at)
    for _, handle in block_entries(index, offset, size):
        offset, at = varint(handle, 0)
        for name, entry in block_entries(index, offset, varint(handle, at)[0]):
            fields = dict(message_fields(entry))
            if not name or fields.get(1) != 1:
                continue
            dimensions = [value for key, value in message_fields(fields.get(2, b"")) if key == 2]
            shape = [dict(message_fields(value)).get(1, 0) for value in dimensions]
            start = fields.get(4, 0)
            array = np.frombuffer(data[start:start + fields[5]], "<f4").reshape(shape)
            arrays[name.decode()] = torch.from_numpy(array.copy())
    return arrays


class Musicnn:
    """Pons and Serra's network, trained on Last.fm tags of the Million Song Dataset (version MSD_musicnn)."""

    def __init__(self, wheel):
        with zipfile.ZipFile(wheel) as file:
            folder = "musicnn/MSD_musicnn/"
            self.weights = checkpoint(file.read(folder + ".index"), file.read(folder + ".data-00000-of-00001"))

    def norm(self, x, number):
        """Batch norm over the second axis."""
        name = "batch_normalization" + (f"_{number}" if number else "")
        parts = [self.weights[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        return nnf.batch_norm(x, *parts, eps=1e-3)

    def convolve(self, x, number, padding):
        """A convolution with ReLU and batch norm over [n, time, bands]: [n, time, channels], the loudest band each."""
        name = "conv2d" + (f"_{number}" if number else "")
        kernel = self.weights[f"{name}/kernel"].permute(3, 2, 0, 1)
        y = nnf.relu_(nnf.conv2d(nnf.pad(x[:, None], (0, 0, *padding)), kernel, self.weights[f"{name}/bias"]))
        return self.norm(y, number + 1).amax(3).transpose(1, 2)

    def forward(self, x):
        """x: [n, 187 frames, 96 bands]."""
        x = self.norm(x[:, None], 0)[:, 0]
        # An even kernel is padded by one more behind, as TensorFlow's "same" does.
        fronts = [self.convolve(x, number, padding) for number, padding in
                  enumerate([(3, 3), (3, 3), (63, 64), (31, 32), (15, 16)])]
        front = torch.cat(fronts, 2)
        first = self.convolve(front, 5, (3, 3))
        second = self.convolve(first, 6, (3, 3)) + first
        third = self.convolve(second, 7, (3, 3)) + second
        features = torch.cat([front, first, second, third], 2)
        # Maximum and mean of each channel alternate, as flatten() of [n, 753, 2] left them.
        pooled = self.norm(torch.stack([features.amax(1), features.mean(1)], 2).flatten(1), 9)
        hidden = self.norm(nnf.relu(pooled @ self.weights["dense/kernel"] + self.weights["dense/bias"]), 10)
        return hidden @ self.weights["dense_1/kernel"] + self.weights["dense_1/bias"], hidden


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
