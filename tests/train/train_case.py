"""A test case with a feature table that is easy to learn, and a cache of its own."""
import os
import random
import subprocess
import unittest
import unittest.mock

from audio_files import GENRE, wav
from temporary_files import TemporaryFiles

DENSE = os.path.exists(os.path.join(os.path.dirname(GENRE), "genre-train"))
NETWORKS = ("lda", "dense") if DENSE else ("lda",)
needs_dense = unittest.skipUnless(
    DENSE, "needs genre-train, which is built where LibTorch is installed")


def genre(*arguments, program=GENRE, **options):
    return subprocess.run([program, *arguments], capture_output=True, timeout=240, check=False,
                          **options)


class TrainCase(TemporaryFiles):
    def setUp(self):
        super().setUp()
        # The tests must not change the user's cache.
        cache = unittest.mock.patch.dict(os.environ,
                                         XDG_CACHE_HOME=os.path.join(self.folder, "cache"))
        cache.start()
        self.addCleanup(cache.stop)
        header = genre("features", "--csv", "-", input=wav()).stdout.decode().splitlines()[0]
        names = header.removesuffix(",warnings,error").split(",", 3)[3]
        random.seed(1)
        self.table = self.file("table.csv", "track,genre," + names + "\n" + "".join(
            f"t{i // 2},{('calm', 'loud')[i % 2]},"
            + ",".join(f"{random.gauss(i % 2, 0.1):.5f}" for _ in range(26)) + "\n"
            for i in range(300)))
        self.model = os.path.join(self.folder, "model.onnx")
