"""Genre's per-frame features against some of librosa's values (per_frame.json), for each function
with its defaults and with other parameters. Needs no librosa; compare.py compares whole arrays."""
import json
import os
import unittest

try:
    import numpy as np
except ImportError as error:
    raise unittest.SkipTest(f"numpy is not installed: {error}")

from driver import Driver
from own_signals import signals

TOLERANCE = 1e-4  # of the range of an array, as in compare.py
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "per_frame.json")


class PerFrame(unittest.TestCase):
    def test_values_and_shapes_are_librosas(self):
        genre = Driver()
        self.addCleanup(genre.close)
        own = signals()
        with open(PATH) as file:
            entries = json.load(file)
        for entry in entries:
            name, parameters = entry["function"], entry["parameters"]
            with self.subTest(function=name, signal=entry["signal"], **parameters):
                ours = genre(name, own[entry["signal"]], **parameters)
                self.assertEqual(list(ours.shape), entry["shape"])
                samples = ours.ravel()[entry["places"]]
                parts = [samples.real, samples.imag] if np.iscomplexobj(ours) else [samples]
                scale = max(entry["range"], 1e-3 * entry["largest"])
                for part, expected in zip(parts, entry["values"]):
                    self.assertLessEqual(np.abs(part - expected).max() / scale, TOLERANCE)


if __name__ == "__main__":
    unittest.main()
