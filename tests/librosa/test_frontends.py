"""The built-in front ends on recordings: against the inputs of the pretrained networks, made with
their own code, and against their authors' formulas in numpy (frontends.py)."""
import os
import pathlib
import unittest

try:
    import numpy as np
except ImportError as error:
    raise unittest.SkipTest(f"numpy is not installed: {error}")

from driver import Driver
from frontends import FRONTENDS, log_mel

MODELS = pathlib.Path(os.environ["GENRE_SHARED_DIR"]) / "models"


def reference(name):
    path = MODELS / f"{name}_reference.npz"
    if not path.exists():
        raise unittest.SkipTest(f"no reference values at {path}")
    return np.load(path)


def clips(values, suffix):
    return [key[:-len(suffix)] for key in values if key.endswith(suffix)]


class Frontends(unittest.TestCase):
    def setUp(self):
        self.genre = Driver()
        self.addCleanup(self.genre.close)

    def assert_close(self, ours, theirs, tolerance):
        self.assertEqual(ours.shape, theirs.shape)
        error = np.abs(ours.astype(np.float64) - theirs).max()
        print(f"{self.id().rsplit('.', 1)[1]}: {error:.1e} of {np.ptp(theirs):.1f}")
        self.assertLessEqual(error, tolerance)

    def test_mn_is_the_networks_input(self):
        values = reference("mn04")
        for clip in clips(values, "_y32"):
            y = values[clip + "_y32"] / np.float32(32768)
            self.assert_close(self.genre("frontend", y, name="mn"), values[clip + "_logmel"], 1e-4)

    def test_yamnet_is_the_networks_input(self):
        # The values are those of a PyTorch port, whose window is in the middle of the FFT's 512
        # samples. So its frames are 56 samples later than those of TensorFlow's code.
        values = reference("yamnet")
        for clip in clips(values, "_y16"):
            S = self.genre("frontend", values[clip + "_y16"][56:], name="yamnet").T
            patches = np.stack([S[t:t + 96] for t in (0, 100, 201)])
            self.assert_close(patches, values[clip + "_patches"], 1e-4)

    def test_all_follow_their_authors_formulas(self):
        values = reference("yamnet")
        for clip in clips(values, "_y16"):
            y = values[clip + "_y16"]
            for name in FRONTENDS:
                self.assert_close(self.genre("frontend", y, name=name), log_mel(name, y), 1e-4)

    def test_vggish_patches_do_not_overlap(self):
        y = np.random.default_rng(1).normal(size=3 * 16000).astype(np.float32) / 10
        S = log_mel("vggish", y).T
        patches = np.concatenate([S[t:t + 96] for t in (0, 96, 192)])
        self.assert_close(self.genre("frontend", y, name="vggish", patches=True), patches, 1e-4)


if __name__ == "__main__":
    unittest.main()
