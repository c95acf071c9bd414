"""Programs whose allocations fail at random: see failing_malloc.cpp."""
import mmap
import os
import struct

LIBRARY = os.environ["GENRE_FAULTS"]


class Faults:
    """What makes the allocations of one program fail, and counts them."""

    def __init__(self, folder, threads, probability, seed=1, after=0, malloc=False, on=True):
        path = os.path.join(folder, f"faults-{threads}-{probability}-{seed}-{malloc}")
        with open(path, "wb") as file:
            file.write(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self._shared = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.env = {**os.environ, "LD_PRELOAD": LIBRARY, "GENRE_FAULTS_CONTROL": path,
                    "GENRE_FAULTS_THREADS": threads, "GENRE_FAULTS_SEED": str(seed),
                    "GENRE_FAULTS_PROBABILITY": str(probability),
                    "GENRE_FAULTS_AFTER": str(after), "GENRE_FAULTS_MALLOC": str(int(malloc))}
        self.switch(on)

    def switch(self, on):
        self._shared[:8] = struct.pack("Q", on)

    @property
    def n_failures(self):
        return struct.unpack("Q", self._shared[16:24])[0]
