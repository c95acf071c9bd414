"""Features of a spectrogram, librosa's S: values and errors."""
import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import genre
from test_values import assert_same, function

# What S is: the exponent of the magnitudes, or mel bands in dB.
INPUTS = {
    "feature.melspectrogram": 2, "feature.chroma_stft": 2, "feature.spectral_centroid": 1,
    "feature.spectral_bandwidth": 1, "feature.spectral_rolloff": 1, "feature.spectral_contrast": 1,
    "feature.spectral_flatness": 1, "feature.poly_features": 1, "feature.rms": 1,
    "feature.mfcc": "dB", "onset.onset_strength": "dB",
}
PARAMETERS = {
    "feature.melspectrogram": {"n_mels": st.integers(1, 60), "htk": st.booleans()},
    "feature.chroma_stft": {"n_chroma": st.sampled_from([12, 24]),
                            "tuning": st.sampled_from([None, 0.2]),
                            "norm": st.sampled_from([None, 1, 2, np.inf])},
    "feature.spectral_bandwidth": {"p": st.sampled_from([1, 2, 3]), "norm": st.booleans()},
    "feature.spectral_rolloff": {"roll_percent": st.floats(0.05, 0.95)},
    "feature.spectral_contrast": {"n_bands": st.integers(1, 3), "quantile": st.floats(0.01, 0.5),
                                  "linear": st.booleans()},
    "feature.spectral_flatness": {"power": st.sampled_from([1.0, 2.0, 3.0])},
    "feature.mfcc": {"n_mfcc": st.integers(1, 40), "dct_type": st.sampled_from([2, 3]),
                     "lifter": st.sampled_from([0, 22])},
    "onset.onset_strength": {"lag": st.integers(1, 3), "max_size": st.integers(1, 4),
                             "n_fft": st.sampled_from([2048, 1000]), "center": st.booleans(),
                             "detrend": st.booleans()},
}


def spectrogram(y, n_fft, kind):
    if kind == "dB":
        return librosa.power_to_db(librosa.feature.melspectrogram(y=y, n_fft=n_fft, n_mels=40))
    return np.abs(librosa.stft(y, n_fft=n_fft)) ** kind


@pytest.mark.parametrize("name", INPUTS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_values_are_those_of_librosa(name, y, data):
    n_fft = data.draw(st.sampled_from([2048, 1024, 1200, 511]), label="n_fft")
    S = spectrogram(y, n_fft, INPUTS[name])
    parameters = {key: data.draw(strategy, label=key)
                  for key, strategy in PARAMETERS.get(name, {}).items()}
    if name == "feature.rms":
        parameters["frame_length"] = n_fft
    elif "n_fft" not in parameters and data.draw(st.booleans(), label="n_fft is given"):
        parameters["n_fft"] = n_fft
    assert_same(function(genre, name)(S=S, **parameters), function(librosa, name)(S=S, **parameters))


def test_values_are_those_of_the_clip(y):
    S = np.abs(genre.stft(y))
    for name, kind in INPUTS.items():
        if kind != "dB" and name != "feature.rms":
            call = function(genre, name)
            np.testing.assert_allclose(call(S=S**kind), call(y=y), rtol=1e-4, atol=1e-6)
    log_mel = genre.power_to_db(genre.feature.melspectrogram(y=y))
    np.testing.assert_allclose(genre.feature.mfcc(S=log_mel), genre.feature.mfcc(y=y), atol=1e-4)
    np.testing.assert_allclose(genre.onset.onset_strength(S=log_mel), genre.onset.onset_strength(y=y),
                               atol=1e-3)


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("S, message", [
    (np.full((1025, 3), np.nan), "S has a value that is NaN"), (np.ones((1025, 0)), "S has the shape"),
    (np.ones((1025, 3), complex), "S has the type complex"), ([["a"]], "S has the type")],
    ids=["nan", "empty", "complex", "text"])
def test_bad_spectrograms(name, S, message):
    with pytest.raises(ValueError, match=message):
        function(genre, name)(S=S)


@pytest.mark.parametrize("name", ["spectral_centroid", "spectral_bandwidth", "spectral_rolloff",
                                  "spectral_flatness"])
def test_magnitudes_are_not_negative(name):
    with pytest.raises(ValueError, match="S has a negative value"):
        getattr(genre.feature, name)(S=-np.ones((1025, 3)))


def test_rms_says_which_frame_length_fits():
    with pytest.raises(ValueError, match="frame_length is 2048; S has 513 rows, so it must be 1024"):
        genre.feature.rms(S=np.ones((513, 3)))


def test_several_channels():
    with pytest.raises(NotImplementedError, match="S has the shape"):
        genre.feature.spectral_centroid(S=np.ones((2, 1025, 3)))
