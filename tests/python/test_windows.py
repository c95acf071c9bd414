"""Windows by name and by value, beside those of scipy."""
import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

import genre
from genre._windows import IN_THE_LIBRARY, window_of
from test_values import assert_same

NAMES = ["barthann", "bartlett", "blackman", "blackmanharris", "bohman", "boxcar", "cosine", "flattop",
         "hamming", "hann", "lanczos", "nuttall", "ones", "parzen", "triang", "tukey",
         ("kaiser", 8.6), ("gaussian", 200.0), ("tukey", 0.3), 14.0]


@pytest.mark.parametrize("window", [name for name in NAMES if name not in IN_THE_LIBRARY], ids=str)
@pytest.mark.parametrize("win_length", [1, 2, 3, 400, 401])
def test_values_are_those_of_scipy(window, win_length):
    _, values = window_of(window, win_length)
    np.testing.assert_allclose(values, scipy.signal.get_window(window, win_length), atol=1e-14)


@given(window=st.sampled_from(NAMES), n_fft=st.sampled_from([512, 777, 2048]), share=st.floats(0.3, 1))
@settings(max_examples=60, deadline=None)
def test_features_are_those_of_librosa(y, window, n_fft, share):
    parameters = {"n_fft": n_fft, "win_length": int(share * n_fft), "window": window}
    assert_same(genre.stft(y, **parameters), librosa.stft(y, **parameters))
    for name in ("mfcc", "spectral_centroid"):
        assert_same(getattr(genre.feature, name)(y=y, **parameters),
                    getattr(librosa.feature, name)(y=y, **parameters))


@pytest.mark.parametrize("window", [np.linspace(0, 1, 800), list(range(800)), np.hanning],
                         ids=["array", "list", "function"])
def test_other_windows_are_values(window, y):
    parameters = {"win_length": 800, "window": window}
    assert_same(genre.feature.mfcc(y=y, **parameters), librosa.feature.mfcc(y=y, **parameters))
    assert_same(genre.stft(y, **parameters), librosa.stft(y, **parameters))


def test_a_window_is_not_mistaken_for_another(y):
    ones, ramp = np.ones(2048), np.linspace(0, 1, 2048)
    first = genre.feature.mfcc(y=y, window=ramp)
    assert not np.array_equal(genre.feature.mfcc(y=y, window=ones), first)
    np.testing.assert_array_equal(genre.feature.mfcc(y=y, window=ramp), first)
    np.testing.assert_array_equal(genre.feature.mfcc(y=y, window=ones),
                                  genre.feature.mfcc(y=y, window="boxcar"))
