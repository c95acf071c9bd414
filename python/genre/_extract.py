"""Feature sets of files."""
from __future__ import annotations

import threading

import numpy as np

from . import _genre
from ._arguments import Array, seconds
from ._sources import Source, audio_file


class _OfThread(threading.local):
    """The library's predictor knows windows and silence. Its model costs least of all."""

    def __init__(self) -> None:
        self.predictor = _genre.Predictor(_genre.Model.seed(), False)


_of_thread = _OfThread()


def extract(source: Source, feature_set: str = "gtzan26", *, hop: float = 3.0,
            duration: float | None = None) -> Array:
    """Compute a feature set of each segment of a file.

    Parameters
    ----------
    source : str, os.PathLike, bytes, binary file object or (y, sr)
        A file, its bytes, or mono samples and their rate in Hz.
    feature_set : "gtzan26" or "texture"
        "gtzan26": the means over time of librosa's chroma_stft, rms, spectral_centroid,
        spectral_bandwidth, spectral_rolloff, zero_crossing_rate and 20 mfcc, at 22050 Hz and with
        their defaults, in one pass. "texture": docs/texture.md. feature_names has the names.
    hop : float, 0.1 or more
        The seconds between the starts of two segments of three seconds.
    duration : float, 0.1 or more, or None
        The seconds to read at most.

    Returns
    -------
    np.ndarray [shape=(n_segments, n_features), dtype=float32]
        A row for each of the segments that Predictor.predict has, also for silent ones.

    Raises
    ------
    FileNotFoundError, OSError
        The file cannot be opened.
    AudioError
        The file is not audio, or cannot be decoded, or is too short or too long.
    ValueError
        A parameter is out of its range.
    """
    rows, _ = _segments(source, feature_set, hop, duration)
    return rows


def extract_mean(source: Source, feature_set: str, hop: float, duration: float | None) -> Array:
    """The means over the segments that are not silent, or over all if all are silent."""
    rows, silent = _segments(source, feature_set, hop, duration)
    heard = ~np.array(silent)
    means: Array = (rows[heard] if heard.any() else rows).mean(axis=0)
    return means


def _segments(source: Source, feature_set: str, hop: float,
              duration: float | None) -> tuple[Array, list[bool]]:
    return _of_thread.predictor.features(audio_file(source), feature_set, float(hop),
                                         seconds(duration))
