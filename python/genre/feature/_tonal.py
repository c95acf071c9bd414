"""Pitch classes."""
from __future__ import annotations

import math

from .. import _genre
from .._arguments import (Array, Clip, Spectrogram, count, only, rate, rows, source,
                          stft_options, unsupported)
from .._windows import Window


def chroma_stft(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None,
                norm: float | None = math.inf, n_fft: int = 2048, hop_length: int = 512,
                win_length: int | None = None, window: Window = "hann", center: bool = True,
                pad_mode: str = "constant", tuning: float | None = None,
                n_chroma: int = 12) -> Array:
    """Chromagram: the energy of each pitch class.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Powers, in place of `y`.
    n_fft : int, 2 to 65536
        Samples of a frame.
    hop_length : int > 0
        Samples between frames.
    win_length : int <= n_fft or None
        Samples of the window. None: `n_fft`.
    window : str, tuple, number, array_like [shape=(win_length,)] or function
        A name of scipy.signal.get_window, its arguments, or the values.
    center : bool
        Pad `y` by half a frame on each side.
    pad_mode : "constant", "reflect", "edge" or "symmetric"
        How `y` is padded if `center`.
    norm : numpy.inf, 1, 2 or None
        The norm of each frame.
    tuning : float or None
        The deviation from A440 in bins. None: estimated from `y`.
    n_chroma : int, 1 to 120
        Pitch classes.

    Returns
    -------
    np.ndarray [shape=(n_chroma, n_frames), dtype=float32]

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    norms = {None: _genre.ChromaNorm.NONE, 1: _genre.ChromaNorm.L1, 2: _genre.ChromaNorm.L2,
             math.inf: _genre.ChromaNorm.MAX}
    only("norm", norm, *norms)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.chroma_stft(source(y, S), rate(sr), stft, norms[norm], tuning,
                              count("n_chroma", n_chroma))


def tonnetz(*, y: None = None, sr: float = 22050, chroma: Clip = None) -> Array:
    """Tonal centroids of a chromagram.

    Parameters
    ----------
    y : None
        Not supported, because librosa computes a constant-Q transform of it.
    sr : number
        Not used.
    chroma : np.ndarray [shape=(n_chroma, n_frames)]

    Returns
    -------
    np.ndarray [shape=(6, n_frames), dtype=float32]

    Raises
    ------
    ValueError
        A parameter is out of its range, or a sample is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    if chroma is None:
        raise NotImplementedError("tonnetz of y needs a constant-Q transform, which is not supported; pass "
                                  "chroma, for example chroma_stft(y=y, sr=sr)")
    unsupported(y=y)
    return _genre.tonnetz(rows(chroma, "chroma"))
