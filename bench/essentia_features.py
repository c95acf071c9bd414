"""Essentia's algorithms for what librosa's functions of the same names compute: similar values, not the same.

They are called from Python for each frame, as in Essentia's tutorial, which adds one microsecond to each call. A network
of its streaming mode would pass the samples of a vector one by one, and take much longer."""
import essentia
import essentia.standard as standard
import numpy as np

essentia.log.infoActive = False

N_FFT, HOP_LENGTH, SR = 2048, 512, 22050
N_BINS = 1 + N_FFT // 2
MEL = {"inputSize": N_BINS, "numberBands": 128, "sampleRate": SR, "highFrequencyBound": SR / 2}

__version__ = essentia.__version__


def _frames(y):
    return standard.FrameGenerator(y, frameSize=N_FFT, hopSize=HOP_LENGTH, startFromZero=False)


def _of_frames(algorithm):
    return lambda y: np.array([algorithm(frame) for frame in _frames(y)])


def _of_spectra(algorithm):
    window = standard.Windowing(type="hann", size=N_FFT, zeroPhase=False, normalized=False)
    spectrum = standard.Spectrum(size=N_FFT)
    return lambda y: [algorithm(spectrum(window(frame))) for frame in _frames(y)]


def functions():
    """By librosa's names. Each takes y, float32, [n_samples]."""
    peaks, hpcp = standard.SpectralPeaks(sampleRate=SR), standard.HPCP(sampleRate=SR)
    return {
        "melspectrogram": _of_spectra(standard.MelBands(**MEL)),
        "mfcc": _of_spectra(standard.MFCC(numberCoefficients=20, **MEL)),
        "chroma_stft": _of_spectra(lambda spectrum: hpcp(*peaks(spectrum))),
        "rms": _of_frames(standard.RMS()),
        "zero_crossing_rate": _of_frames(standard.ZeroCrossingRate()),
        "spectral_centroid": _of_spectra(standard.Centroid(range=SR / 2)),
        "spectral_rolloff": _of_spectra(standard.RollOff(sampleRate=SR)),
        "spectral_contrast": _of_spectra(standard.SpectralContrast(frameSize=N_FFT, sampleRate=SR)),
        "spectral_flatness": _of_spectra(standard.Flatness()),
        "stft": _of_spectra(lambda spectrum: spectrum),
    }
