"""librosa.feature: one value per frame, with librosa's names, parameters, defaults and values.

The values are those of librosa 1.0, and of 0.10.2, whose values are the same: docs/features.md has
the errors. Arrays are float32, matrices are [n, n_frames].

Common parameters, where a function has them:

y : np.ndarray [shape=(n_samples,)]
    Mono audio, finite. float32 is used without a copy.
sr : number > 0
    The sample rate of `y` in Hz.
S, freq : None
    Not supported: pass `y`.
n_fft : int, 2 to 65536
    Samples of a frame.
hop_length : int > 0
    Samples between frames.
win_length : int <= n_fft or None
    Samples of the window. None: `n_fft`.
window : "hann", "hamming", "blackman" or "ones"
center : bool
    Pad `y` by half a frame on each side.
pad_mode : "constant", "reflect", "edge" or "symmetric"
    How `y` is padded if `center`.

Common errors: ValueError if a parameter is out of its range, or a sample is not finite;
NotImplementedError for what librosa supports, but genre does not.
"""
from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from . import _genre
from ._arguments import (Array, count, mel_options, only, rate, rows, samples, stft_options,
                         unsupported)
from .onset import onset_strength

__all__ = ["chroma_stft", "delta", "melspectrogram", "mfcc", "poly_features", "rms",
           "spectral_bandwidth", "spectral_centroid", "spectral_contrast", "spectral_flatness",
           "spectral_rolloff", "tempo", "tonnetz", "zero_crossing_rate"]

_Samples = Optional[npt.NDArray[Any]]


def melspectrogram(*, y: _Samples = None, sr: float = 22050, S: None = None, n_fft: int = 2048,
                   hop_length: int = 512, win_length: int | None = None, window: str = "hann",
                   center: bool = True, pad_mode: str = "constant", power: float = 2.0,
                   n_mels: int = 128, fmin: float = 0.0, fmax: float | None = None,
                   htk: bool = False, norm: str | None = "slaney") -> Array:
    """Mel spectrogram.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode
        See the module.
    power : float > 0
        The exponent of the magnitudes: 1 for magnitudes, 2 for powers.
    n_mels : int, 1 to 1024
        Mel bands.
    fmin, fmax : float >= 0
        The range of the bands in Hz. fmax None: sr / 2.
    htk : bool
        HTK's mel scale instead of Slaney's.
    norm : "slaney" or None
        Filters of equal area, or with peaks of 1.

    Returns
    -------
    np.ndarray [shape=(n_mels, n_frames), dtype=float32]
    """
    unsupported(S=S)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.melspectrogram(samples(y),
                                 mel_options(sr, stft, power, n_mels, fmin, fmax, htk, norm))


def mfcc(*, y: _Samples = None, sr: float = 22050, S: None = None, n_mfcc: int = 20,
         dct_type: int = 2, norm: str | None = "ortho", lifter: float = 0,
         mel_norm: str | None = "slaney", n_fft: int = 2048, hop_length: int = 512,
         win_length: int | None = None, window: str = "hann", center: bool = True,
         pad_mode: str = "constant", power: float = 2.0, n_mels: int = 128, fmin: float = 0.0,
         fmax: float | None = None, htk: bool = False) -> Array:
    """Mel-frequency cepstral coefficients.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode
        See the module.
    n_mfcc : int > 0
        Coefficients. At most `n_mels` are returned.
    dct_type : 1, 2 or 3
    norm : "ortho" or None
        The norm of the DCT.
    lifter : float >= 0
        0: no liftering.
    mel_norm, power, n_mels, fmin, fmax, htk
        See melspectrogram, where `mel_norm` is `norm`.

    Returns
    -------
    np.ndarray [shape=(n_mfcc, n_frames), dtype=float32]
        In dB.
    """
    unsupported(S=S)
    only("norm", norm, "ortho", None)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    mel = mel_options(sr, stft, power, n_mels, fmin, fmax, htk, mel_norm, "mel_norm")
    return _genre.mfcc(samples(y), mel, count("n_mfcc", n_mfcc), count("dct_type", dct_type),
                       norm == "ortho", float(lifter))


def chroma_stft(*, y: _Samples = None, sr: float = 22050, S: None = None,
                norm: float | None = math.inf, n_fft: int = 2048, hop_length: int = 512,
                win_length: int | None = None, window: str = "hann", center: bool = True,
                pad_mode: str = "constant", tuning: float | None = None,
                n_chroma: int = 12) -> Array:
    """Chromagram: the energy of each pitch class.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode
        See the module.
    norm : numpy.inf, 1, 2 or None
        The norm of each frame.
    tuning : float or None
        The deviation from A440 in bins. None: estimated from `y`.
    n_chroma : int, 1 to 120
        Pitch classes.

    Returns
    -------
    np.ndarray [shape=(n_chroma, n_frames), dtype=float32]
    """
    unsupported(S=S)
    norms = {None: _genre.ChromaNorm.NONE, 1: _genre.ChromaNorm.L1, 2: _genre.ChromaNorm.L2,
             math.inf: _genre.ChromaNorm.MAX}
    only("norm", norm, *norms)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.chroma_stft(samples(y), rate(sr), stft, norms[norm], tuning,
                              count("n_chroma", n_chroma))


def rms(*, y: _Samples = None, S: None = None, frame_length: int = 2048, hop_length: int = 512,
        center: bool = True, pad_mode: str = "constant", dtype: Any = np.float32) -> Array:
    """Root mean square of the samples of each frame.

    Parameters
    ----------
    y, S, hop_length, center, pad_mode
        See the module.
    frame_length : int > 0
        Samples of a frame.
    dtype : numpy.float32
        Other types are not supported.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        Full scale is 1.
    """
    unsupported(S=S)
    if np.dtype(dtype) != np.float32:
        raise NotImplementedError(f"dtype is {np.dtype(dtype)}; only float32 is supported")
    return _genre.rms(samples(y), count("frame_length", frame_length),
                      count("hop_length", hop_length), bool(center), str(pad_mode))


def zero_crossing_rate(y: npt.NDArray[Any], *, frame_length: int = 2048, hop_length: int = 512,
                       center: bool = True) -> Array:
    """The share of samples whose sign differs from that of the sample before.

    Parameters
    ----------
    y, hop_length
        See the module.
    frame_length : int > 0
        Samples of a frame.
    center : bool
        Pad `y` by half a frame of its edge values on each side.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        0 to 1.
    """
    return _genre.zero_crossing_rate(samples(y), count("frame_length", frame_length),
                                     count("hop_length", hop_length), bool(center))


def spectral_centroid(*, y: _Samples = None, sr: float = 22050, S: None = None, n_fft: int = 2048,
                      hop_length: int = 512, freq: None = None, win_length: int | None = None,
                      window: str = "hann", center: bool = True,
                      pad_mode: str = "constant") -> Array:
    """The mean frequency, weighted by the magnitudes.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, freq, win_length, window, center, pad_mode
        See the module.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        In Hz.
    """
    unsupported(S=S, freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_centroid(samples(y), rate(sr), stft)


def spectral_bandwidth(*, y: _Samples = None, sr: float = 22050, S: None = None,
                       n_fft: int = 2048, hop_length: int = 512, win_length: int | None = None,
                       window: str = "hann", center: bool = True, pad_mode: str = "constant",
                       freq: None = None, centroid: None = None, norm: bool = True,
                       p: float = 2) -> Array:
    """The deviation from the spectral centroid.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode, freq
        See the module.
    centroid : None
        Not supported: it is computed from `y`.
    norm : bool
        Divide the magnitudes of each frame by their sum.
    p : float > 0
        The exponent of the deviations.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        In Hz.
    """
    unsupported(S=S, freq=freq, centroid=centroid)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_bandwidth(samples(y), rate(sr), stft, float(p), bool(norm))


def spectral_rolloff(*, y: _Samples = None, sr: float = 22050, S: None = None, n_fft: int = 2048,
                     hop_length: int = 512, win_length: int | None = None, window: str = "hann",
                     center: bool = True, pad_mode: str = "constant", freq: None = None,
                     roll_percent: float = 0.85) -> Array:
    """The frequency below which the share `roll_percent` of the magnitudes lies.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode, freq
        See the module.
    roll_percent : float, above 0 and below 1

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        In Hz.
    """
    unsupported(S=S, freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_rolloff(samples(y), rate(sr), stft, float(roll_percent))


def spectral_contrast(*, y: _Samples = None, sr: float = 22050, S: None = None, n_fft: int = 2048,
                      hop_length: int = 512, win_length: int | None = None,
                      window: str = "hann", center: bool = True, pad_mode: str = "constant",
                      freq: None = None, fmin: float = 200.0, n_bands: int = 6,
                      quantile: float = 0.02, linear: bool = False) -> Array:
    """The difference between the peaks and the valleys of each octave.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode, freq
        See the module.
    fmin : float > 0
        The end of the first band in Hz.
    n_bands : int > 0
        Octaves above it.
    quantile : float, 0 to 1
        The share of a band's bins that count as its peaks, and as its valleys.
    linear : bool
        The difference of magnitudes instead of dB.

    Returns
    -------
    np.ndarray [shape=(n_bands + 1, n_frames), dtype=float32]
        In dB, or magnitudes if `linear`.
    """
    unsupported(S=S, freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_contrast(samples(y), rate(sr), stft, float(fmin),
                                    count("n_bands", n_bands), float(quantile), bool(linear))


def spectral_flatness(*, y: _Samples = None, S: None = None, n_fft: int = 2048,
                      hop_length: int = 512, win_length: int | None = None,
                      window: str = "hann", center: bool = True, pad_mode: str = "constant",
                      amin: float = 1e-10, power: float = 2.0) -> Array:
    """The geometric mean of the spectrum, divided by its arithmetic mean.

    Parameters
    ----------
    y, S, n_fft, hop_length, win_length, window, center, pad_mode
        See the module.
    amin : float > 0
        The smallest value of the spectrum.
    power : float > 0
        The exponent of the magnitudes.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        0 (a sine) to 1 (white noise).
    """
    unsupported(S=S)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_flatness(samples(y), stft, float(amin), float(power))


def poly_features(*, y: _Samples = None, sr: float = 22050, S: None = None, n_fft: int = 2048,
                  hop_length: int = 512, win_length: int | None = None, window: str = "hann",
                  center: bool = True, pad_mode: str = "constant", order: int = 1,
                  freq: None = None) -> Array:
    """The slope and the intercept of the line that fits the magnitudes over frequency.

    Parameters
    ----------
    y, sr, S, n_fft, hop_length, win_length, window, center, pad_mode, freq
        See the module.
    order : 1
        Others are not supported.

    Returns
    -------
    np.ndarray [shape=(2, n_frames), dtype=float32]
    """
    unsupported(S=S, freq=freq)
    only("order", order, 1)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.poly_features(samples(y), rate(sr), stft)


def tonnetz(*, y: None = None, sr: float = 22050, chroma: npt.NDArray[Any] | None = None) -> Array:
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
    """
    if chroma is None:
        raise NotImplementedError("tonnetz needs chroma, for example chroma_stft(y=y, sr=sr)")
    unsupported(y=y)
    return _genre.tonnetz(rows(chroma, "chroma"))


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
    """
    only("mode", mode, "interp", "nearest")
    values = np.moveaxis(np.asarray(data), axis, -1)
    result = _genre.delta(rows(values.reshape(-1, values.shape[-1]), "data"),
                          count("width", width), count("order", order), mode == "interp")
    return np.moveaxis(result.reshape(values.shape), -1, axis)


def tempo(*, y: _Samples = None, sr: float = 22050,
          onset_envelope: npt.NDArray[Any] | None = None, tg: None = None, hop_length: int = 512,
          start_bpm: float = 120, std_bpm: float = 1.0, ac_size: float = 8.0,
          max_tempo: float | None = 320.0, aggregate: Any = np.mean,
          prior: None = None) -> npt.NDArray[np.float64]:
    """The tempo of a clip.

    Parameters
    ----------
    y, sr, hop_length
        See the module.
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
    """
    unsupported(tg=tg, prior=prior)
    if aggregate is not np.mean:
        raise NotImplementedError("aggregate is not numpy.mean; only that is supported")
    if onset_envelope is None:
        onset_envelope = onset_strength(y=y, sr=sr, hop_length=hop_length)
    return np.array([_genre.tempo(samples(onset_envelope, "onset_envelope"), rate(sr),
                                  count("hop_length", hop_length), float(start_bpm),
                                  float(std_bpm), float(ac_size), max_tempo)])
