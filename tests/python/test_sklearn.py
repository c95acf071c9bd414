"""genre.sklearn.Features in a pipeline."""
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import genre
import genre.sklearn


def tone(hz, seconds=3.0):
    t = np.arange(int(seconds * 22050)) / 22050
    return (0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32), 22050


@pytest.mark.parametrize("feature_set", ["texture", "gtzan26"])
def test_values(feature_set, clip):
    long = tone(440, 9)
    features = genre.sklearn.Features(feature_set).fit_transform([clip, long])
    assert features.dtype == np.float32
    np.testing.assert_array_equal(features[0], genre.extract(clip, feature_set)[0])
    segments = genre.extract(long, feature_set)
    assert len(segments) == 3
    np.testing.assert_allclose(features[1], segments.mean(axis=0), rtol=1e-6)


def test_silence_does_not_count(song):
    segments = genre.extract(song)
    np.testing.assert_allclose(genre.sklearn.Features("gtzan26").transform([song])[0],
                               segments[[0, 2]].mean(axis=0), rtol=1e-6)
    silence = np.zeros(22050 * 6, np.float32), 22050
    assert np.isfinite(genre.sklearn.Features("gtzan26").transform([silence])).all()


def test_in_a_pipeline():
    low, high = [tone(hz) for hz in (200, 220, 240)], [tone(hz) for hz in (3000, 3100, 3200)]
    model = make_pipeline(genre.sklearn.Features("gtzan26"), StandardScaler(), LogisticRegression())
    model.fit(low + high, ["low"] * 3 + ["high"] * 3)
    assert model.predict([tone(230), tone(3050)]).tolist() == ["low", "high"]


def test_it_is_an_estimator():
    features = genre.sklearn.Features("gtzan26", hop=1.5, duration=6, jobs=2)
    assert clone(features).get_params() == {"feature_set": "gtzan26", "hop": 1.5, "duration": 6,
                                            "jobs": 2}
    names = features.get_feature_names_out()
    assert list(names) == genre.feature_names("gtzan26")


def test_transform_needs_no_fit(clip):
    try:
        assert genre.sklearn.Features("gtzan26").transform([clip]).shape == (1, 26)
    except NotFittedError:
        pytest.fail("there is nothing to fit")


def test_of_nothing():
    assert genre.sklearn.Features("gtzan26").fit_transform([]).shape == (0, 26)


def test_errors(clip):
    with pytest.raises(ValueError, match="gtzan26 or texture"):
        genre.sklearn.Features("mfcc").fit([clip])
    with pytest.raises(genre.AudioError):
        genre.sklearn.Features().fit_transform([clip, b"no music"])


def test_scikit_learn_is_optional():
    program = """
import sys
sys.modules["sklearn"] = None  # as if it were not installed
import genre
try:
    genre.sklearn
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "pip install genre[sklearn]" in done.stdout


def test_it_is_imported_at_its_first_use():
    program = "import sys, genre; assert 'sklearn' not in sys.modules; print(genre.sklearn.Features())"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "Features()"
