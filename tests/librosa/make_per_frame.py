#!/usr/bin/env python3
"""librosa's values of some frames for the signals of own_signals.py: writes per_frame.json, which
test_per_frame.py reads. run_compare.py's environment runs it."""
import json
import os

import numpy as np

from compare import FUNCTIONS
from own_signals import signals

# Beside the defaults, parameters that change each part of a function.
PARAMETERS = {
    "stft": {"n_fft": 1000, "win_length": 800, "hop_length": 300, "window": "hamming",
             "pad_mode": "reflect"},
    "magnitude": {"n_fft": 511, "hop_length": 200, "center": False, "window": "blackman"},
    "power_to_db": {"ref": None, "top_db": 40.0},
    "amplitude_to_db": {"ref": 20.0, "amin": 1e-3, "top_db": None},
    "melspectrogram": {"sr": 16000, "n_fft": 512, "n_mels": 40, "fmin": 50, "fmax": 3900,
                       "htk": True, "power": 1.0, "mel_norm": None},
    "mfcc": {"n_mfcc": 13, "dct_type": 3, "norm": None, "lifter": 22, "n_mels": 64},
    "chroma_stft": {"tuning": -0.3, "n_chroma": 24, "norm": 2, "n_fft": 4096},
    "tonnetz": {"norm": 1, "hop_length": 700},
    "rms": {"frame_length": 1001, "hop_length": 77, "pad_mode": "reflect"},
    "zero_crossing_rate": {"frame_length": 500, "hop_length": 333, "center": False},
    "spectral_centroid": {"sr": 8000, "n_fft": 400},
    "spectral_bandwidth": {"p": 3, "norm": False},
    "spectral_rolloff": {"roll_percent": 0.5},
    "spectral_contrast": {"n_bands": 3, "quantile": 0.2, "linear": True},
    "spectral_flatness": {"power": 1.0, "amin": 1e-6},
    "poly_features": {"sr": 16000, "n_fft": 1024},
    "delta": {"width": 5, "order": 2, "mode": "nearest"},
    "onset_strength": {"lag": 2, "max_size": 3, "detrend": True},
    "tempo": {"start_bpm": 60, "std_bpm": 0.5, "hop_length": 256},
}
SIGNALS = ("chord_and_noise", "odd_length")
N_VALUES = 8  # of each array


def entry(name, signal, y, parameters):
    values = FUNCTIONS[name][1](y, parameters)
    places = np.random.default_rng(len(name)).integers(0, values.size, N_VALUES)
    samples = values.ravel()[places]
    parts = [samples.real, samples.imag] if np.iscomplexobj(values) else [samples]
    return {"function": name, "signal": signal, "parameters": parameters,
            "shape": list(values.shape), "range": float(np.ptp(values.real)),
            "largest": float(np.abs(values).max()), "places": places.tolist(),
            "values": [[float(np.format_float_scientific(v, 9)) for v in part] for part in parts]}


def main():
    own = signals()
    entries = []
    for name, changed in PARAMETERS.items():
        defaults = {"n_bands": 4} if name == "spectral_contrast" else {}
        for signal in SIGNALS:
            y = own[signal].astype(np.float32)
            entries += [entry(name, signal, y, p) for p in (defaults, changed)]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "per_frame.json")
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(e, separators=(",", ":")) for e in entries) + "]\n")


if __name__ == "__main__":
    main()
