"""librosa's features at the speed of the FFT, and music genre prediction.

>>> import genre
>>> y, sr = genre.load("song.mp3")                 # librosa.load's values
>>> genre.feature.mfcc(y=y, sr=sr, n_mfcc=20)      # librosa.feature's names, shapes and values
>>> genre.Predictor().predict("song.mp3").genre
"""
from __future__ import annotations

import importlib
from typing import Any

from . import feature, onset
from ._audio import load
from ._errors import AudioError, AudioWarning
from ._extract import extract
from ._genre import feature_names
from ._genre import version as __version__
from ._predictor import Prediction, Predictor, Segment, Warning
from ._spectrum import amplitude_to_db, power_to_db, stft

__all__ = ["AudioError", "AudioWarning", "Prediction", "Predictor", "Segment", "Warning",
           "__version__", "amplitude_to_db", "extract", "feature", "feature_names", "load", "onset",
           "power_to_db", "stft"]


def __getattr__(name: str) -> Any:
    if name == "sklearn":  # imported at its first use, because scikit-learn is optional
        return importlib.import_module(".sklearn", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
