"""Genre's per-frame features against librosa itself: fixed-seed random parameters on the reference
signals. run_compare.py starts it in an environment that has librosa.

Prints the table of docs/features.md."""
import inspect
import os
import pathlib
import unittest
import warnings

import librosa
import numpy as np
import soundfile
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from driver import Driver
from own_signals import signals as own_signals

warnings.simplefilter("ignore")  # librosa warns of empty mel filters and of long windows

TOLERANCE = 1e-4   # of the range of an array
MEDIAN = 1e-6      # of the errors of all arrays of a function
EXAMPLES = 20      # parameter sets a function
MAX_SECONDS = 2

SHARED = pathlib.Path(os.environ["GENRE_SHARED_DIR"]) / "reference" / "signals"


def read(path):
    y, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return y.mean(axis=1)[:MAX_SECONDS * 22050]


def signals():
    found = {path.stem: read(path) for path in sorted(SHARED.glob("*.wav"))}
    found |= {name: y.astype(np.float32) for name, y in own_signals().items()}
    return {name: y for name, y in found.items() if len(y) > 4096 and np.isfinite(y).all()}


SIGNALS = signals()
GENRE = Driver()
ERRORS = {}  # function: the errors of each array


rates = st.sampled_from([8000, 16000, 22050, 44100])
stft = st.fixed_dictionaries({
    "n_fft": st.sampled_from([256, 400, 511, 512, 1000, 1024, 2048, 4096]),
    "hop_length": st.integers(50, 1500),
}, optional={
    "win_length": st.sampled_from([200, 256]),
    "window": st.sampled_from(["hann", "hamming", "blackman", "ones"]),
    "center": st.booleans(),
    "pad_mode": st.sampled_from(["constant", "reflect", "edge", "symmetric"]),
})


def options(base, **more):
    """base and, sometimes, each of the others."""
    return st.tuples(base, st.fixed_dictionaries({}, optional=more)).map(lambda p: p[0] | p[1])


spectral = options(stft, sr=rates)
mel = options(stft, sr=rates, power=st.sampled_from([1.0, 2.0, 1.5]),
              n_mels=st.sampled_from([1, 20, 40, 64, 128, 200]), fmin=st.sampled_from([0, 50, 300]),
              fmax=st.sampled_from([2000, 3900]), htk=st.booleans(),
              mel_norm=st.sampled_from(["slaney", None]))
chroma = options(stft, sr=rates, norm=st.sampled_from([None, 1, 2, "inf"]),
                 tuning=st.sampled_from([None, 0.0, -0.3]), n_chroma=st.sampled_from([12, 24, 36]))
frames = st.fixed_dictionaries({}, optional={
    "frame_length": st.integers(1, 4000), "hop_length": st.integers(1, 2000) | st.just(512),
    "center": st.booleans()})
decibels = options(stft, ref=st.sampled_from([1.0, 0.5, 20.0, None]),
                   amin=st.sampled_from([1e-10, 1e-5, 1e-3]), top_db=st.sampled_from([80.0, 40.0, None]))


def power(y, p):
    return np.abs(librosa.stft(y, **p)) ** 2


def split(p, *names):
    return ({name: value for name, value in p.items() if name not in names},
            {name: value for name, value in p.items() if name in names})


def without_unknown(function, p):
    """librosa 0.10.2's mfcc has no mel_norm, and its default is Slaney's."""
    known = "mel_norm" in inspect.signature(function).parameters
    if not known and p.get("mel_norm", "slaney") is None:
        assume(False)
    return p if known else {name: value for name, value in p.items() if name != "mel_norm"}


def mel_of(y, p):
    p = dict(p)
    if "mel_norm" in p:
        p["norm"] = p.pop("mel_norm")
    return librosa.feature.melspectrogram(y=y, **p)


def db(convert, S, p):
    p = dict(p)
    if p.get("ref", 1) is None:
        p["ref"] = np.max
    return convert(S, **p)


def chroma_of(y, p):
    p = dict(p)
    if p.get("norm") == "inf":
        p["norm"] = np.inf
    return librosa.feature.chroma_stft(y=y, **p)


def onsets(y, p):
    return librosa.onset.onset_strength(y=y, **p)[np.newaxis]


# Each function: the strategy of its parameters, and librosa's values.
f = librosa.feature
FUNCTIONS = {
    "stft": (stft, lambda y, p: librosa.stft(y, **p)),
    "magnitude": (stft, lambda y, p: np.abs(librosa.stft(y, **p))),
    "power_to_db": (decibels, lambda y, p: db(
        librosa.power_to_db, power(y, split(p, "ref", "amin", "top_db")[0]),
        split(p, "ref", "amin", "top_db")[1])),
    "amplitude_to_db": (decibels, lambda y, p: db(
        librosa.amplitude_to_db, np.abs(librosa.stft(y, **split(p, "ref", "amin", "top_db")[0])),
        split(p, "ref", "amin", "top_db")[1])),
    "melspectrogram": (mel, mel_of),
    "mfcc": (options(mel, n_mfcc=st.integers(1, 40), dct_type=st.sampled_from([2, 3]),
                     norm=st.sampled_from(["ortho", None]), lifter=st.sampled_from([0, 22])),
             lambda y, p: f.mfcc(y=y, **without_unknown(f.mfcc, p))),
    "chroma_stft": (chroma, chroma_of),
    "tonnetz": (chroma, lambda y, p: f.tonnetz(chroma=chroma_of(y, p))),
    "rms": (options(frames, pad_mode=st.sampled_from(["constant", "reflect", "edge"])),
            lambda y, p: f.rms(y=y, **p)),
    "zero_crossing_rate": (frames, lambda y, p: f.zero_crossing_rate(y, **p)),
    "spectral_centroid": (spectral, lambda y, p: f.spectral_centroid(y=y, **p)),
    "spectral_bandwidth": (options(spectral, p=st.sampled_from([2, 1, 3]), norm=st.booleans()),
                           lambda y, p: f.spectral_bandwidth(y=y, **p)),
    "spectral_rolloff": (options(spectral, roll_percent=st.sampled_from([0.85, 0.1, 0.99])),
                         lambda y, p: f.spectral_rolloff(y=y, **p)),
    "spectral_contrast": (options(spectral.filter(lambda p: p["n_fft"] >= 1000),
                                  n_bands=st.sampled_from([3, 4]), linear=st.booleans(),
                                  quantile=st.sampled_from([0.02, 0.2])).map(
                                      lambda p: {"n_bands": 4} | p),
                          lambda y, p: f.spectral_contrast(y=y, **p)),
    "spectral_flatness": (options(stft, power=st.sampled_from([2.0, 1.0]),
                                  amin=st.sampled_from([1e-10, 1e-6])),
                          lambda y, p: f.spectral_flatness(y=y, **p)),
    "poly_features": (spectral, lambda y, p: f.poly_features(y=y, **p)),
    "delta": (options(stft.map(lambda p: p | {"hop_length": min(p["hop_length"], 600)}),
                      width=st.sampled_from([3, 5, 9, 15]), order=st.sampled_from([1, 2]),
                      mode=st.sampled_from(["interp", "nearest"])),
              lambda y, p: f.delta(np.abs(librosa.stft(y, **split(p, "width", "order", "mode")[0])),
                                                 **split(p, "width", "order", "mode")[1])),
    "onset_strength": (options(st.fixed_dictionaries({}, optional={
        "n_fft": st.sampled_from([1024, 2048]), "hop_length": st.sampled_from([128, 512, 700])}),
        sr=rates, lag=st.integers(1, 4), max_size=st.sampled_from([1, 3, 4]),
        detrend=st.booleans(), center=st.booleans()), onsets),
    "tempo": (st.fixed_dictionaries({}, optional={
        "hop_length": st.sampled_from([256, 512]), "start_bpm": st.sampled_from([60, 120, 180]),
        "std_bpm": st.sampled_from([0.5, 1.0]), "ac_size": st.sampled_from([4.0, 8.0]),
        "max_tempo": st.sampled_from([320.0, 200.0, None])}),
        lambda y, p: f.tempo(y=y, **p)[np.newaxis]),
}


# The unit of the errors where an array hardly changes: contrasts in dB.
MIN_RANGE = {"spectral_contrast": 1.0}


def errors_of(name, ours, theirs):
    """Relative to the range of an array, or to its values where they are all nearly the same."""
    span, largest = np.ptp(theirs.real), np.abs(theirs).max()
    scale = max(span if span > 1e-3 * largest else largest, MIN_RANGE.get(name, 0))
    return np.abs(ours - theirs) / (scale or 1.0)


class Values(unittest.TestCase):
    """A test for each function."""

    def compare(self, name, signal, parameters):
        y = SIGNALS[signal]
        theirs = FUNCTIONS[name][1](y, parameters)
        ours = GENRE(name, y, **parameters)
        self.assertEqual(ours.shape, theirs.shape)
        errors = errors_of(name, ours, theirs)
        ERRORS.setdefault(name, []).append((signal, parameters, errors))
        self.assertLessEqual(errors.max(initial=0), TOLERANCE, f"{signal} {parameters}")

    def check(self, name):
        # Each signal with the defaults, and random signals with random parameters.
        ERRORS.pop(name, None)
        defaults = {"n_bands": 4} if name == "spectral_contrast" else {}
        for signal in SIGNALS:
            with self.subTest(signal=signal):
                self.compare(name, signal, defaults)

        @seed(1)
        @settings(max_examples=EXAMPLES, derandomize=False, database=None, deadline=None,
                  suppress_health_check=list(HealthCheck))
        @given(st.sampled_from(sorted(SIGNALS)), FUNCTIONS[name][0])
        def compare_random(signal, parameters):
            self.compare(name, signal, parameters)

        compare_random()
        every = np.concatenate([errors.ravel() for _, _, errors in ERRORS[name]])
        print(f"{name}: {len(ERRORS[name])} arrays, worst {every.max():.1e}, "
              f"median {np.median(every):.1e}")
        self.assertLess(np.median(every), MEDIAN)


for _name in FUNCTIONS:
    setattr(Values, f"test_{_name}", lambda self, name=_name: self.check(name))


class Errors(unittest.TestCase):
    """What librosa refuses, genre refuses too."""

    CALLS = [
        ("stft", {"n_fft": 0}), ("stft", {"hop_length": 0}),
        ("stft", {"n_fft": 256, "win_length": 300}),
        ("magnitude", {"n_fft": 65536, "center": False}),
        ("mfcc", {"lifter": -1}), ("mfcc", {"dct_type": 7}), ("power_to_db", {"amin": 0}),
        ("power_to_db", {"top_db": -1}), ("amplitude_to_db", {"amin": 0}),
        ("spectral_rolloff", {"roll_percent": 0}), ("spectral_rolloff", {"roll_percent": 1}),
        ("spectral_contrast", {"n_bands": 0}), ("spectral_contrast", {"quantile": 1}),
        ("spectral_contrast", {"fmin": 0}), ("spectral_contrast", {"fmin": 5000}),
        ("spectral_flatness", {"amin": 0}), ("delta", {"width": 4}), ("delta", {"width": 1}),
        ("delta", {"width": 9999}), ("delta", {"order": 0}), ("onset_strength", {"lag": 0}),
        ("onset_strength", {"max_size": 0}), ("tempo", {"start_bpm": 0}),
        ("rms", {"hop_length": 0}),
        ("rms", {"frame_length": 100000, "center": False}),
    ]

    def test_bad_parameters(self):
        y = SIGNALS["noise"][:30000]
        for name, parameters in self.CALLS:
            with self.subTest(function=name, **parameters):
                with self.assertRaises(Exception):
                    FUNCTIONS[name][1](y, parameters)
                with self.assertRaisesRegex(ValueError, next(iter(parameters)) + "|Hz|y has"):
                    GENRE(name, y, **parameters)

    def test_samples_that_are_not_finite(self):
        y = SIGNALS["noise"].copy()
        y[100] = np.nan
        for name in FUNCTIONS:
            with self.subTest(function=name), self.assertRaisesRegex(ValueError, "NaN"):
                GENRE(name, y)


def main():
    tests = unittest.TestSuite(
        unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in (Values, Errors))
    passed = unittest.TextTestRunner(verbosity=0).run(tests).wasSuccessful()
    print("\n| function | arrays | worst error | median error |\n|---|---|---|---|")
    for name, results in ERRORS.items():
        every = np.concatenate([errors.ravel() for _, _, errors in results])
        print(f"| `{name}` | {len(results)} | {every.max():.1e} | {np.median(every):.1e} |")
    GENRE.close()
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
