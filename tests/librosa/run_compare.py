#!/usr/bin/env python3
"""Runs compare.py with librosa from PyPI: run_compare.py FOLDER [compare.py's arguments]

Makes a virtual environment in FOLDER, once, with GENRE_PYTHON or the newest Python that is installed:
librosa 1.0 needs Python 3.12. An older Python gets librosa 0.11 or 0.10, whose values are the same.
Exits with status 77 (CTest: skipped) if PyPI is not reached.
"""
import os
import pathlib
import shutil
import subprocess
import sys

REQUIREMENTS = ["librosa", "hypothesis"]
HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def pythons():
    names = [os.environ.get("GENRE_PYTHON", ""), "python3.14", "python3.13", "python3.12",
             sys.executable]
    return [path for path in map(shutil.which, names) if path]


def make_environment(folder):
    """The environment's Python; None if it cannot be made."""
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    for base in pythons():
        for command in ([base, "-m", "venv", "--clear", str(folder)],
                        [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:]}")
                break
        else:
            ready.touch()
            return python
    return None


def main():
    folder, *arguments = sys.argv[1:]
    python = make_environment(pathlib.Path(folder))
    if python is None:
        print("librosa is not compared: it cannot be installed from PyPI")
        return SKIPPED
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([str(python), "-c", "import librosa; print('librosa', librosa.__version__)"],
                          env=environment).returncode or \
        subprocess.run([str(python), "compare.py", *arguments], cwd=HERE,
                       env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
