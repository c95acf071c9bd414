"""Signals and files of the tests."""
import os
import pathlib
import sys
import warnings

import librosa
import numpy as np
import pytest
import soundfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "librosa"))
from own_signals import signals  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REFERENCE = pathlib.Path(os.environ["GENRE_SHARED_DIR"]) / "reference" / "signals"
# What librosa 0.11 does not have. An older Python than 3.12 gets that one.
needs_librosa_1 = pytest.mark.skipif(int(librosa.__version__.split(".")[0]) < 1,
                                     reason="needs librosa 1.0, and Python 3.12")
CLIP = ROOT / "examples" / "clip.wav"


@pytest.fixture(autouse=True)
def no_notes_of_librosa():
    """It warns of empty mel filters and of long windows. Warnings of genre stay."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="librosa")
        yield


@pytest.fixture(scope="session")
def y():
    return signals()["chord_and_noise"].astype(np.float32)


@pytest.fixture
def clip():
    return str(CLIP)


@pytest.fixture
def song(tmp_path):
    """Ten seconds; from the fourth to the sixth it is silent."""
    t = np.arange(10 * 22050) / 22050
    y = 0.5 * np.sin(2 * np.pi * (200 + 30 * t) * t)
    y[3 * 22050:6 * 22050] = 0
    path = tmp_path / "song.wav"
    soundfile.write(path, y, 22050, subtype="PCM_24")
    return str(path)


@pytest.fixture
def stereo(tmp_path):
    """Two channels at 44100 Hz, 16 bits."""
    t = np.arange(44100) / 44100
    left, right = 0.5 * np.sin(2 * np.pi * 440 * t), 0.3 * np.sin(2 * np.pi * 1000 * t)
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([left, right], axis=1), 44100)
    return str(path)
