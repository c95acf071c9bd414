"""Builds the wheel, installs it into a virtual environment with nothing else but numpy, and checks that
it loads no library of this machine but those that every Linux has: make_wheel.py FOLDER"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

PROGRAM = r"""
import concurrent.futures, os, pathlib, re, sys
import numpy

def mapped():
    lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if ".so" in line}

before = mapped()
import genre
prediction = genre.Predictor().predict("clip.wav")
assert prediction.genre in prediction.genres
y, sr = genre.load("clip.wav", sr=16000)
assert genre.feature.mfcc(y=y, sr=sr).shape == (20, 94)
of_every_linux = re.compile(r"lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|z)\.so.*")
inside = (sys.prefix + os.sep, os.path.dirname(os.__file__) + os.sep)  # Python's own modules, too
new = mapped() - before
assert any("opencv_dnn" in path for path in new), new
print(*(path for path in new
        if not path.startswith(inside) and not of_every_linux.fullmatch(os.path.basename(path))))
"""


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([ROOT / "python" / "wheel", folder], check=True,
                   env=os.environ | {"GENRE_PYTHON": sys.executable})
    wheel, = pathlib.Path(folder).glob("*.whl")
    with tempfile.TemporaryDirectory() as work:
        venv.create(work, with_pip=True)
        python = pathlib.Path(work) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        wheel], check=True)
        foreign = subprocess.run([python, "-c", PROGRAM], cwd=ROOT / "examples", check=True,
                                 stdout=subprocess.PIPE, text=True).stdout.strip()
    if foreign:
        print(f"{wheel.name} needs libraries of this machine: {foreign}")
    return 1 if foreign else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
