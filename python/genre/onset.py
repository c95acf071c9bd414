"""librosa.onset: onset strength, with librosa's names, parameters, defaults and values."""
from __future__ import annotations

from . import _genre
from ._arguments import (Array, Clip, Spectrogram, count, mel_options, source, stft_options,
                         unsupported)

__all__ = ["onset_strength"]


def onset_strength(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None,
                   lag: int = 1, max_size: int = 1, ref: None = None, detrend: bool = False,
                   center: bool = True, feature: None = None, aggregate: None = None,
                   n_fft: int = 2048, hop_length: int = 512, n_mels: int = 128, fmin: float = 0.0,
                   fmax: float | None = None, htk: bool = False) -> Array:
    """Onset strength: the mean increase of the mel bands in dB.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(n_mels, n_frames)] or None
        A mel spectrogram in dB, in place of `y`.
    ref, feature, aggregate : None
        Not supported.
    lag : int > 0
        Frames between the frames that are compared.
    max_size : int > 0
        Mel bands of the maximum filter of the reference.
    detrend : bool
        Remove the mean with a high-pass filter.
    center : bool
        Shift by n_fft / (2 hop_length) frames.
    n_fft : int, 2 to 65536
        Samples of a frame.
    hop_length : int > 0
        Samples between frames.
    n_mels, fmin, fmax, htk
        See genre.feature.melspectrogram.

    Returns
    -------
    np.ndarray [shape=(n_frames,), dtype=float32]
        In dB.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(ref=ref, feature=feature, aggregate=aggregate)
    stft = stft_options(n_fft, hop_length, None, "hann", True, "constant")
    mel = mel_options(sr, stft, 2.0, n_mels, fmin, fmax, htk, "slaney")
    return _genre.onset_strength(source(y, S), mel, count("lag", lag), count("max_size", max_size),
                                 bool(detrend), bool(center))
