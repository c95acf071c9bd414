"""The same calls of genre and of librosa: shapes, values and errors."""
import librosa
import numpy as np
import pytest

import genre
from conftest import needs_librosa_1

TOLERANCE = 1e-4  # of the range of an array

STFT = [{}, {"n_fft": 1000}, {"hop_length": 300}, {"win_length": 800}, {"window": "hamming"},
        {"center": False}, {"pad_mode": "reflect"}]
SPECTRAL = [*STFT, {"sr": 16000}]
MEL = [*SPECTRAL, {"power": 1.0}, {"n_mels": 40}, {"fmin": 50}, {"fmax": 4000}, {"htk": True}]
FRAMES = [{}, {"frame_length": 1001}, {"hop_length": 77}, {"center": False}]

# Each parameter by itself, so that one that is lost or mistaken for another is a wrong value.
CALLS = {
    "feature.melspectrogram": [*MEL, {"norm": None}],
    "feature.mfcc": [*MEL, {"n_mfcc": 13}, {"dct_type": 3}, {"norm": None}, {"lifter": 22},
                     {"mel_norm": None}],
    "feature.chroma_stft": [*SPECTRAL, {"norm": None}, {"norm": 1}, {"norm": 2}, {"tuning": -0.3},
                            {"n_chroma": 24}],
    "feature.rms": [*FRAMES, {"pad_mode": "reflect"}],
    "feature.spectral_centroid": SPECTRAL,
    "feature.spectral_bandwidth": [*SPECTRAL, {"p": 3}, {"norm": False}],
    "feature.spectral_rolloff": [*SPECTRAL, {"roll_percent": 0.5}],
    "feature.spectral_contrast": [p | {"n_bands": 4} for p in SPECTRAL] + [
        {}, {"fmin": 100}, {"n_bands": 3}, {"quantile": 0.2}, {"linear": True}],
    "feature.spectral_flatness": [*STFT, {"amin": 1e-3}, {"power": 1.0}],
    "feature.poly_features": SPECTRAL,
    "feature.tempo": [{}, {"sr": 16000}, {"hop_length": 256}, {"start_bpm": 60}, {"std_bpm": 0.3},
                      {"ac_size": 4.0}, {"max_tempo": 100}, {"max_tempo": None}],
    "onset.onset_strength": [{}, {"sr": 16000}, {"lag": 2}, {"max_size": 3}, {"detrend": True},
                             {"center": False}, {"n_fft": 1000}, {"hop_length": 300},
                             {"n_mels": 40}, {"fmin": 50}, {"fmax": 4000}, {"htk": True}],
}
POSITIONAL = {
    "feature.zero_crossing_rate": FRAMES,
    "stft": [*STFT, {"win_length": 800, "hop_length": 300}],
}


def function(module, name):
    for part in name.split("."):
        module = getattr(module, part)
    return module


def cases(calls):
    return [pytest.param(name, parameters, id=f"{name}-{parameters}")
            for name, sets in calls.items() for parameters in sets]


def assert_same(ours, theirs):
    assert ours.shape == theirs.shape
    error = np.abs(ours - theirs).max() / (np.ptp(np.abs(theirs)) or 1)
    assert error < TOLERANCE


@pytest.mark.parametrize("name, parameters", cases(CALLS))
def test_values(name, parameters, y):
    assert_same(function(genre, name)(y=y, **parameters), function(librosa, name)(y=y, **parameters))


@pytest.mark.parametrize("name, parameters", cases(POSITIONAL))
def test_values_of_a_positional_argument(name, parameters, y):
    assert_same(function(genre, name)(y, **parameters), function(librosa, name)(y, **parameters))


@pytest.mark.parametrize("convert", ["power_to_db", "amplitude_to_db"])
@pytest.mark.parametrize("parameters", [{}, {"ref": 0.5}, {"ref": np.max}, {"ref": np.median},
                                        {"amin": 1e-3}, {"top_db": 40.0}, {"top_db": None}])
@pytest.mark.parametrize("shape", [(), (7,), (4, 5), pytest.param((2, 4, 5), marks=needs_librosa_1),
                                   pytest.param((3, 2, 4, 5), marks=needs_librosa_1)], ids=str)
def test_decibels(convert, parameters, shape):
    S = np.asarray(np.random.default_rng(1).exponential(size=shape) ** 8, dtype=np.float32)
    ours = getattr(genre, convert)(S, **parameters)
    assert_same(np.asarray(ours), np.asarray(getattr(librosa, convert)(S, **parameters)))
    assert np.ndim(ours) == len(shape)


@pytest.mark.parametrize("parameters", [{}, {"width": 5}, {"order": 2}, {"mode": "nearest"},
                                        {"axis": 0}, {"axis": 1}])
def test_delta(parameters, y):
    mfcc = librosa.feature.mfcc(y=y)
    assert_same(genre.feature.delta(mfcc, **parameters), librosa.feature.delta(mfcc, **parameters))


def test_delta_of_a_vector(y):
    envelope = librosa.onset.onset_strength(y=y)
    assert_same(genre.feature.delta(envelope), librosa.feature.delta(envelope))


def test_tonnetz(y):
    chroma = librosa.feature.chroma_stft(y=y)
    assert_same(genre.feature.tonnetz(chroma=chroma), librosa.feature.tonnetz(chroma=chroma))


def test_tempo_of_an_onset_envelope(y):
    envelope = librosa.onset.onset_strength(y=y)
    assert_same(genre.feature.tempo(onset_envelope=envelope),
                librosa.feature.tempo(onset_envelope=envelope))


@pytest.mark.parametrize("change", [lambda y: y.astype(np.float64), lambda y: np.repeat(y, 2)[::2]],
                         ids=["float64", "every_second_value"])
def test_other_arrays_are_converted(change, y):
    np.testing.assert_array_equal(genre.feature.mfcc(y=change(y)), genre.feature.mfcc(y=y))


@pytest.mark.parametrize("name", [*CALLS, *POSITIONAL])
def test_arrays_are_of_float32_and_own_their_memory(name, y):
    call = function(genre, name)
    values = call(y) if name in POSITIONAL else call(y=y)
    expected = {"stft": np.complex64, "feature.tempo": np.float64}.get(name, np.float32)
    assert values.dtype == expected
    assert values.flags.writeable and values.flags.c_contiguous
    before = values.copy()
    call(y) if name in POSITIONAL else call(y=y)  # no scratch memory of the library is returned
    np.testing.assert_array_equal(values, before)


def test_float32_is_not_copied(y):
    from genre._arguments import samples
    assert samples(y) is y
