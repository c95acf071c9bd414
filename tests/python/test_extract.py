"""genre.extract beside the program genre."""
import json
import os
import subprocess

import numpy as np
import pytest

import genre

GENRE = os.environ["GENRE"]


@pytest.mark.parametrize("feature_set", ["gtzan26", "texture"])
def test_values(feature_set, song):
    features = genre.extract(song, feature_set)
    assert features.dtype == np.float32
    assert features.shape == (3, len(genre.feature_names(feature_set)))
    done = subprocess.run([GENRE, "features", "--feature-set", feature_set, "--format", "jsonl", song],
                          check=True, capture_output=True, text=True)
    rows = json.loads(done.stdout)["windows"]
    for ours, theirs in zip(features, rows):
        np.testing.assert_allclose(ours, list(theirs["features"].values()), rtol=1e-5, atol=1e-6)


def test_hop_and_duration(clip, song):
    assert genre.extract(song, hop=1.5).shape == (6, 26)
    np.testing.assert_array_equal(genre.extract(song, duration=3), genre.extract(song)[:1])


def test_errors(tmp_path, clip):
    with pytest.raises(FileNotFoundError):
        genre.extract(tmp_path / "missing.wav")
    with pytest.raises(genre.AudioError):
        genre.extract(b"no music")
    with pytest.raises(ValueError, match="hop"):
        genre.extract(clip, hop=0)


def test_no_such_feature_set(clip):
    with pytest.raises(ValueError, match="gtzan26 or texture"):
        genre.extract(clip, "mfcc")
