"""Errors of the features: a sentence that names the parameter."""
import math

import numpy as np
import pytest

import genre

F = genre.feature

BAD = [
    (F.mfcc, {"n_fft": 1}), (F.mfcc, {"n_fft": -1}), (F.mfcc, {"n_fft": 20.5}),
    (F.mfcc, {"hop_length": 0}), (F.mfcc, {"win_length": 5000}), (F.mfcc, {"win_length": 0}),
    (F.mfcc, {"n_mfcc": 0}), (F.mfcc, {"dct_type": 7}), (F.mfcc, {"lifter": -1}),
    (F.mfcc, {"n_mels": 0}), (F.mfcc, {"fmax": 20000}), (F.mfcc, {"fmax": 0}),
    (F.mfcc, {"window": "no_such"}), (F.mfcc, {"pad_mode": "wrap"}), (F.mfcc, {"sr": 0}),
    (F.mfcc, {"window": "kaiser"}), (F.mfcc, {"window": ("bartlett", 1)}),
    (F.mfcc, {"window": np.ones(100)}), (F.mfcc, {"window": np.ones((2, 2))}),
    (F.mfcc, {"window": [0.0, math.nan] * 1024}),
    (F.melspectrogram, {"power": 0}), (F.spectral_rolloff, {"roll_percent": 1}),
    (F.spectral_contrast, {"n_bands": 0}), (F.spectral_flatness, {"amin": 0}),
    (F.chroma_stft, {"n_chroma": 0}), (F.rms, {"frame_length": 0}), (F.rms, {"pad_mode": "wrap"}),
    (genre.onset.onset_strength, {"lag": 0}), (F.tempo, {"start_bpm": 0}),
]
UNSUPPORTED = [
    (F.mfcc, {"norm": "forward"}), (F.mfcc, {"mel_norm": 1}),
    (F.chroma_stft, {"norm": 3}),
    (F.spectral_centroid, {"freq": np.ones(1025)}), (F.spectral_bandwidth, {"centroid": np.ones(3)}),
    (F.poly_features, {"order": 2}), (F.rms, {"dtype": np.float64}), (F.tempo, {"aggregate": None}),
    (F.tempo, {"tg": np.ones((3, 3))}), (genre.onset.onset_strength, {"aggregate": np.median}),
]


def ids(call):
    return call.__name__ if callable(call) else next(iter(call))


@pytest.mark.parametrize("call, parameters", BAD, ids=ids)
def test_bad_parameters(call, parameters, y):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        call(y=y, **parameters)


@pytest.mark.parametrize("call, parameters", UNSUPPORTED, ids=ids)
def test_what_is_not_supported(call, parameters, y):
    with pytest.raises(NotImplementedError, match=next(iter(parameters))):
        call(y=y, **parameters)


@pytest.mark.parametrize("samples, message", [
    (None, "y is None"), ([0.0, 0.1], "y is of the type list"), (np.arange(3000), "int64"),
    (np.array([], np.float32), "empty"), (np.array([0, np.nan], np.float32), "NaN")],
    ids=["none", "list", "int", "empty", "nan"])
def test_bad_samples(samples, message):
    with pytest.raises(ValueError, match=message):
        F.mfcc(y=samples)


def test_several_channels(y):
    with pytest.raises(NotImplementedError, match="mono"):
        F.mfcc(y=np.stack([y, y]))


@pytest.mark.parametrize("parameters", [{"amin": 0}, {"top_db": -1}])
def test_bad_decibels(parameters):
    for convert in (genre.power_to_db, genre.amplitude_to_db):
        with pytest.raises(ValueError, match=next(iter(parameters))):
            convert(np.ones((2, 2)), **parameters)


@pytest.mark.parametrize("parameters", [{"width": 4}, {"width": 9999}, {"order": 0}])
def test_bad_deltas(parameters, y):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        F.delta(F.mfcc(y=y), **parameters)


def test_tonnetz_needs_a_chromagram(y):
    with pytest.raises(NotImplementedError, match="chroma"):
        F.tonnetz(y=y)
