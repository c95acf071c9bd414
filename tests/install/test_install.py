"""The C++ library, as a project of its own finds and uses it once it is installed."""
import os
import shutil
import subprocess
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from temporary_files import TemporaryFiles

BUILD = os.environ["GENRE_BUILD_DIR"]
CMAKE = os.environ["CMAKE"]
CONSUMER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "consumer")


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

    def check(self, program):
        predicted = self.run_command([GENRE, "predict", "--top", "10", self.clip])
        said = self.run_command([program, self.clip])
        self.assertEqual(said.split(), predicted.removeprefix(self.clip).replace("not confident", "").split())
        broken = self.file("broken.wav", b"no music")
        failed = subprocess.run([program, broken], capture_output=True, text=True, check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("not an audio file", failed.stderr)

    def test_find_package(self):
        build = os.path.join(self.folder, "build")
        self.run_command([CMAKE, "-G", "Ninja", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                          "-DCMAKE_CXX_COMPILER=" + os.environ["CXX"]])
        self.run_command([CMAKE, "--build", build])
        self.check(os.path.join(build, "label"))

    def test_pkg_config(self):
        prefix = os.path.join(self.folder, "prefix")  # pkg-config's words cannot have spaces
        os.rename(self.prefix, prefix)
        libraries = next(folder for folder, _, files in os.walk(prefix) if "genre.pc" in files)
        project = os.path.join(self.folder, "project")
        shutil.copytree(CONSUMER, project)
        self.run_command(["make", "-C", project],
                         env={**os.environ, "PKG_CONFIG_PATH": libraries})
        self.check(os.path.join(project, "label"))

    def test_only_the_library_is_of_that_component(self):
        files = [os.path.relpath(os.path.join(folder, name), self.prefix)
                 for folder, _, names in os.walk(self.prefix) for name in names]
        self.assertTrue(all(name.startswith(("include/genre/", "lib/", "share/doc/")) for name in files), files)


if __name__ == "__main__":
    unittest.main()
