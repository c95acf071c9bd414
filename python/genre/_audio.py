"""Audio files to samples."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from . import _genre
from ._arguments import Array, only, rate
from ._errors import AudioWarning
from ._sources import File, audio_file


def load(path: File, *, sr: float | None = 22050, mono: bool = True, offset: float = 0.0,
         duration: float | None = None, dtype: Any = np.float32,
         res_type: str = "soxr_hq") -> tuple[Array, int | float]:
    """Load an audio file as a mono floating point time series.

    The values are those of librosa.load: channels are averaged, and then resampled by libsoxr. If
    the channels cancel each other, the strongest one is used instead of their mean.

    Parameters
    ----------
    path : str, os.PathLike, bytes or binary file object
        The file, or its bytes. docs/formats.md lists the formats.
    sr : number > 0 or None
        The sample rate of `y` in Hz. None: the rate of the file.
    mono : bool
        False is supported for files with one channel only.
    offset : float
        Start reading after this time, in seconds. A negative offset counts from the end.
    duration : float or None
        The seconds to read at most.
    dtype : numpy.float32
        Other types are not supported.
    res_type : "soxr_hq"
        Other resamplers are not supported.

    Returns
    -------
    y : np.ndarray [shape=(n_samples,), dtype=float32]
        Full scale is -1 to 1.
    sr : number
        The sample rate of `y` in Hz.

    Raises
    ------
    FileNotFoundError, OSError
        The file cannot be opened.
    AudioError
        The file is not audio, or cannot be decoded. `code` says which.
    ValueError
        A parameter is out of its range.
    NotImplementedError
        librosa supports it, but genre does not.

    Warns
    -----
    AudioWarning
        A part of the audio is damaged or missing, or the channels cancel each other.

    Examples
    --------
    >>> y, sr = genre.load("song.mp3", duration=30)
    """
    only("res_type", res_type, "soxr_hq")
    if np.dtype(dtype) != np.float32:
        raise NotImplementedError(f"dtype is {np.dtype(dtype)}; only float32 is supported")
    if not np.isfinite(offset):
        raise ValueError(f"offset is {offset}; it must be a number of seconds")
    if duration is not None and not duration >= 0:
        raise ValueError(f"duration is {duration}; it must be 0 s or more")
    y, rate_of_y, n_channels, warned = _genre.load(audio_file(path), None if sr is None else rate(sr),
                                                   float(offset), duration)
    if not mono and n_channels > 1:
        raise NotImplementedError(
            f"the file has {n_channels} channels; mono=False is supported for one channel only")
    for _, message, _, _ in warned:
        warnings.warn(message, AudioWarning, stacklevel=2)
    return y, rate_of_y if sr is None else sr
