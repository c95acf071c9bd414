"""Runs genre's functions through genre_librosa_driver, whose path is in GENRE_LIBROSA_DRIVER."""
import json
import os
import subprocess
import tempfile

import numpy as np


class Driver:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([os.environ["GENRE_LIBROSA_DRIVER"]],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()

    def __call__(self, call, y, **parameters):
        """The values, or a ValueError with genre's message."""
        path = os.path.join(self.folder.name, "y.f32")
        np.asarray(y, dtype="<f4").tofile(path)
        request = {"call": call, "y": path, "parameters": parameters}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        header = json.loads(self.process.stdout.readline())
        if "error" in header:
            raise ValueError(header["error"])
        dtype = np.dtype(header["dtype"])
        size = int(np.prod(header["shape"]))
        values = np.frombuffer(self.process.stdout.read(size * dtype.itemsize), dtype)
        return values.reshape(header["shape"])
