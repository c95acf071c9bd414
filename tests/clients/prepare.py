"""Installs the clients from PyPI into a virtual environment: prepare.py FOLDER REQUIREMENTS.

A folder that has them already is left as it is. Exits with 77 if PyPI is not reached, so that the
tests are skipped; with 1 if anything else fails.
"""
import pathlib
import subprocess
import sys
import venv

SKIP = 77


def install(folder, requirements):
    venv.create(folder, with_pip=True, clear=True)
    return subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet",
                           "--disable-pip-version-check", "--requirement", requirements],
                          capture_output=True, text=True)


def main(folder, requirements):
    # Written last: an installation that was interrupted has none.
    installed = folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return 0
    result = install(folder, requirements)
    if result.returncode != 0:
        # pip warns of each connection that fails, and then says that it found no such package.
        if "connection broken" in result.stderr:
            print("left out: PyPI is not reached, so there are no clients to test with")
            return SKIP
        print(result.stdout + result.stderr, file=sys.stderr)
        return 1
    installed.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])))
