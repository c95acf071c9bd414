"""genre features --frames: librosa's features of each frame, in every format."""
import ast
import csv
import io
import json
import os
import struct
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from temporary_files import TemporaryFiles

SECONDS = 2
N_FRAMES = 1 + SECONDS * 22050 // 512


def read_npy(data):
    """The arrays of a file, as (shape, values)."""
    arrays = []
    while data:
        assert data[:8] == b"\x93NUMPY\x01\x00"
        size, = struct.unpack("<H", data[8:10])
        header = ast.literal_eval(data[10:10 + size].decode())
        assert header["descr"] == "<f4" and not header["fortran_order"] and (10 + size) % 64 == 0
        n_bytes = 4 * header["shape"][0] * header["shape"][1]
        values = struct.unpack(f"<{n_bytes // 4}f", data[10 + size:10 + size + n_bytes])
        arrays.append((header["shape"], values))
        data = data[10 + size + n_bytes:]
    return arrays


class Frames(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.song = self.file("song.wav", wav(sine(1000, SECONDS)))

    def run_genre(self, *arguments, status=0):
        result = subprocess.run([GENRE, "features", "--frames", *arguments], capture_output=True,
                                check=False)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def test_json_has_a_matrix_for_each_feature(self):
        record = json.loads(self.run_genre("--feature", "mfcc,spectral_centroid,chroma_stft",
                                           "--n-mfcc", "13", self.song).stdout)
        self.assertEqual(record["sr"], 22050)
        self.assertEqual(record["hop_length"], 512)
        shapes = {name: (len(rows), {len(row) for row in rows})
                  for name, rows in record["features"].items()}
        self.assertEqual(shapes, {"mfcc": (13, {N_FRAMES}), "spectral_centroid": (1, {N_FRAMES}),
                                  "chroma_stft": (12, {N_FRAMES})})
        middle = record["features"]["spectral_centroid"][0][N_FRAMES // 2]
        self.assertAlmostEqual(middle, 1000, delta=5)
        chroma = [row[N_FRAMES // 2] for row in record["features"]["chroma_stft"]]
        self.assertEqual(chroma.index(1.0), 11)  # 1000 Hz is nearest to B

    def test_csv_has_a_row_for_each_frame(self):
        rows = list(csv.DictReader(io.StringIO(self.run_genre(
            "--feature", "rms,spectral_contrast", "--hop-length", "441", "--csv",
            self.song).stdout.decode())))
        self.assertEqual(list(rows[0]), ["file", "start", "rms"] + [
            f"spectral_contrast{i}" for i in range(1, 8)] + ["warnings", "error"])
        self.assertEqual(len(rows), 1 + SECONDS * 50)
        self.assertEqual([float(row["start"]) for row in rows[:3]], [0, 0.02, 0.04])

    def test_npy_has_the_values_of_json(self):
        values = json.loads(self.run_genre("--feature", "mfcc,rms", self.song).stdout)["features"]
        other = self.file("other.wav", wav(sine(500, 1)))
        output = os.path.join(self.folder, "frames.npy")
        self.run_genre("--feature", "mfcc,rms", "--format", "npy", "--output", output, self.song,
                       other)
        with open(output, "rb") as file:
            first, second = read_npy(file.read())
        self.assertEqual(first[0], (21, N_FRAMES))
        self.assertEqual(second[0], (21, 1 + 22050 // 512))
        flat = [value for name in ("mfcc", "rms") for row in values[name] for value in row]
        for ours, theirs in zip(first[1], flat, strict=True):
            self.assertAlmostEqual(ours, theirs, delta=1e-5 * max(1, abs(ours)))

    def test_a_bad_file_leaves_no_array(self):
        bad = self.file("bad.wav", b"no")
        result = self.run_genre("--format", "npy", bad, self.song, status=1)
        self.assertEqual([shape for shape, _ in read_npy(result.stdout)], [(20, N_FRAMES)])
        self.assertIn(b"bad.wav", result.stderr)

    def test_bad_parameters_say_what_would_be_right(self):
        for arguments, message in (
                (["--hop-length", "0"], b"mfcc: hop_length is 0; it must be 1 to"),
                (["--win-length", "4096"], b"win_length is 4096; it must be at most n_fft"),
                (["--fmax", "20000"], b"fmax is 20000 Hz; it must be above 0 and at most sr / 2"),
                (["--feature", "rms,spectral_contrast", "--sr", "8000"], b"reduce fmin or n_bands"),
        ):
            self.assertIn(message, self.run_genre(*arguments, self.song, status=1).stderr)
        result = subprocess.run([GENRE, "features", "--format", "npy", self.song],
                                capture_output=True, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(b"needs --frames", result.stderr)
        result = subprocess.run([GENRE, "features", "--frames", "--feature", "cqt", self.song],
                                capture_output=True, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(b"cqt", result.stderr)


if __name__ == "__main__":
    unittest.main()
