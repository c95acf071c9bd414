"""librosa.feature: one value per frame, with librosa's names, parameters, defaults and values.

The values are those of librosa 1.0, and of 0.10.2, whose values are the same: docs/features.md has
the errors. Arrays are float32, matrices are [n, n_frames].

The functions are defined by librosa: https://librosa.org/doc/latest/feature.html
"""
from ._mel import melspectrogram, mfcc
from ._spectral import (poly_features, spectral_bandwidth, spectral_centroid, spectral_contrast,
                        spectral_flatness, spectral_rolloff)
from ._time import delta, rms, tempo, zero_crossing_rate
from ._tonal import chroma_stft, tonnetz

__all__ = ["chroma_stft", "delta", "melspectrogram", "mfcc", "poly_features", "rms",
           "spectral_bandwidth", "spectral_centroid", "spectral_contrast", "spectral_flatness",
           "spectral_rolloff", "tempo", "tonnetz", "zero_crossing_rate"]
