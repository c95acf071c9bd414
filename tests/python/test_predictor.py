"""Predictor beside the program genre."""
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import genre
from conftest import ROOT

GENRE = os.environ["GENRE"]
MN04 = pathlib.Path(os.environ["GENRE_SHARED_DIR"]) / "models" / "mn04_as_mAP_432.pt"


@pytest.fixture(scope="module")
def predictor():
    return genre.Predictor()


def program(path, *arguments):
    done = subprocess.run([GENRE, "predict", "--format", "jsonl", *arguments, path], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def assert_same(prediction, json):
    assert (prediction.genre, prediction.confident) == (json["genre"], json["confident"])
    assert (prediction.none_of_these or 0) == pytest.approx(json["none_of_these"] or 0, abs=1e-4)
    assert prediction.duration == pytest.approx(json["duration"], abs=1e-3)
    assert prediction.sample_rate == json["sample_rate"]
    expected = {each["genre"]: each["certainty"] for each in json["genres"]}
    assert list(prediction.genres) == list(expected)
    assert prediction.genres == pytest.approx(expected, abs=1e-4)
    assert prediction.certainty == prediction.genres[prediction.genre]
    assert len(prediction.segments) == len(json["segments"])
    assert prediction.excerpts == ("excerpts" in json)
    assert (prediction.tags is None) == ("tags" not in json)
    tags = {each["tag"]: each["probability"] for each in json.get("tags", [])}
    assert list(prediction.tags or {}) == list(tags)
    assert (prediction.tags or {}) == pytest.approx(tags, abs=1e-4)
    for ours, theirs in zip(prediction.segments, json["segments"]):
        assert (ours.start, ours.end, ours.genre) == (theirs["start"], theirs["end"], theirs["genre"])
        assert ours.certainty == pytest.approx(theirs["certainty"], abs=1e-4)
    assert [(each.code, each.message, each.start, each.end) for each in prediction.warnings] == [
        (each["code"], each["message"], each["from"], each["to"]) for each in json["warnings"]]


@pytest.mark.parametrize("model", [None, "default", "seed", ROOT / "models" / "seed.onnx"], ids=str)
def test_it_predicts_what_the_program_predicts(model, song):
    arguments = [] if model is None else ["--model", str(model)]
    assert_same(genre.Predictor(model).predict(song), program(song, *arguments))


def test_silence(predictor, song):
    prediction = predictor.predict(song)
    assert [segment.silent for segment in prediction.segments] == [False, True, False]
    assert [warning.code for warning in prediction.warnings] == ["silence"]


def test_hop_and_duration(predictor, song):
    assert_same(predictor.predict(song, hop=1.5), program(song, "--hop", "1.5"))
    assert predictor.predict(song, duration=4).duration == 4


@pytest.mark.parametrize("n", [1, 2, 3])
def test_excerpts(n, predictor, song):
    prediction = predictor.predict(song, excerpts=n)
    assert_same(prediction, program(song, "--excerpts", str(n)))
    assert (len(prediction.segments), prediction.excerpts) == (n, n < 3)
    assert prediction.duration == 10
    assert list(predictor.predict_many([song], excerpts=n)) == [prediction]


@pytest.mark.skipif(not MN04.exists(), reason="needs the weights in shared/models")
def test_tags(predictor, song, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    subprocess.run([GENRE, "model", "pull", "mn04", "--from", MN04], check=True)
    best = genre.Predictor("best")
    prediction = best.predict(song, tags=4)
    assert_same(prediction, program(song, "--model", "best", "--tags", "4"))
    assert len(prediction.tags) == 4
    assert list(best.predict_many([song], tags=4)) == [prediction]
    assert best.predict(song).tags is None


def test_tags_of_a_model_that_hears_none(predictor, song):
    with pytest.raises(ValueError, match="hears no tags"):
        predictor.predict(song, tags=4)


def test_sources(predictor, clip):
    expected = predictor.predict(clip)
    data = pathlib.Path(clip).read_bytes()
    with open(clip, "rb") as file:
        for source in (pathlib.Path(clip), data, file, genre.load(clip)):
            assert predictor.predict(source) == expected


def test_samples_of_another_rate_are_resampled(predictor, stereo):
    expected = predictor.predict(stereo)
    assert predictor.predict(genre.load(stereo, sr=None)).genres == pytest.approx(expected.genres, abs=1e-6)


def test_strict(clip):
    half = pathlib.Path(clip).read_bytes()[:60000]
    assert [each.code for each in genre.Predictor().predict(half).warnings] == ["truncated"]
    with pytest.raises(genre.AudioError) as found:
        genre.Predictor(strict=True).predict(half)
    assert found.value.code == "truncated"


def test_bad_models(tmp_path):
    with pytest.raises(FileNotFoundError):
        genre.Predictor(tmp_path / "missing.onnx")
    with pytest.raises(ValueError, match="ONNX"):
        genre.Predictor(b"no model")


@pytest.mark.parametrize("model", ["best", ROOT / "models" / "best.onnx"], ids=str)
def test_a_model_whose_network_is_missing(model, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    networks = tmp_path / "genre" / "networks"
    with pytest.raises(ValueError, match=f"mn04.*{networks}.*genre model pull mn04"):
        genre.Predictor(model)
    networks.mkdir(parents=True)
    (networks / "mn04.onnx").write_bytes(b"no network")
    with pytest.raises(ValueError, match="mn04.*ONNX"):
        genre.Predictor(model)


@pytest.mark.parametrize("parameters", [{"hop": 0}, {"hop": float("nan")}, {"duration": 0},
                                        {"excerpts": 0}, {"excerpts": 2.5}, {"tags": -1}], ids=str)
def test_bad_parameters(parameters, predictor, clip):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        predictor.predict(clip, **parameters)


@pytest.mark.parametrize("source", [None, 1.5, (np.zeros(30000, np.float32),)], ids=str)
def test_what_is_no_source_is_a_mistake_of_the_caller(source, predictor):
    with pytest.raises((TypeError, ValueError)):
        predictor.predict(source)


def test_labels(predictor):
    assert "jazz" in predictor.labels and len(predictor.labels) == 10


@pytest.mark.parametrize("jobs", [None, 1, 3])
def test_many_in_order_with_errors_as_values(jobs, predictor, clip, song, tmp_path):
    sources = [clip, tmp_path / "missing.wav", song, b"no music"] * 5
    results = list(predictor.predict_many(sources, jobs=jobs))
    for i in range(0, len(sources), 4):
        assert results[i] == predictor.predict(clip)
        assert isinstance(results[i + 1], FileNotFoundError)
        assert results[i + 2] == predictor.predict(song)
        assert isinstance(results[i + 3], genre.AudioError) and results[i + 3].code == "not_audio"


def test_many_reads_only_a_few_sources_ahead(predictor, clip):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield clip

    results = predictor.predict_many(endless(), jobs=2)
    assert taken == 0
    for _ in range(3):
        next(results)
    results.close()
    assert 3 <= taken <= 3 + 2 * 2 + 1


def test_many_of_nothing(predictor):
    assert list(predictor.predict_many([])) == []


def test_many_with_bad_jobs(predictor):
    with pytest.raises(ValueError, match="jobs is 0"):
        predictor.predict_many([], jobs=0)


def test_many_does_not_hide_a_mistake_of_the_caller(predictor):
    with pytest.raises(TypeError):
        list(predictor.predict_many([None]))
