"""The feature extraction of the original service, as it is, with genre in place of librosa."""
import librosa
import numpy as np
import pytest

import genre
from conftest import CLIP, REFERENCE

EXTRACT_FEATURES = '''
def extract_features(data):
    y, sr = librosa.load(data, mono=True, duration=3)
    chroma_stft = librosa.feature.chroma_stft(y=y, sr=sr)
    rms = librosa.feature.rms(y=y)
    spec_cent = librosa.feature.spectral_centroid(y=y, sr=sr)
    spec_bw = librosa.feature.spectral_bandwidth(y=y, sr=sr)
    rolloff = librosa.feature.spectral_rolloff(y=y, sr=sr)
    zcr = librosa.feature.zero_crossing_rate(y)
    mfcc = librosa.feature.mfcc(y=y, sr=sr)
    features = [np.mean(chroma_stft), np.mean(rms), np.mean(spec_cent), np.mean(spec_bw),
                np.mean(rolloff), np.mean(zcr)]
    for e in mfcc:
        features.append(np.mean(e))
    return np.array(features)
'''

FILES = [CLIP, *sorted(REFERENCE.glob("*.wav"))]


def extract_features_with(module):
    namespace = {"librosa": module, "np": np}
    exec(EXTRACT_FEATURES, namespace)
    return namespace["extract_features"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_has_the_same_26_numbers(path):
    ours = extract_features_with(genre)(str(path))
    theirs = extract_features_with(librosa)(str(path))
    assert ours.shape == (26,)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_the_feature_set_has_them_in_one_pass():
    features = genre.extract(CLIP, "gtzan26")
    assert features.shape == (1, 26)
    np.testing.assert_allclose(features[0], extract_features_with(librosa)(str(CLIP)), rtol=1e-4,
                               atol=1e-4)
    assert len(genre.feature_names("gtzan26")) == 26
