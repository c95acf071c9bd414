"""librosa's names, parameters, order and defaults."""
import inspect

import librosa
import pytest

import genre
from conftest import needs_librosa_1

NAMES = (["load", "stft", "power_to_db", "amplitude_to_db", "onset.onset_strength"]
         + [f"feature.{name}" for name in genre.feature.__all__])


def signature(module, name):
    for part in name.split("."):
        module = getattr(module, part)
    return inspect.signature(module).parameters


@needs_librosa_1
@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_librosa(name):
    theirs = {key: parameter for key, parameter in signature(librosa, name).items()
              if parameter.kind is not parameter.VAR_KEYWORD}
    ours = signature(genre, name)
    assert list(ours)[:len(theirs)] == list(theirs)
    for key, parameter in theirs.items():
        assert ours[key].default == parameter.default, key
        assert ours[key].kind == parameter.kind, key


@pytest.mark.parametrize("name", NAMES)
def test_docstrings_name_each_parameter_and_the_result(name):
    function = genre
    for part in name.split("."):
        function = getattr(function, part)
    doc = inspect.getdoc(function)
    parameters, _, rest = doc.partition("Returns\n-------")
    assert rest
    for parameter in inspect.signature(function).parameters:
        assert any(parameter in line.split(" : ")[0].replace(",", " ").split()
                   for line in parameters.splitlines() if not line.startswith(" ")), parameter
