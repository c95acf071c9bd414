"""Spectra and decibels, with librosa's names."""
from __future__ import annotations

from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from . import _genre
from ._arguments import Array, rows, samples, stft_options, unsupported
from ._windows import Window


def stft(y: npt.NDArray[Any], *, n_fft: int = 2048, hop_length: int | None = None,
         win_length: int | None = None, window: Window = "hann", center: bool = True,
         dtype: Any = None, pad_mode: str = "constant",
         out: None = None) -> npt.NDArray[np.complex64]:
    """Short-time Fourier transform.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio.
    n_fft : int, 2 to 65536
        Samples of a frame.
    hop_length : int > 0 or None
        Samples between frames. None: a quarter of the window.
    win_length : int <= n_fft or None
        Samples of the window. None: `n_fft`.
    window : str, tuple, number, array_like [shape=(win_length,)] or function
        A name of scipy.signal.get_window, its arguments, or the values.
    center : bool
        Pad `y` by n_fft / 2 samples on each side.
    dtype : numpy.complex64 or None
        Other types are not supported.
    pad_mode : "constant", "reflect", "edge" or "symmetric"
        How `y` is padded if `center`.
    out : None
        Not supported.

    Returns
    -------
    np.ndarray [shape=(1 + n_fft / 2, n_frames), dtype=complex64]

    Raises
    ------
    ValueError
        A parameter is out of its range, or a sample is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(out=out)
    if dtype is not None and np.dtype(dtype) != np.complex64:
        raise NotImplementedError(f"dtype is {np.dtype(dtype)}; only complex64 is supported")
    if hop_length is None:
        hop_length = (n_fft if win_length is None else win_length) // 4
    return _genre.stft(samples(y),
                       stft_options(n_fft, hop_length, win_length, window, center, pad_mode))


def power_to_db(S: npt.ArrayLike, *, ref: float | Callable[..., Any] = 1.0, amin: float = 1e-10,
                top_db: float | None = 80.0, axes: str = "auto") -> Any:
    """Convert powers to decibels: 10 log10(S / ref).

    Parameters
    ----------
    S : array_like [shape=(..., n, n_frames)] or scalar
        Powers, 0 or more.
    ref : number, or function like np.max
        The power of 0 dB. A function computes it from each matrix.
    amin : float > 0
        The smallest power.
    top_db : float >= 0 or None
        The range below the maximum of each matrix. None: no limit.
    axes : "auto"
        Others are not supported.

    Returns
    -------
    np.ndarray [shape of S, dtype=float32] or scalar
        In dB.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not a number.
    """
    return _to_db(_genre.power_to_db, S, ref, amin, top_db, axes)


def amplitude_to_db(S: npt.ArrayLike, *, ref: float | Callable[..., Any] = 1.0,
                    amin: float = 1e-5, top_db: float | None = 80.0, axes: str = "auto") -> Any:
    """Convert magnitudes to decibels: 20 log10(S / ref).

    Parameters
    ----------
    S : array_like [shape=(..., n, n_frames)] or scalar
        Magnitudes, 0 or more.
    ref : number, or function like np.max
        The magnitude of 0 dB. A function computes it from each matrix.
    amin : float > 0
        The smallest magnitude.
    top_db : float >= 0 or None
        The range below the maximum of each matrix. None: no limit.
    axes : "auto"
        Others are not supported.

    Returns
    -------
    np.ndarray [shape of S, dtype=float32] or scalar
        In dB.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not a number.
    """
    return _to_db(_genre.amplitude_to_db, S, ref, amin, top_db, axes)


def _to_db(convert: Callable[..., Array], S: npt.ArrayLike, ref: Any, amin: float,
           top_db: float | None, axes: Any) -> Any:
    if axes != "auto":
        raise NotImplementedError(f'axes is {axes!r}; only "auto" is supported')
    values = np.asarray(S)
    if values.ndim > 2:  # of each channel by itself
        parts = [_to_db(convert, part, ref, amin, top_db, axes) for part in values]
        return np.stack(parts) if parts else np.empty(values.shape, np.float32)
    if np.iscomplexobj(values):
        raise ValueError("S is complex; it must be real: np.abs(S)")
    reference = float(ref(values)) if callable(ref) else abs(float(ref))
    converted = convert(rows(values, "S"), reference, float(amin), top_db)
    return converted.reshape(values.shape) if values.ndim else converted[0, 0]
