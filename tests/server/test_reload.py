"""Another model in the place of the one that is served."""
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
import unittest

from audio_files import GENRE, is_sanitized, wav
from harness import Client, Server
from model_files import flip, without_checksum
from temporary_files import TemporaryFiles

RELOAD_FAILED = "model reload failed, keeping the current model: "

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
PATIENCE = 60  # s; only how long a broken server may hang a test
ADMIN = "Authorization: Bearer root"


class Reload(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.model = os.path.join(self.folder, "model.onnx")
        self.install("default")
        self.server = Server("--model", self.model,
                             "--admin-token-file", self.file("admins", "root\n"))
        self.addCleanup(self.server.log.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.signal)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)

    def install(self, name):
        temporary = self.model + ".new"
        shutil.copy(os.path.join(MODELS, name + ".onnx"), temporary)
        os.replace(temporary, self.model)

    def served(self):
        return self.client.ask("POST", "/v1/predict", wav()).json()["model"]

    def reload(self):
        return self.client.ask("POST", "/v1/model/reload", b"", None, ADMIN)

    def test_over_http(self):
        self.assertEqual(self.served(), "texture-student")
        self.install("seed")
        self.assertEqual(self.served(), "texture-student")
        response = self.reload()
        self.assertEqual((response.status, response.json()), (200, {"model": "gtzan26-seed"}))
        self.assertEqual(self.served(), "gtzan26-seed")
        self.assertEqual(self.client.ask("GET", "/v1/model").json()["name"], "gtzan26-seed")
        metrics = self.client.ask("GET", "/metrics").body.decode()
        self.assertIn('genre_model_info{feature_set="gtzan26",model="model",name="gtzan26-seed"} 1', metrics)
        self.assertNotIn("texture-student", metrics)

    def test_by_signal(self):
        self.install("seed")
        self.server.signal(signal.SIGHUP)
        while self.served() != "gtzan26-seed":
            pass
        self.wait_for_log("reloaded: model gtzan26-seed", 1)

    def test_a_broken_file_leaves_the_old_model(self):
        with open(self.model, "rb") as file:
            cut = file.read()[:5000]
        for content, why in ((b"no model", "not an ONNX file"), (cut, ""), (None, "cannot be read")):
            if content is None:
                os.remove(self.model)
            else:
                self.file("model.onnx", content)
            response = self.reload()
            self.assertEqual(response.status, 422)
            self.assertEqual(response.json()["code"], "bad_model")
            self.assertIn(why, response.json()["detail"])
            self.assertEqual(self.served(), "texture-student")
        self.wait_for_log(RELOAD_FAILED, 3)

    def read(self, name):
        with open(os.path.join(MODELS, name + ".onnx"), "rb") as file:
            return file.read()

    def test_a_damaged_file_is_refused(self):
        onnx = self.read("seed")
        weights, end = len(onnx) * 4, len(onnx) * 8 - 1
        for bit in (weights, weights + 3, end, end - 8 * 20, end - 8 * 40):
            self.file("model.onnx", flip(onnx, bit))
            response = self.reload()
            self.assertEqual((response.status, response.json()["code"]), (422, "bad_model"))
            self.assertIn("damaged", response.json()["detail"])
        self.assertEqual(self.served(), "texture-student")
        result = subprocess.run([GENRE, "predict", "--model", self.model,
                                 self.file("song.wav", wav())], capture_output=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"damaged", result.stderr)

    def test_a_file_without_a_checksum_is_served_and_logged(self):
        missing = "model gtzan26-seed has no checksum"
        self.file("model.onnx", without_checksum(self.read("seed")))
        self.assertEqual(self.reload().status, 200)
        self.assertEqual(self.served(), "gtzan26-seed")
        self.assertIn(missing, self.server.errors())
        self.install("default")
        self.assertEqual(self.reload().status, 200)
        self.assertEqual(self.server.errors().count("no checksum"), 1)

    def install_with_a_name_that_is_not_utf8(self):
        with open(os.path.join(MODELS, "seed.onnx"), "rb") as file:
            model = file.read()
        self.assertEqual(model.count(b"gtzan26-seed"), 1)  # the same length, so the file stays valid
        self.file("model.onnx", without_checksum(model).replace(
            b"gtzan26-seed", b"gtzan26-\xff\xfe\xfd\xfc"))

    def test_a_name_that_is_not_utf8_is_refused(self):
        self.install_with_a_name_that_is_not_utf8()
        response = self.reload()
        self.assertEqual(response.status, 422)
        self.assertEqual(response.json()["code"], "bad_model")
        self.assertIn("not valid UTF-8", response.json()["detail"])
        self.server.signal(signal.SIGHUP)
        while self.server.errors().count(RELOAD_FAILED) < 2:
            self.assertIsNone(self.server.process.poll())
        self.assertEqual(self.served(), "texture-student")

    def test_a_name_that_is_not_utf8_is_refused_on_the_command_line(self):
        self.install_with_a_name_that_is_not_utf8()
        result = subprocess.run([GENRE, "predict", "--model", self.model,
                                 self.file("song.wav", wav())], capture_output=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"not valid UTF-8", result.stderr)

    def large_model(self, size):
        """A file of so many bytes, none of which is on the disk."""
        with open(self.model + ".new", "wb") as file:
            file.truncate(size)
        os.replace(self.model + ".new", self.model)

    def wait_for_log(self, words, n):
        end = time.monotonic() + PATIENCE
        while self.server.errors().count(words) < n:
            self.assertLess(time.monotonic(), end, self.server.errors())
            time.sleep(0.02)

    def test_a_file_over_the_limit_is_not_read(self):
        self.large_model(2 << 30)
        response = self.reload()
        self.assertEqual((response.status, response.json()["code"]), (422, "bad_model"))
        self.assertIn("it has 2147483648 bytes; the maximum for a model file is 1073741824",
                      response.json()["detail"])
        self.server.signal(signal.SIGHUP)
        self.wait_for_log(RELOAD_FAILED, 2)
        self.assertEqual(self.served(), "texture-student")

    @unittest.skipIf(is_sanitized(), "a sanitizer needs terabytes of address space")
    def test_a_file_that_does_not_fit_into_memory_leaves_the_old_model(self):
        self.large_model(1 << 30)
        with open(f"/proc/{self.server.process.pid}/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        limit = used + (512 << 20)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_AS, (limit, limit))
        response = self.reload()
        self.assertEqual((response.status, response.json()["code"]), (503, "out_of_memory"))
        self.server.signal(signal.SIGHUP)
        self.wait_for_log(RELOAD_FAILED, 2)
        self.assertEqual(self.server.errors().count("memory"), 2)
        self.assertEqual(self.served(), "texture-student")
        self.install("seed")
        self.assertEqual(self.reload().status, 200)
        self.assertEqual(self.served(), "gtzan26-seed")

    def test_no_request_fails_meanwhile(self):
        song, statuses, done = wav(), set(), threading.Event()

        def ask():
            client = Client(self.server.address)
            while not done.is_set():
                statuses.add(client.ask("POST", "/v1/predict", song).status)
            client.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for name in ("seed", "default") * 5:
            self.install(name)
            self.assertEqual(self.reload().status, 200)
        done.set()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {200})


if __name__ == "__main__":
    unittest.main()
