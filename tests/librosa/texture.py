#!/usr/bin/env python3
"""The definition of feature set "texture" (docs/texture.md), in librosa's, numpy's and scipy's words.

    features = texture(y)  # y: float32 mono samples at 22050 Hz; a dict of 1581 names and values

Run as a program it writes texture.json: the values for signals that own_signals.cpp generates.
Needs librosa 0.10.2.
"""
import json
import os

import librosa
import numpy as np
from scipy.fft import dct
from scipy.ndimage import convolve1d

N_FRAMES = 38
N_REGIONS = 8  # of the mel axis, over which a filter's magnitudes are averaged
RATES = [0.04, 0.09, 0.19, 0.38]  # cycles a frame: 0.5, 1.2, 2.5 and 4.9 Hz
SCALES = [(1 / 64, 16), (1 / 32, 16), (1 / 16, 32), (1 / 8, 64), (1 / 5, 64)]  # cycles a mel band, positions


def log_mel(y):
    """[128, 38] dB below the loudest of them, of the first three seconds."""
    y = librosa.util.fix_length(y, size=max(2048, min(len(y), 3 * 22050)))
    S = librosa.feature.melspectrogram(y=y, sr=22050, n_fft=2048, hop_length=1708, center=False)
    S = S[:, np.arange(N_FRAMES) % S.shape[1]]  # a short clip's frames again and again
    return librosa.power_to_db(S, ref=np.max, amin=np.finfo(np.float32).tiny, top_db=80)


def normal(x):
    """Rows without their mean, in deviations."""
    return (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-3)


def correlations(x):
    """Of each pair of rows over time."""
    return normal(x) @ normal(x).T / N_FRAMES


def gabor(frequency, deviation):
    """A complex Gabor filter without its mean; for frequency 0 a Gaussian."""
    n = int(np.ceil(2.5 * deviation))
    k = np.arange(-n, n + 1)
    gaussian = np.exp(-k**2 / (2 * deviation**2))
    gaussian /= gaussian.sum()
    if frequency == 0:
        return gaussian
    wave = gaussian * np.exp(2j * np.pi * frequency * k)
    return wave - gaussian * wave.sum()


def along(axis, x, kernel, n_positions=None):
    """x filtered along an axis whose ends are repeated, at evenly spread positions."""
    out = convolve1d(x, kernel, axis=axis, mode="nearest")
    step = x.shape[axis] // (n_positions or x.shape[axis])
    return out.take(np.arange(step // 2, x.shape[axis], step), axis=axis)


def modulation(L):
    """For each filter the logarithms of its magnitude's mean and deviation over time, by region."""
    features = {}

    def add(name, response):
        magnitude = np.abs(response).reshape(N_REGIONS, -1, N_FRAMES).mean(axis=1)
        for statistic, values in ("mean", magnitude.mean(axis=1)), ("std", magnitude.std(axis=1)):
            for region, value in enumerate(values, 1):
                features[f"modulation_{name}_{statistic}_{region}"] = np.log(value + 0.01)

    x = L / 20
    for i, rate in enumerate(RATES, 1):
        in_time = along(1, x, gabor(rate, 0.45 / rate))
        add(f"rate{i}", along(0, in_time, gabor(0, 3), 32))
        for j, (scale, n_positions) in enumerate(SCALES, 1):
            kernel = gabor(scale, 0.45 / scale)
            add(f"rate{i}_scale{j}_down", along(0, in_time, kernel, n_positions))
            add(f"rate{i}_scale{j}_up", along(0, in_time, kernel.conj(), n_positions))
    smooth = along(1, x, gabor(0, 1))
    for j, (scale, n_positions) in enumerate(SCALES, 1):
        add(f"scale{j}", along(0, smooth, gabor(scale, 0.45 / scale), n_positions))
    return features


def statistics(L):
    """L: [128, 38] dB to any reference."""
    L = np.maximum(L, L.max() - 80).astype(np.float64)
    L = L - L.mean()
    features = {}
    mfcc = dct(L, axis=0, type=2, norm="ortho")[:40]
    for k in range(1, 40):
        features[f"mfcc{k + 1}_mean"] = mfcc[k].mean()
    for k in range(40):
        features[f"mfcc{k + 1}_std"] = mfcc[k].std()
    for k in range(40):
        features[f"mfcc{k + 1}_delta_std"] = np.diff(mfcc[k]).std()
    r = correlations(mfcc)
    for i in range(20):
        for j in range(i + 1, 20):
            features[f"mfcc{i + 1}_mfcc{j + 1}_correlation"] = r[i, j]
    z = normal(mfcc)
    for lag in (1, 2, 4, 8):
        for k in range(20):
            features[f"mfcc{k + 1}_autocorrelation{lag}"] = np.mean(z[k, lag:] * z[k, :-lag])
    bands = L.reshape(32, 4, N_FRAMES).mean(axis=1)
    for i in range(32):
        for q in (5, 25, 50, 75, 95):
            level = 0 if q == 50 else bands[i].mean()
            features[f"band{i + 1}_percentile{q}"] = np.percentile(bands[i], q) - level
    for i in range(32):
        for q in (5, 25, 75, 95):
            features[f"band{i + 1}_delta_percentile{q}"] = np.percentile(np.diff(bands[i]), q)
    r = correlations(bands)
    for i in range(0, 32, 2):
        for j in range(i + 2, 32, 2):
            features[f"band{i + 1}_band{j + 1}_correlation"] = r[i, j]
    return features | modulation(L)


def texture(y):
    return statistics(log_mel(y))


def main():
    from own_signals import signals
    values = {name: texture(y.astype(np.float32)) for name, y in signals().items()}
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "texture.json"), "w") as file:
        file.write(f'{{"librosa": "{librosa.__version__}",\n "features": ')
        file.write(json.dumps(list(values["noise"])))
        file.write(',\n "signals": {')
        lines = (f'\n  "{name}": {[round(float(v), 6) for v in features.values()]}'
                 for name, features in values.items())
        file.write(",".join(lines) + "}}\n")


if __name__ == "__main__":
    main()
