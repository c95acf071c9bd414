"""The C++ library, as a project of its own finds and uses it once it is installed."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from model_files import without_checksum
from temporary_files import TemporaryFiles

BUILD = os.environ["GENRE_BUILD_DIR"]
CMAKE = os.environ["CMAKE"]
HERE = os.path.dirname(os.path.abspath(__file__))
CONSUMER = os.path.join(HERE, "consumer")
HOST = os.path.join(HERE, "host")
MODEL = os.path.join(HERE, "..", "..", "models", "seed.onnx")


@unittest.skipIf(is_sanitized(), "a library with a sanitizer in it is not for others")
class Consumer(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.prefix = os.path.join(self.folder, "prefix with a space")
        self.run_command([CMAKE, "--install", BUILD, "--component", "development", "--prefix",
                          self.prefix])
        self.clip = self.file("clip.wav", wav(sine(440, 6)))

    def run_command(self, command, **how):
        done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def build(self, source):
        """Builds a CMake project that finds the installed library. Returns the build folder."""
        build = os.path.join(self.folder, "build")
        self.run_command([CMAKE, "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                          "-DCMAKE_CXX_COMPILER=" + os.environ["CXX"]])
        self.run_command([CMAKE, "--build", build])
        return build

    def check(self, program, **how):
        predicted = self.run_command([GENRE, "predict", "--top", "10", self.clip])
        said = self.run_command([program, self.clip], **how)
        self.assertEqual(said.split(), predicted.removeprefix(self.clip).replace("not confident", "").split())
        broken = self.file("broken.wav", b"no music")
        failed = subprocess.run([program, broken], capture_output=True, text=True, check=False, **how)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("not an audio file", failed.stderr)

    def test_find_package(self):
        self.check(os.path.join(self.build(CONSUMER), "label"))

    def test_leaves_a_hosts_opencv_alone(self):
        """From inside a shared library of the host's own, which needs position-independent code."""
        with open(MODEL, "rb") as file:
            onnx = file.read()
        self.assertIn(b"Softmax", onnx)
        bad = self.file("bad.onnx",  # only OpenCV notices
                        without_checksum(onnx).replace(b"Softmax", b"Softmux"))
        host = os.path.join(self.build(HOST), "host")
        done = subprocess.run([host, MODEL, bad, self.clip], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_pkg_config(self):
        prefix = os.path.join(self.folder, "prefix")  # pkg-config's words cannot have spaces
        os.rename(self.prefix, prefix)
        libraries = next(folder for folder, _, files in os.walk(prefix) if "genre.pc" in files)
        project = os.path.join(self.folder, "project")
        shutil.copytree(CONSUMER, project)
        self.run_command(["make", "-C", project],
                         env={**os.environ, "PKG_CONFIG_PATH": libraries})
        folder = os.path.dirname(libraries)
        self.check(os.path.join(project, "label"), env={**os.environ, "LD_LIBRARY_PATH": folder})

    def test_exports_what_the_headers_declare(self):
        header = "".join(path.read_text(encoding="utf-8")
                         for path in pathlib.Path(self.prefix, "include", "genre").glob("*.h"))
        # At the start of a line, that is in the namespace itself. Without inline functions and
        # structs that are only data.
        functions = set(re.findall(r"^(?:\[\[nodiscard\]\] )?(?!inline|using)\w[\w:<>,* ]* (\w+)\(", header, re.M))
        classes = set(re.findall(r"^class (\w+) {", header, re.M))
        structs = set(re.findall(r"^struct (\w+) {", header, re.M))
        constants = set(re.findall(r"^inline constexpr .* (k\w+) ?[={]", header, re.M))
        self.assertTrue({"load", "to_string", "feature_names"} <= functions, functions)
        self.assertTrue({"AudioFile", "Model", "Predictor"} <= classes, classes)

        library, = (os.path.join(folder, name) for folder, _, names in os.walk(self.prefix)
                    for name in names if name == "libgenre.so")
        lines = self.run_command(["nm", "--dynamic", "--demangle", "--defined-only", "--extern-only",
                                  library]).splitlines()
        names = [line.split(maxsplit=2)[2] for line in lines]
        exported = set()
        for name in names:
            match = re.match(r"genre::(?:librosa::)?(\w+)(?:::|\(|\[|$)", name)
            self.assertTrue(match and match[1] in functions | classes | structs | constants, name)
            self.assertNotIn("::Impl::", name)
            exported.add(match[1])
        self.assertEqual(functions | classes, exported & (functions | classes))

    def test_only_the_library_is_of_that_component(self):
        files = [os.path.relpath(os.path.join(folder, name), self.prefix)
                 for folder, _, names in os.walk(self.prefix) for name in names]
        self.assertTrue(all(name.startswith(("include/genre/", "lib/", "share/doc/")) for name in files), files)


if __name__ == "__main__":
    unittest.main()
