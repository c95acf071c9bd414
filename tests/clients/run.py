"""Runs a test module with the clients of prepare.py: run.py FOLDER MODULE."""
import os
import pathlib
import sys

SKIP = 77

if __name__ == "__main__":
    folder, module = pathlib.Path(sys.argv[1]), sys.argv[2]
    if not (folder / "installed.txt").exists():
        print("left out: prepare.py has not installed the clients, because PyPI is not reached")
        sys.exit(SKIP)
    python = str(folder / "bin" / "python")
    os.execv(python, [python, "-m", "unittest", "-v", module])
