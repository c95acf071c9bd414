"""Installs what the tests need from PyPI into a virtual environment: prepare.py FOLDER REQUIREMENTS

Takes GENRE_PYTHON, or the newest Python that has its headers: librosa 1.0 needs Python 3.12. A folder
that has the packages already is left as it is. Exits with 77 (CTest: skipped) if there are no headers,
or PyPI is not reached; with 1 if anything else fails.
"""
import os
import pathlib
import shutil
import subprocess
import sys

SKIP = 77
HEADER = "import os, sysconfig; print(os.path.join(sysconfig.get_path('include'), 'Python.h'))"


def has_headers(python):
    """Whether it runs, and is Python 3.10 or later with its headers."""
    found = subprocess.run([python, "-c", f"import sys; assert sys.version_info >= (3, 10); {HEADER}"],
                           capture_output=True, text=True)
    return found.returncode == 0 and os.path.exists(found.stdout.strip())


def pythons():
    names = [os.environ.get("GENRE_PYTHON", ""), "python3.14", "python3.13", "python3.12",
             sys.executable]
    return [path for path in map(shutil.which, names) if path and has_headers(path)]


def main(folder, requirements):
    # Written last: an installation that was interrupted has none.
    installed = folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return 0
    candidates = pythons()
    if not candidates:
        print("left out: no Python 3.10 or later has its headers (Debian: python3-dev)")
        return SKIP
    python = folder / "bin" / "python"
    for command in ([candidates[0], "-m", "venv", "--clear", folder],
                    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     "--requirement", requirements]):
        done = subprocess.run(command, capture_output=True, text=True)
        # pip warns of each connection that fails, and then says that it found no such package.
        if "connection broken" in done.stderr:
            print("left out: PyPI is not reached, so there is no librosa to compare with")
            return SKIP
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            return 1
    installed.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])))
