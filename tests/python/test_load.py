"""genre.load beside librosa.load."""
import io
import pathlib
import warnings

import librosa
import numpy as np
import pytest

import genre
from conftest import REFERENCE, needs_librosa_1

# soxr is the same library, but not the same build.
TOLERANCE = 1e-6

FILES = sorted(path for path in REFERENCE.glob("*.*") if path.suffix in (".wav", ".flac"))


def assert_loads_like_librosa(path, **parameters):
    ours, our_sr = genre.load(path, **parameters)
    theirs, their_sr = librosa.load(path, **parameters)
    assert ours.dtype == np.float32
    assert (our_sr, ours.shape) == (their_sr, theirs.shape)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE)


@pytest.mark.skipif(not FILES, reason="the reference signals of the shared folder are not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("sr", [22050, None, 16000])
def test_values_of_the_reference_signals(path, sr):
    assert_loads_like_librosa(path, sr=sr)


@pytest.mark.parametrize("parameters", [
    {}, {"sr": None}, {"sr": 16000}, {"sr": 44100}, {"duration": 0.4}, {"offset": 0.3},
    {"offset": 0.3, "duration": 0.4}, {"offset": 0.3, "duration": 0.4, "sr": None},
    {"duration": 100}, {"duration": 0.0001, "sr": None},
    pytest.param({"offset": -0.3}, marks=needs_librosa_1),
    pytest.param({"offset": -0.3, "duration": 0.1, "sr": 8000}, marks=needs_librosa_1)], ids=str)
def test_parameters(parameters, stereo):
    assert_loads_like_librosa(stereo, **parameters)


def test_sources(clip):
    expected, _ = genre.load(clip)
    data = pathlib.Path(clip).read_bytes()
    with open(clip, "rb") as file:
        for source in (pathlib.Path(clip), data, bytearray(data), memoryview(data),
                       io.BytesIO(data), file):
            np.testing.assert_array_equal(genre.load(source)[0], expected)


def test_mono_false_of_one_channel(clip):
    np.testing.assert_array_equal(genre.load(clip, mono=False)[0], genre.load(clip)[0])


def test_mono_false_of_two_channels_is_not_supported(stereo):
    with pytest.raises(NotImplementedError, match="2 channels"):
        genre.load(stereo, mono=False)


def test_damage_is_a_warning(tmp_path, clip):
    path = tmp_path / "half.wav"
    data = pathlib.Path(clip).read_bytes()
    path.write_bytes(data[:len(data) // 2])
    with pytest.warns(genre.AudioWarning, match="ends"):
        y, _ = genre.load(path)
    assert 0 < len(y) < len(genre.load(clip)[0])


def test_no_warning_without_damage(clip):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        genre.load(clip)


def test_errors_of_files(tmp_path):
    missing = tmp_path / "missing.wav"
    with pytest.raises(FileNotFoundError) as found:
        genre.load(missing)
    assert found.value.filename == str(missing) or found.value.filename == missing
    with pytest.raises(IsADirectoryError):
        genre.load(tmp_path)
    empty = tmp_path / "empty.wav"
    empty.touch()
    for source, code in ((empty, "empty_file"), (b"no music at all", "not_audio")):
        with pytest.raises(genre.AudioError) as found:
            genre.load(source)
        assert found.value.code == code
        assert str(found.value)


@pytest.mark.parametrize("parameters, error", [
    ({"sr": 0}, "sr is 0"), ({"sr": -1}, "sr is -1"), ({"sr": 22050.5}, "sr is 22050.5"),
    ({"offset": 100}, "offset"), ({"offset": -100}, "offset"), ({"offset": float("nan")}, "offset"),
    ({"duration": -1}, "duration is -1"), ({"duration": float("nan")}, "duration is nan")])
def test_bad_parameters(parameters, error, clip):
    with pytest.raises(ValueError, match=error):
        genre.load(clip, **parameters)


@pytest.mark.parametrize("parameters", [{"dtype": np.float64}, {"res_type": "kaiser_best"}])
def test_what_is_not_supported(parameters, clip):
    with pytest.raises(NotImplementedError, match=next(iter(parameters))):
        genre.load(clip, **parameters)


def test_an_error_survives_pickling():
    import pickle
    error = pickle.loads(pickle.dumps(genre.AudioError("not_audio", "no audio")))
    assert (error.code, str(error)) == ("not_audio", "no audio")
