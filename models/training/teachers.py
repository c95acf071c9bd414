#!/usr/bin/env python3
"""Runs the two teacher networks over every excerpt and writes what they hear.

mn04: EfficientAT's mn04_as (MIT), 527 AudioSet classes. musicnn: MSD_musicnn of the Python package musicnn 0.1.0 (ISC),
200 hidden units and 50 Last.fm tags. Both are read from their published files; neither TensorFlow nor a pickle runs."""
import argparse
import struct
import zipfile

import numpy as np
import torch
import torch.nn.functional as nnf

from data import decode, mel_power, on_all_cores, read_tracks, rows

MN04_RATE, MN04_WINDOWS = 32000, 10
MUSICNN_RATE, MUSICNN_FRAMES, MUSICNN_PATCHES = 16000, 187, 3
MUSICNN_WINDOWS = (1, 4, 7)  # those of an excerpt's windows of 3 s that are heard alone too


# ---------------------------------------------------------------- mn04

# Kernel, stride and hard-swish (or ReLU) of the blocks. Expansion and squeeze-and-excitation follow from the arrays.
MN04_BLOCKS = [(3, 1, 0), (3, 2, 0), (3, 1, 0), (5, 2, 0), (5, 1, 0), (5, 1, 0), (3, 2, 1), (3, 1, 1), (3, 1, 1),
               (3, 1, 1), (3, 1, 1), (3, 1, 1), (5, 2, 1), (5, 1, 1), (5, 1, 1)]


class Mn04:
    """A MobileNetV3 of 0.99 M parameters, trained on AudioSet."""

    def __init__(self, path):
        self.weights = torch.load(path, map_location="cpu", weights_only=True)
        edges = np.linspace(0, 1127 * np.log1p(15000 / 700), 130)
        bins = 1127 * np.log1p(np.arange(512) * MN04_RATE / 1024 / 700)
        up = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
        down = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
        self.filters = torch.from_numpy(np.maximum(0, np.minimum(up, down))).float()
        self.window = torch.hann_window(800, periodic=False)

    def log_mel(self, y):
        y = torch.from_numpy(y)
        y = y[1:] - 0.97 * y[:-1]
        spectrum = torch.stft(y, 1024, 320, 800, self.window, center=True, pad_mode="reflect", return_complex=True)
        mel = self.filters @ spectrum.abs().square()[:512]
        return (torch.log(mel + 1e-5) + 4.5) / 5

    def convolve(self, x, name, kernel, stride=1, groups=1):
        weights = self.weights
        x = nnf.conv2d(x, weights[f"{name}.0.weight"], None, stride, (kernel - 1) // 2, 1, groups)
        norm = [weights[f"{name}.1.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return nnf.batch_norm(x, *norm, eps=1e-3)

    def block(self, x, index, kernel, stride, swish):
        weights, name = self.weights, f"features.{index}.block"
        active = nnf.hardswish if swish else nnf.relu
        layer, y = 0, x
        if weights[f"{name}.0.0.weight"].shape[2] == 1:  # an expansion; the first block has none
            y, layer = active(self.convolve(y, f"{name}.0", 1)), 1
        y = active(self.convolve(y, f"{name}.{layer}", kernel, stride, y.shape[1]))
        layer += 1
        excite = f"{name}.{layer}.conc_se_layers.0"
        if f"{excite}.fc1.weight" in weights:
            s = nnf.relu(nnf.linear(y.mean((2, 3)), weights[f"{excite}.fc1.weight"], weights[f"{excite}.fc1.bias"]))
            s = torch.sigmoid(nnf.linear(s, weights[f"{excite}.fc2.weight"], weights[f"{excite}.fc2.bias"]))
            y, layer = y * s[:, :, None, None], layer + 1
        y = self.convolve(y, f"{name}.{layer}", 1)
        return x + y if stride == 1 and x.shape == y.shape else y

    def forward(self, x):
        weights = self.weights
        x = nnf.hardswish(self.convolve(x, "features.0", 3, 2))
        for index, block in enumerate(MN04_BLOCKS, 1):
            x = self.block(x, index, *block)
        x = nnf.hardswish(self.convolve(x, "features.16", 1)).mean((2, 3))
        hidden = nnf.hardswish(nnf.linear(x, weights["classifier.2.weight"], weights["classifier.2.bias"]))
        return nnf.linear(hidden, weights["classifier.5.weight"], weights["classifier.5.bias"]), hidden

    def listen(self, y, seconds, most):
        """Logits [n, 527] and hidden units [n, 512] of pieces, spread evenly over y."""
        length = int(seconds * MN04_RATE)
        starts = np.linspace(0, max(0, len(y) - length), most if len(y) > length else 1).astype(int)
        mels = torch.stack([self.log_mel(y[start:start + length]) for start in starts])
        return [output.numpy() for output in self.forward(mels[:, None])]


# ---------------------------------------------------------------- musicnn

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

    def listen(self, y):
        """Tags' logits [n, 50] and hidden units [n, 200] of patches of 3 s, spread evenly."""
        y = np.pad(y, 256)
        mel = mel_power(y, MUSICNN_RATE, 512, 256, 96).T
        if len(mel) < MUSICNN_FRAMES:
            mel = np.resize(mel, (MUSICNN_FRAMES, 96))
        count = min(MUSICNN_PATCHES, len(mel) // MUSICNN_FRAMES)
        starts = np.linspace(0, len(mel) - MUSICNN_FRAMES, count).astype(int)
        patches = np.stack([mel[start:start + MUSICNN_FRAMES] for start in starts])
        return [output.numpy() for output in self.forward(torch.from_numpy(np.log10(1 + 10000 * patches)))]


def musicnn_windows(musicnn, y):
    """Hidden units and tags of MUSICNN_WINDOWS; where the excerpt is too short, of its first window."""
    length, rows = 3 * MUSICNN_RATE, []
    for number in MUSICNN_WINDOWS:
        window = y[length * number:length * (number + 1)]
        tags, hidden = musicnn.listen(window if len(window) >= length // 2 else y[:length])
        rows.append(np.concatenate([hidden.mean(0), tags.mean(0)]))
    return np.stack(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("mn04", help="mn04_as_mAP_432.pt of EfficientAT's release v0.0.1")
    parser.add_argument("classes", help="AudioSet's class_labels_indices.csv")
    parser.add_argument("musicnn", help="musicnn-0.1.0-py3-none-any.whl of PyPI")
    parser.add_argument("output", help="what the teachers hear, one row a track (.npz)")
    arguments = parser.parse_args()

    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    tracks = [track for track in read_tracks(arguments.data) if track.data_set != "archive"]
    mn04, musicnn = Mn04(arguments.mn04), Musicnn(arguments.musicnn)

    def listen(track):
        y = decode(track.path, MN04_RATE)
        y16 = decode(track.path, MUSICNN_RATE)
        heard = [*mn04.listen(y, 10, 3), *musicnn.listen(y16)]
        windows, _ = mn04.listen(y, 3, MN04_WINDOWS)
        return [values.mean(0) for values in heard] + [np.resize(windows, (MN04_WINDOWS, windows.shape[1])),
                                                       musicnn_windows(musicnn, y16)]

    names = ("mn04", "mn04_hidden", "musicnn", "musicnn_hidden", "mn04_windows", "musicnn_windows")
    results = on_all_cores(listen, tracks)
    arrays = {name: np.stack(values).astype(np.float32) for name, values in zip(names, zip(*results))}
    np.savez(arguments.output, ids=np.array([track.id for track in tracks]),
             classes=np.array([row["display_name"] for row in rows(arguments.classes)]), **arrays)


if __name__ == "__main__":
    main()
