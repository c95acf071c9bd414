"""The shape of the spectrum."""
from __future__ import annotations

from .. import _genre
from .._arguments import (Array, Clip, Spectrogram, count, only, rate, rows, samples, source,
                          stft_options, unsupported)
from .._windows import Window


def spectral_centroid(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None,
                      n_fft: int = 2048, hop_length: int = 512, freq: None = None,
                      win_length: int | None = None, window: Window = "hann", center: bool = True,
                      pad_mode: str = "constant") -> Array:
    """The mean frequency, weighted by the magnitudes.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
    n_fft : int, 2 to 65536
        Samples of a frame.
    hop_length : int > 0
        Samples between frames.
    freq : None
        Not supported: the frequencies are those of the FFT.
    win_length : int <= n_fft or None
        Samples of the window. None: `n_fft`.
    window : str, tuple, number, array_like [shape=(win_length,)] or function
        A name of scipy.signal.get_window, its arguments, or the values.
    center : bool
        Pad `y` by half a frame on each side.
    pad_mode : "constant", "reflect", "edge" or "symmetric"
        How `y` is padded if `center`.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        In Hz.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_centroid(source(y, S), rate(sr), stft)


def spectral_bandwidth(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None,
                       n_fft: int = 2048, hop_length: int = 512, win_length: int | None = None,
                       window: Window = "hann", center: bool = True, pad_mode: str = "constant",
                       freq: None = None, centroid: None = None, norm: bool = True,
                       p: float = 2) -> Array:
    """The deviation from the spectral centroid.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
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
    freq : None
        Not supported: the frequencies are those of the FFT.
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

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(freq=freq, centroid=centroid)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_bandwidth(source(y, S), rate(sr), stft, float(p), bool(norm))


def spectral_rolloff(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None, n_fft: int = 2048,
                     hop_length: int = 512, win_length: int | None = None, window: Window = "hann",
                     center: bool = True, pad_mode: str = "constant", freq: None = None,
                     roll_percent: float = 0.85) -> Array:
    """The frequency below which the share `roll_percent` of the magnitudes lies.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
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
    freq : None
        Not supported: the frequencies are those of the FFT.
    roll_percent : float, above 0 and below 1

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        In Hz.

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_rolloff(source(y, S), rate(sr), stft, float(roll_percent))


def spectral_contrast(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None,
                      n_fft: int = 2048, hop_length: int = 512, win_length: int | None = None,
                      window: Window = "hann", center: bool = True, pad_mode: str = "constant",
                      freq: None = None, fmin: float = 200.0, n_bands: int = 6,
                      quantile: float = 0.02, linear: bool = False) -> Array:
    """The difference between the peaks and the valleys of each octave.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
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
    freq : None
        Not supported: the frequencies are those of the FFT.
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

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(freq=freq)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_contrast(source(y, S), rate(sr), stft, float(fmin),
                                    count("n_bands", n_bands), float(quantile), bool(linear))


def spectral_flatness(*, y: Clip = None, S: Spectrogram = None, n_fft: int = 2048,
                      hop_length: int = 512, win_length: int | None = None,
                      window: Window = "hann", center: bool = True, pad_mode: str = "constant",
                      amin: float = 1e-10, power: float = 2.0) -> Array:
    """The geometric mean of the spectrum, divided by its arithmetic mean.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
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
    amin : float > 0
        The smallest value of the spectrum.
    power : float > 0
        The exponent of the magnitudes.

    Returns
    -------
    np.ndarray [shape=(1, n_frames), dtype=float32]
        0 (a sine) to 1 (white noise).

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    if S is not None:
        return _genre.spectral_flatness(rows(S, "S"), float(amin), float(power))
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.spectral_flatness(samples(y), stft, float(amin), float(power))


def poly_features(*, y: Clip = None, sr: float = 22050, S: Spectrogram = None, n_fft: int = 2048,
                  hop_length: int = 512, win_length: int | None = None, window: Window = "hann",
                  center: bool = True, pad_mode: str = "constant", order: int = 1,
                  freq: None = None) -> Array:
    """The slope and the intercept of the line that fits the magnitudes over frequency.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono audio, finite. float32 is used without a copy.
    sr : number > 0
        The sample rate of `y` in Hz.
    S : array_like [shape=(1 + n_fft / 2, n_frames)] or None
        Magnitudes, in place of `y`.
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
    freq : None
        Not supported: the frequencies are those of the FFT.
    order : 1
        Others are not supported.

    Returns
    -------
    np.ndarray [shape=(2, n_frames), dtype=float32]

    Raises
    ------
    ValueError
        A parameter is out of its range, or a value is not finite.
    NotImplementedError
        librosa supports it, but genre does not.
    """
    unsupported(freq=freq)
    only("order", order, 1)
    stft = stft_options(n_fft, hop_length, win_length, window, center, pad_mode)
    return _genre.poly_features(source(y, S), rate(sr), stft)
