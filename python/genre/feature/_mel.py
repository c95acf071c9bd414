"""Mel bands."""
from __future__ import annotations

from .. import _genre
from .._arguments import (Array, Clip, Spectrogram, count, mel_options, only, source,
                          stft_options)
from .._windows import Window


def melspectrogram(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None, n_fft: int = 2048,
                   hop_length: int = 512, win_length: int | None = None, window: Window = "hann",
                   center: bool = True, pad_mode: str = "constant", power: float = 2.0,
                   n_mels: int = 128, fmin: float = 0.0, fmax: float | None = None,
                   htk: bool = False, norm: str | None = "slaney") -> Array:
    """Mel spectrogram.

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

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.melspectrogram(source(y, S),
                                 mel_options(sr, stft, power, n_mels, fmin, fmax, htk, norm))


def mfcc(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None, n_mfcc: int = 20,
         dct_type: int = 2, norm: str | None = "ortho", lifter: float = 0,
         mel_norm: str | None = "slaney", n_fft: int = 2048, hop_length: int = 512,
         win_length: int | None = None, window: Window = "hann", center: bool = True,
         pad_mode: str = "constant", power: float = 2.0, n_mels: int = 128, fmin: float = 0.0,
         fmax: float | None = None, htk: bool = False) -> Array:
    """Mel-frequency cepstral coefficients.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(n_mels, n_frames)] or None
        A mel spectrogram in dB, in place of `y`.
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
    n_mfcc : int > 0
        Coefficients. At most `n_mels` are returned.
    dct_type : 1, 2 or 3
    norm : "ortho" or None
        The norm of the DCT.
    lifter : float >= 0
        0: no liftering.
    mel_norm : "slaney" or None
        `norm` of melspectrogram: mel filters of equal area, or with peaks of 1.
    power : float > 0
        The exponent of the magnitudes: 1 for magnitudes, 2 for powers.
    n_mels : int, 1 to 1024
        Mel bands.
    fmin, fmax : float >= 0
        The range of the bands in Hz. fmax None: sr / 2.
    htk : bool
        HTK's mel scale instead of Slaney's.

    Returns
    -------
    np.ndarray [shape=(n_mfcc, n_frames), dtype=float32]
        In dB.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    only("norm", norm, "ortho", None)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    mel = mel_options(sr, stft, power, n_mels, fmin, fmax, htk, mel_norm, "mel_norm")
    return _genre.mfcc(source(y, S), mel, count("n_mfcc", n_mfcc), count("dct_type", dct_type),
                       norm == "ortho", float(lifter))
