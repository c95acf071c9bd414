"""librosa's arguments as those of the library."""
from __future__ import annotations

import math
import operator
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from . import _genre
from ._windows import Window, window_of

Array = npt.NDArray[np.float32]
Clip = Optional[npt.NDArray[Any]]  # None, librosa's default, is an error
Spectrogram = Optional[npt.ArrayLike]  # [n, n_frames]


def samples(y: Any, name: str = "y") -> Array:
    """A clip as float32 without a copy, if it is one already."""
    if not isinstance(y, np.ndarray):
        raise ValueError(f"{name} is {_kind(y)}; it must be a numpy array of samples")
    if not np.issubdtype(y.dtype, np.floating):
        raise ValueError(f"{name} has the type {y.dtype}; it must be float32, from -1 to 1")
    if y.ndim != 1:
        raise NotImplementedError(
            f"{name} has the shape {y.shape}; only mono audio, [n_samples], is supported")
    return np.ascontiguousarray(y, dtype=np.float32)


def rows(values: Any, name: str) -> Array:
    """A matrix, [n, n_frames]; a vector becomes one row."""
    matrix = np.atleast_2d(np.asarray(values))
    if not np.issubdtype(matrix.dtype, np.number) or np.iscomplexobj(matrix):
        raise ValueError(f"{name} has the type {matrix.dtype}; it must be real numbers")
    if matrix.ndim != 2:
        raise NotImplementedError(f"{name} has the shape {matrix.shape}; only [n, n_frames] is supported")
    return np.ascontiguousarray(matrix, dtype=np.float32)


def source(y: Any, S: Any) -> Array:
    """What a feature is computed of: a clip, or librosa's S."""
    return samples(y) if S is None else rows(S, "S")


def count(name: str, value: Any) -> int:
    """A number of samples, frames or bands. The library checks its range."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; it must be a whole number") from None
    if number < 0:
        raise ValueError(f"{name} is {number}; it must be 0 or more")
    return number


def seconds(duration: float | None) -> float:
    """The time to read at most."""
    return math.inf if duration is None else float(duration)


def rate(sr: Any) -> int:
    """A sample rate in Hz."""
    number = int(sr)
    if number != sr or not 0 < number < 2**31:
        raise ValueError(f"sr is {sr}; it must be a whole number of Hz above 0")
    return number


def unsupported(**arguments: Any) -> None:
    """Raises an error for the first of librosa's arguments that is given and not supported here."""
    for name, value in arguments.items():
        if value is not None:
            raise NotImplementedError(f"{name} is not supported; leave it out")


def only(name: str, value: Any, *supported: Any) -> None:
    """Raises an error unless a value of librosa's is one of those that are supported here."""
    if value not in supported:
        values = " or ".join(repr(each) for each in supported)
        raise NotImplementedError(f"{name} is {value!r}; only {values} is supported")


def positive(name: str, value: Any) -> int:
    """An integer, 1 or more."""
    number = count(name, value)
    if number == 0:
        raise ValueError(f"{name} is 0; it must be 1 or more")
    return number


def stft_options(n_fft: Any, hop_length: Any, win_length: Any, window: Window, center: bool,
                 pad_mode: Any) -> _genre.StftOptions:
    if not isinstance(pad_mode, str):
        raise NotImplementedError(f"pad_mode is {_kind(pad_mode)}; only names are supported")
    # The library's 0 stands for n_fft; librosa has None for it, and 0 is an error.
    if win_length is not None and win_length == 0:
        raise ValueError("win_length is 0; it must be 1 or more")
    length = count("n_fft", n_fft) if win_length is None else count("win_length", win_length)
    # The library checks the range. A length far out of it would be a window of that size first.
    name, values = window_of(window, min(length, 65536))
    return _genre.StftOptions(count("n_fft", n_fft), count("hop_length", hop_length), length, name,
                              values, bool(center), pad_mode)


def mel_options(sr: Any, stft: _genre.StftOptions, power: float, n_mels: Any, fmin: float,
                fmax: float | None, htk: bool, norm: Any, norm_name: str = "norm") -> _genre.MelOptions:
    only(norm_name, norm, "slaney", None)
    if fmax is not None and fmax <= 0:
        raise ValueError(f"fmax is {fmax}; it must be above 0")
    return _genre.MelOptions(rate(sr), stft, float(power), count("n_mels", n_mels), float(fmin),
                             0.0 if fmax is None else float(fmax), bool(htk), norm == "slaney")


def _kind(value: Any) -> str:
    return "None" if value is None else f"of the type {type(value).__name__}"
