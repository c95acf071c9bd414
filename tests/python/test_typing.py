"""The annotations, as mypy sees them."""
import shutil
import subprocess
import sys

import genre

USER = '''
import genre
import numpy as np

y, sr = genre.load("song.mp3")
reveal_type(y)
reveal_type(genre.feature.mfcc(y=y, sr=sr))
reveal_type(genre.stft(y))
prediction = genre.Predictor().predict(("y", 1))
for result in genre.Predictor().predict_many(["song.mp3"]):
    if isinstance(result, Exception):
        continue
    reveal_type(result.genres)
genre.feature.mfcc(y=y, n_mfcc="20")
'''


def mypy(tmp_path, *arguments):
    return subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", tmp_path / "cache", *arguments],
                          capture_output=True, text=True, cwd=tmp_path)


def test_the_package_is_typed_strictly(tmp_path):
    # A copy, because mypy does not report errors of installed packages.
    shutil.copytree(genre.__path__[0], tmp_path / "genre")
    checked = mypy(tmp_path, "--strict", "--allow-subclassing-any", "genre")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_user_sees_the_types(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    lines = mypy(tmp_path, "user.py").stdout.splitlines()
    revealed = [line.split('Revealed type is "')[1].rstrip('"') for line in lines if "Revealed" in line]
    assert len(revealed) == 4
    for text, part in zip(revealed, ["[numpy.floating[", "[numpy.floating[", "[numpy.complexfloating[",
                                     "dict[builtins.str, builtins.float]"]):
        assert part in text or part.replace("builtins.", "") in text, text
    errors = [line for line in lines if ": error:" in line]
    assert len(errors) == 2 and "[arg-type]" in errors[0] and "[arg-type]" in errors[1], lines
