"""The notebook and the examples of docs/python.md run."""
import os
import re

import nbformat
import numpy as np
import soundfile
from nbclient import NotebookClient

from conftest import ROOT


def test_the_notebook_runs():
    notebook = nbformat.read(ROOT / "examples" / "python.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "save it without outputs"
    NotebookClient(notebook, timeout=300, kernel_name="python3",
                   resources={"metadata": {"path": str(ROOT / "examples")}}).execute()
    texts = [output.get("text", "") or str(output.get("data", {}).get("text/plain", ""))
             for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("order is 2; only 1 is supported" in text for text in texts)
    assert any("FileNotFoundError" in text for text in texts)
    assert "low" in texts[-1] and "high" in texts[-1]


def test_the_examples_of_the_page_run(tmp_path):
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(blocks) >= 2
    soundfile.write(tmp_path / "song.mp3", np.sin(np.arange(66150) / 10) / 2, 22050)
    (tmp_path / "model.onnx").write_bytes((ROOT / "models" / "seed.onnx").read_bytes())
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        names = {"paths": ["song.mp3"]}
        exec(blocks[0], names)
        names["predictor"] = names["genre"].Predictor()
        for block in blocks[1:]:
            exec(block, names)
    finally:
        os.chdir(before)
