"""Every command in the documentation works as pasted into a clone."""
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from audio_files import GENRE, is_sanitized, sine, wav

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(ROOT, "tests", "queue"))
from nats import SERVER, Node, Process, free_ports  # noqa: E402

CONSUMER = os.path.join(ROOT, "tests", "install", "consumer")
QUEUE = ("enqueue", "worker", "collect")
TRAINER = os.path.join(os.path.dirname(GENRE), "genre-train")
# Not run here: whoever runs this test, CI, or models/train.sh with its data runs them.
ELSEWHERE = ("./test", "cmake", "./bench/run", "models/train.sh")


def documents():
    yield os.path.join(ROOT, "README.md")
    docs = os.path.join(ROOT, "docs")
    for name in sorted(os.listdir(docs)):
        if name.endswith(".md"):
            yield os.path.join(docs, name)


def pages():
    """Every Markdown file whose links are checked."""
    yield from documents()
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "models/MODEL_CARD.md",
                 "bench/RESULTS.md", "bench/serve/RESULTS.md"):
        yield os.path.join(ROOT, name)


def prose(document):
    """Its text without code blocks."""
    with open(document, encoding="utf-8") as file:
        return re.sub(r"^```.*?^```", "", file.read(), flags=re.S | re.M)


def anchors(document):
    """The anchors that its headings get."""
    return {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)", prose(document), re.M)}


def commands(document):
    """The lines of its ```sh blocks; a backslash at the end continues a line."""
    inside, command = False, ""
    with open(document, encoding="utf-8") as file:
        for line in file:
            if line.startswith("```"):
                inside = line.strip() == "```sh"
            elif inside and line.rstrip().endswith("\\"):
                command += line.rstrip()[:-1]
            elif inside and line.strip():
                yield (command + line).strip()
                command = ""


def write_table(path):
    """A feature table of two genres that anyone could tell apart."""
    random.seed(1)
    names = ["chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "spectral_rolloff",
             "zero_crossing_rate"] + [f"mfcc{i}" for i in range(1, 21)]
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(["track", "genre"] + names) + "\n")
        for row in range(200):
            genre = ("blues", "metal")[row % 2]
            features = [f"{random.gauss(row % 2, 0.2):.4f}" for _ in names]
            file.write(",".join([f"{genre}.{row // 4}", genre] + features) + "\n")


def write_music(folder, lower=200, higher=3000):
    """Three songs of each of two of the built-in model's genres."""
    for genre, hz in (("blues", lower), ("metal", higher)):
        os.makedirs(os.path.join(folder, genre))
        for song in range(3):
            with open(os.path.join(folder, genre, f"{song}.wav"), "wb") as file:
                file.write(wav(sine(hz + 10 * song)))


def write_split_lists(folder):
    tracks = [f"{genre}.{i}" for i in range(50) for genre in ("blues", "metal")]
    for k, name in enumerate(("train.txt", "valid.txt", "test.txt")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.writelines(track + ".wav\n" for track in tracks[k::3])


class Server:
    """The real server on a free port."""

    def __init__(self, *arguments, cwd=None):
        self.process = subprocess.Popen([GENRE, "serve", "--port", "0", *arguments], cwd=cwd,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = self.process.stdout.readline().decode().removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.symlink(os.path.join(ROOT, "examples"), os.path.join(self.folder, "examples"))
        with open(os.path.join(self.folder, "song.wav"), "wb") as file:
            file.write(wav())
        write_music(os.path.join(self.folder, "music"))
        write_music(os.path.join(self.folder, "more"), 300, 4000)
        write_table(os.path.join(self.folder, "table.csv"))
        write_split_lists(self.folder)
        shutil.copy(os.path.join(ROOT, "models", "default.onnx"),
                    os.path.join(self.folder, "model.onnx"))
        # In place of the real ./run, which would install packages and build.
        with open(os.path.join(self.folder, "run"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {shlex.quote(GENRE)} \"$@\"\n")
        os.chmod(os.path.join(self.folder, "run"), 0o755)
        server = Server(cwd=self.folder)
        self.addCleanup(server.__exit__)
        self.address = server.address
        self.env = dict(os.environ)
        if SERVER:
            node = Node(self.folder, "queue", free_ports(1)[0])
            self.addCleanup(node.stop)
            self.env["NATS_URL"] = node.url
        self.not_made = set()  # models that this build cannot make

    def run_command(self, command):
        """Runs one documented line. None if it needs something that this build lacks."""
        command = command.replace("http://127.0.0.1:8080", self.address)
        words = shlex.split(command)
        self.assertNotEqual(words[0], "genre", "not in the PATH after a clone: write ./run")
        if words[0] in ELSEWHERE:
            return None
        subcommand = None
        if words[0] == "./run":
            subcommand = words[1] if words[1:] and not words[1].startswith("-") else "serve"
        if subcommand == "serve":
            flags = [word for word in words[1:] if word != "serve"]
            with Server(*flags, cwd=self.folder) as server:
                self.assertTrue(server.address.startswith("http://"), command)
            return None
        if subcommand == "train" and "k-fold" in words and is_sanitized():  # it takes minutes then
            return None
        if subcommand == "train" and "dense" in words and not os.path.exists(TRAINER):
            self.not_made.add(words[words.index("--output") + 1])
            return None
        if words[1:3] == ["model", "pull"]:  # tests/pretrained runs it, without the network
            return None
        if words[1:3] == ["model", "adopt"]:  # tests/cli runs it, with a network that it makes
            self.not_made.add(words[4])
            return None
        if "mn04" in words:  # it is not there without a network
            return None
        if self.not_made.intersection(words):
            return None
        if words[0] == "nats-server" or (subcommand in QUEUE and not SERVER):
            return None
        if subcommand == "worker":  # for the commands after it
            worker = Process([GENRE, *words[1:]], os.path.join(self.folder, "worker.log"), self.env)
            self.addCleanup(worker.stop)
            return None
        if words[0] == "curl":
            words += ["--silent", "--show-error", "--fail-with-body"]
        if {"|", "<"}.intersection(words):
            words = ["bash", "-c", command]
        return subprocess.run(words, cwd=self.folder, capture_output=True, timeout=900, env=self.env)

    def written(self, command):
        """What a command has put where its --output says."""
        words = shlex.split(command)
        path = words[words.index("--output") + 1]
        with open(os.path.join(self.folder, path), "rb") as file:
            return file.read()

    def test_every_command(self):
        count = 0
        for document in documents():
            for command in commands(document):
                with self.subTest(document=os.path.basename(document), command=command):
                    result = self.run_command(command)
                    if result is not None:
                        self.assertEqual(result.returncode, 0, result.stderr.decode())
                        self.assertTrue(result.stdout or self.written(command), command)
                        count += 1
        self.assertGreater(count, 5)

    def test_the_library_example_is_the_one_that_is_tested(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        for name, language in [("main.cpp", "cpp"), ("CMakeLists.txt", "cmake"), ("Makefile", "make")]:
            with open(os.path.join(CONSUMER, name), encoding="utf-8") as file:
                self.assertIn(f"```{language}\n{file.read()}```", readme, name)

    def test_links_lead_somewhere(self):
        for document in pages():
            for part in prose(document).split("](")[1:]:
                link = part.split(")")[0]
                target, _, anchor = link.partition("#")
                if "://" in target:
                    continue
                path = os.path.join(os.path.dirname(document), target) if target else document
                self.assertTrue(os.path.exists(path), f"{document}: {link}")
                if anchor:
                    self.assertIn(anchor, anchors(path), f"{document}: {link}")


if __name__ == "__main__":
    unittest.main()
