"""Levels, and changes over time."""
from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _genre
from .._arguments import Array, Clip, Spectrogram, count, only, rate, rows, samples, unsupported
from ..onset import onset_strength


def rms(*, y: Clip = None, S: Spectrogram = None, frame_length: int = 2048, hop_length: int = 512,
        center: bool = True, pad_mode: str = "constant", dtype: Any = np.float32) -> Array:
    """Root mean square of the samples of each frame.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    S : array_like [shape=(1 + frame_length / 2, n_frames)] or None
        Magnitudes, in place of `y`, with a window of ones.
    hop_length : int > 0
        Samples between frames.
    center : bool
        Pad `y` by half a frame on each side.
    pad_mode : "constant", "reflect", "edge" or "symmetric"
        How `y` is padded if `center`.
    frame_length : int > 0
        Samples of a frame.
    dtype : numpy.float32
        Other types are not supported.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        Full scale is 1.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    if np.dtype(dtype) != np.float32:
        raise NotImplementedError(f"dtype is {np.dtype(dtype)}; only float32 is supported")
    if S is not None:
        return _genre.rms(rows(S, "S"), count("frame_length", frame_length))
    return _genre.rms(samples(y), count("frame_length", frame_length),
                      count("hop_length", hop_length), bool(center), str(pad_mode))


def zero_crossing_rate(y: npt.NDArray[Any], *, frame_length: int = 2048, hop_length: int = 512,
                       center: bool = True) -> Array:
    """The share of samples whose sign differs from that of the sample before.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    hop_length : int > 0
        Samples between frames.
    frame_length : int > 0
        Samples of a frame.
    center : bool
        Pad `y` by half a frame of its edge values on each side.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        0 to 1.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a sample is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    return _genre.zero_crossing_rate(samples(y), count("frame_length", frame_length),
                                     count("hop_length", hop_length), bool(center))


def delta(data: npt.ArrayLike, *, width: int = 9, order: int = 1, axis: int = -1,
          mode: str = "interp") -> Array:
    """The local derivative along an axis (Savitzky-Golay filter).

    Parameters
    ----------
    data : array_like [shape=(n, n_frames) or (n_frames,)]
    width : int, odd, 3 or more
        Frames of the filter. With "interp" at most n_frames.
    order : int, 1 to width - 1
        The order of the derivative.
    axis : int
    mode : "interp" or "nearest"
        At the edges: the derivative of a fitted polynomial, or the edge values repeated.

    Returns
    -------
    np.ndarray [shape of data, dtype=float32]

    Raises
    ------
    ValueError
        A parameter is out of its range, or a sample is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    only("mode", mode, "interp", "nearest")
    values = np.moveaxis(np.asarray(data), axis, -1)
    result = _genre.delta(rows(values.reshape(-1, values.shape[-1]), "data"),
                          count("width", width), count("order", order), mode == "interp")
    return np.moveaxis(result.reshape(values.shape), -1, axis)


def tempo(*, y: Clip = None, sr: float = 22050,
          onset_envelope: Clip = None, tg: None = None, hop_length: int = 512,
          start_bpm: float = 120, std_bpm: float = 1.0, ac_size: float = 8.0,
          max_tempo: float | None = 320.0, aggregate: Any = np.mean,
          prior: None = None) -> npt.NDArray[np.float64]:
    """The tempo of a clip.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    hop_length : int > 0
        Samples between frames.
    onset_envelope : np.ndarray [shape=(n_frames,)] or None
        onset_strength with the same `hop_length`. None: computed from `y`.
    tg, prior : None
        Not supported.
    start_bpm : float > 0
        The most likely tempo, in beats per minute.
    std_bpm : float > 0
        The standard deviation of the tempo in octaves.
    ac_size : float > 0
        The length of an autocorrelation window in seconds.
    max_tempo : float or None
        In beats per minute. None: no limit.
    aggregate : numpy.mean
        Others are not supported.

    Returns
    -------
    np.ndarray [shape=(1,), dtype=float64]
        In beats per minute.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a sample is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(tg=tg, prior=prior)
    if aggregate is not np.mean:
        raise NotImplementedError("aggregate is not numpy.mean; only that is supported")
    if onset_envelope is None:
        onset_envelope = onset_strength(y=y, sr=sr, hop_length=hop_length)
    return np.array([_genre.tempo(samples(onset_envelope, "onset_envelope"), rate(sr),
                                  count("hop_length", hop_length), float(start_bpm),
                                  float(std_bpm), float(ac_size), max_tempo)])
