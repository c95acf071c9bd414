"""The Debian packages, installed into a root of their own, used from there, and removed."""
import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from audio_files import GENRE, is_sanitized, sine, wav

BUILD = os.environ["GENRE_BUILD_DIR"]
MISSING = [tool for tool in ["dpkg", "dpkg-deb", "dpkg-shlibdeps", "help2man", "fakeroot", "file"]
           if shutil.which(tool) is None]


@unittest.skipIf(is_sanitized(), "a program with a sanitizer in it is not for others")
@unittest.skipIf(MISSING,
                 f"needs {', '.join(MISSING)} (Debian: dpkg-dev, help2man, fakeroot, file)")
class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        made = subprocess.run([os.environ["CPACK"], "--config", f"{BUILD}/CPackConfig.cmake", "-B",
                               cls.folder], capture_output=True, text=True, check=False)
        if "The web page could not be built" in made.stderr:
            raise unittest.SkipTest("the web page could not be built: run cmake to see why")
        assert made.returncode == 0, made.stdout + made.stderr
        cls.packages = {os.path.basename(path).split("_")[0]: path
                        for path in glob.glob(f"{cls.folder}/*.deb")}

    def setUp(self):
        self.root = tempfile.mkdtemp(dir=self.folder)
        # An installed system's own files, as far as dpkg asks for them.
        for path in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"]:
            os.makedirs(os.path.join(self.root, path))
        for path in ["var/lib/dpkg/status", "var/lib/dpkg/available"]:
            open(os.path.join(self.root, path), "w", encoding="utf-8").close()

    def dpkg(self, *arguments):
        """In that root, where no other package is, as anybody but root can do it, too."""
        done = subprocess.run(["fakeroot", "dpkg", f"--root={self.root}", "--force-not-root",
                               "--force-script-chrootless", "--force-depends", "--force-bad-path",
                               *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def installed(self, path):
        return os.path.join(self.root, path)

    def field(self, package, name):
        return subprocess.run(["dpkg-deb", "--field", self.packages[package], name],
                              capture_output=True, text=True, check=True).stdout.strip()

    def files(self):
        return {os.path.relpath(os.path.join(folder, name), self.root)
                for folder, _, names in os.walk(self.root) for name in names
                if not folder.startswith(os.path.join(self.root, "var"))}

    def test_installed_used_and_removed(self):
        self.dpkg("--install", self.packages["genre"])
        program = self.installed("usr/bin/genre")
        clip = os.path.join(self.folder, "clip.wav")
        with open(clip, "wb") as file:
            file.write(wav(sine()))
        said = [subprocess.run([path, "predict", "--json", clip], capture_output=True, check=True)
                for path in (program, GENRE)]
        self.assertEqual(json.loads(said[0].stdout), json.loads(said[1].stdout))
        models = [subprocess.run([program, "predict", "--json", "--model", model, clip],
                                 capture_output=True, check=True).stdout
                  for model in ("default", self.installed("usr/share/genre/models/default.onnx"))]
        self.assertEqual(*models)

        settings = self.installed("etc/genre/genre.conf")
        self.assertEqual(self.field("genre", "Package"), "genre")
        with open(settings, "a", encoding="utf-8") as file:
            file.write("GENRE_PORT=9000\n")
        self.dpkg("--remove", "genre")
        self.assertEqual(self.files(), {"etc/genre/genre.conf"})  # the settings stay
        self.dpkg("--purge", "genre")
        self.assertEqual(self.files(), set())

    def test_what_it_needs(self):
        depends = self.field("genre", "Depends")
        for package in re.findall(r"([a-z0-9.+-]+)(?: \(|,|$)", depends):
            shown = subprocess.run(["dpkg-query", "--show", package], capture_output=True,
                                   check=False)
            self.assertEqual(shown.returncode, 0, f"{package} of {depends}")
        for library in ["libsndfile1", "libsoxr0", "libopencv-dnn", "libnats", "libc6"]:
            self.assertIn(library, depends)
        self.assertNotIn("torch", depends)
        self.assertNotIn("-dev", depends)

    def test_the_dense_trainer_is_a_package_of_its_own(self):
        self.dpkg("--install", self.packages["genre"])
        said = subprocess.run([self.installed("usr/bin/genre"), "train", "--help"],
                              capture_output=True, text=True, check=True)
        self.assertIn("DATA", said.stdout)
        if "genre-train" not in self.packages:
            self.skipTest("this build has no genre-train: libtorch-dev was not there")
        self.assertIn("torch", self.field("genre-train", "Depends"))
        self.dpkg("--install", self.packages["genre-train"])
        self.assertTrue(os.access(self.installed("usr/bin/genre-train"), os.X_OK))

    def test_ffmpeg_is_a_package_of_its_own(self):
        if "genre-ffmpeg" not in self.packages:
            self.skipTest("this build has no genre-decode: libavformat-dev was not there")
        self.assertIn("libavformat", self.field("genre-ffmpeg", "Depends"))
        self.assertNotIn("libav", self.field("genre", "Depends"))
        self.assertEqual(self.field("genre", "Recommends"), "genre-ffmpeg")
        version = self.field("genre", "Version")
        self.assertEqual(self.field("genre-ffmpeg", "Breaks"),
                         f"genre (<< {version}), genre (>> {version})")
        if shutil.which("ffmpeg") is None:
            self.skipTest("needs ffmpeg (Debian: ffmpeg)")
        clip, tone = os.path.join(self.folder, "clip.m4a"), "sine=frequency=440:duration=3"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", tone, clip], check=True)
        command = [self.installed("usr/bin/genre"), "predict", "--json", clip]
        self.dpkg("--install", self.packages["genre"])
        alone = subprocess.run(command, capture_output=True, check=False)
        self.assertIn(b"genre-ffmpeg", alone.stderr)
        self.dpkg("--install", self.packages["genre-ffmpeg"])
        together = subprocess.run(command, capture_output=True, check=True)
        self.assertAlmostEqual(json.loads(together.stdout)["duration"], 3, delta=0.03)

    def test_the_library_is_a_package_of_its_own(self):
        self.dpkg("--install", self.packages["genre-dev"])
        files = self.files()
        self.assertIn("usr/include/genre/predictor.h", files)
        self.assertFalse([name for name in files if name.startswith("usr/bin")])
        self.assertFalse([name for name in files if "torch" in name])
        needed = self.field("genre-dev", "Depends")
        for package in ["libexpected-dev", "libsndfile1", "libopencv-dnn", "libonnx"]:
            self.assertIn(package, needed)
        self.assertNotIn("libopencv-dnn-dev", needed)  # the headers do not include OpenCV's

    def test_the_python_package(self):
        if "python3-genre" not in self.packages:
            self.skipTest("this build has no Python module: docs/python.md says how to build it")
        self.dpkg("--install", self.packages["python3-genre"])
        self.assertIn("python3-numpy", self.field("python3-genre", "Depends"))
        clip = os.path.join(self.folder, "clip.wav")
        with open(clip, "wb") as file:
            file.write(wav(sine(440, 3)))
        said = subprocess.run(["/usr/bin/python3", "-c",
                               "import genre, sys; print(genre.Predictor().predict(sys.argv[1]).genre)", clip],
                              env={"PYTHONPATH": self.installed("usr/lib/python3/dist-packages")},
                              capture_output=True, text=True, check=True).stdout.strip()
        predicted = subprocess.run([GENRE, "predict", "--format", "jsonl", clip], capture_output=True,
                                   text=True, check=True).stdout
        self.assertEqual(said, json.loads(predicted)["genre"])

    def test_manual(self):
        self.dpkg("--install", self.packages["genre"])
        for command in ["", "-serve", "-predict", "-features", "-train", "-evaluate", "-model",
                        "-model-pull", "-enqueue", "-live", "-worker", "-collect"]:
            page = self.installed(f"usr/share/man/man1/genre{command}.1.gz")
            with gzip.open(page, "rt", encoding="utf-8") as file:
                text = file.read().replace("\\", "")
            self.assertIn(f'TH GENRE{command.upper()} "1"', text)
            told = subprocess.run([GENRE, *command.split("-")[1:], "--help"],
                                  capture_output=True, text=True, check=True).stdout
            for flag in re.findall(r"^  (?:-\w,)?(--[a-z-]+)", told, re.M):
                self.assertIn(flag, text, page)

    def test_completions_of_bash(self):
        self.dpkg("--install", self.packages["genre"])
        completions = self.installed("usr/share/bash-completion/completions/genre")

        def completed(*words):
            script = (f'source "{completions}"; COMP_WORDS=({" ".join(words)}); '
                      f"COMP_CWORD={len(words) - 1}; "
                      '_genre; printf "%s\\n" "${COMPREPLY[@]}"')
            path = os.path.dirname(GENRE) + ":" + os.environ["PATH"]
            return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                                  env={**os.environ, "PATH": path}).stdout.split()

        self.assertEqual(completed("genre", "pre"), ["predict"])
        self.assertEqual(completed("genre", "serve", "--max-b"), ["--max-body"])
        self.assertEqual(completed("genre", "worker", "--ack"), ["--ack-wait"])
        self.assertEqual(completed("genre", "model", "pu"), ["pull"])
        self.assertEqual(completed("genre", "model", "pull", "--fr"), ["--from"])
        self.assertIn("--version", completed("genre", "--"))
        self.assertEqual(completed("genre", "predict", "son"), [])  # files, then

    def test_services_run_what_is_installed(self):
        self.dpkg("--install", self.packages["genre"])
        for unit in ["genre.service", "genre-worker.service"]:
            with open(self.installed(f"usr/lib/systemd/system/{unit}"), encoding="utf-8") as file:
                text = file.read()
            for path in re.findall(r"^ExecStart=(\S+)|^EnvironmentFile=-(\S+)", text, re.M):
                self.assertTrue(os.path.exists(self.installed("".join(path)[1:])), path)
        with open(self.installed("etc/genre/genre.conf"), encoding="utf-8") as file:
            variables = re.findall(r"^#((?:GENRE|NATS)_\w+)=", file.read(), re.M)
        told = "".join(subprocess.run([GENRE, command, "--help"], capture_output=True, text=True,
                                      check=True).stdout for command in ("serve", "worker"))
        self.assertTrue(variables)
        for variable in variables:
            self.assertIn(f"(Env:{variable})", told)


if __name__ == "__main__":
    unittest.main()
