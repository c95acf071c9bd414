"""Who may ask, and how often."""
import base64
import json
import os
import signal
import tempfile
import time
import unittest

from audio_files import wav
from harness import PATIENCE, Client, Server, ServerTest, multipart
from temporary_files import TemporaryFiles
from test_lifecycle import refused_start


class WithTokens(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        files = {"clients": "# apps\nalice\nbob\n", "admins": "root\n"}
        for name, text in files.items():
            with open(os.path.join(cls.folder.name, name), "w", encoding="utf-8") as file:
                file.write(text)
        cls.arguments = ("--token-file", os.path.join(cls.folder.name, "clients"),
                         "--admin-token-file", os.path.join(cls.folder.name, "admins"))
        super().setUpClass()

    def test_clients(self):
        for token, status in (("alice", 200), ("bob", 200), ("eve", 401), ("root", 401)):
            response = self.ask("POST", "/predict", self.song, None, f"Authorization: Bearer {token}")
            self.assertEqual(response.status, status, token)
        refused = self.ask("POST", "/predict", self.song)
        self.assert_problem(refused, 401, "unauthorized")
        self.assertEqual(refused.headers["www-authenticate"], "Bearer")
        for path in ("/v1/model", "/metrics"):
            self.assertEqual(self.ask("GET", path).status, 401)

    def test_nobody_is_refused_after_sending_it_all(self):
        client = self.client()
        client.send("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        self.assertEqual(client.receive().status, 401)

    def test_health_is_open(self):
        self.assert_healthy()
        self.assertEqual(self.ask("GET", "/readyz").status, 200)

    def test_the_page_is_open(self):
        self.assertEqual(self.ask("GET", "/").status, 200)

    def test_administrators(self):
        for token, status in (("root", 200), ("alice", 401)):
            response = self.ask("POST", "/v1/model/reload", b"", None,
                                f"Authorization: Bearer {token}")
            self.assertEqual(response.status, status, response.body)


class WithoutTokens(ServerTest):
    def test_no_administration(self):
        self.assert_problem(self.ask("POST", "/v1/model/reload", b"", None,
                                     "Authorization: Bearer root"), 403, "forbidden")

    def test_no_cross_origin(self):
        response = self.ask("GET", "/healthz", None, None, "Origin: https://a.example")
        self.assertNotIn("access-control-allow-origin", response.headers)
        preflight = self.ask("OPTIONS", "/predict", None, None, "Origin: https://a.example",
                             "Access-Control-Request-Method: POST")
        self.assertEqual(preflight.status, 204)
        self.assertNotIn("access-control-allow-origin", preflight.headers)
        self.assertNotIn("access-control-allow-methods", preflight.headers)


class TokenFiles(TemporaryFiles):
    def test_mistakes(self):
        self.assertIn("/nonexistent", refused_start("--token-file", "/nonexistent"))
        empty = self.file("empty", "# none yet\n")
        self.assertIn("no token", refused_start("--admin-token-file", empty))


class CrossOrigin(ServerTest):
    arguments = ("--cors-origin", "https://a.example", "--cors-origin", "https://b.example")

    def test_a_page_that_may(self):
        for origin in ("https://a.example", "https://b.example"):
            preflight = self.ask("OPTIONS", "/v1/predict", None, None, f"Origin: {origin}",
                                 "Access-Control-Request-Method: POST")
            self.assertEqual(preflight.status, 204)
            self.assertEqual(preflight.headers["access-control-allow-origin"], origin)
            self.assertIn("POST", preflight.headers["access-control-allow-methods"])
            self.assertIn("Content-Type", preflight.headers["access-control-allow-headers"])
            for body, status in ((self.song, 200), (b"no song", 415)):
                response = self.ask("POST", "/v1/predict", body, None, f"Origin: {origin}")
                self.assertEqual(response.status, status)
                self.assertEqual(response.headers["access-control-allow-origin"], origin)
                self.assertEqual(response.headers["vary"], "Origin")

    def test_a_page_that_may_not(self):
        response = self.ask("GET", "/healthz", None, None, "Origin: https://c.example")
        self.assertNotIn("access-control-allow-origin", response.headers)
        self.assertEqual(response.headers["vary"], "Origin")


class Rate(ServerTest):
    arguments = ("--rate-limit", "0.001", "--rate-burst", "3")

    def test_an_address_has_so_many(self):
        client = self.client()
        for _ in range(3):
            self.assertEqual(client.ask("POST", "/predict", self.song).status, 200)
        refused = client.ask("POST", "/predict", self.song)
        self.assert_problem(refused, 429, "rate_limited")
        self.assertGreater(int(refused.headers["retry-after"]), 900)
        self.assert_healthy()  # which costs nothing
        self.assertEqual(self.ask("GET", "/v1/model").status, 200)
        self.assertEqual(self.ask("POST", "/v2/repository/index", b"").status, 200)


def form(song, n):
    return multipart(*[("name=file", song)] * n)


def inference(song, n):
    data = [base64.b64encode(song).decode()] * n
    return json.dumps({"inputs": [{"name": "audio", "datatype": "BYTES", "shape": [n],
                                   "data": data}]}).encode(), "application/json"


class RateOfPredictions(unittest.TestCase):
    """Each file of a form and each element of a tensor is a prediction."""
    RATE = 0.01  # predictions/s: none comes back while a test runs

    def setUp(self):
        self.song = wav()
        self.server = Server("--rate-limit", str(self.RATE), "--rate-burst", "5")
        self.addCleanup(self.server.log.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.signal)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)

    def status(self, target, body, content_type):
        return self.client.ask("POST", target, body, content_type).status

    def assert_wait(self, n_missing, target, body, content_type):
        response = self.client.ask("POST", target, body, content_type)
        self.assertEqual((response.status, response.json()["code"]), (429, "rate_limited"))
        wait = int(response.headers["retry-after"])
        self.assertLessEqual(wait, n_missing / self.RATE)
        self.assertGreater(wait, (n_missing - 1) / self.RATE)

    def test_files_of_a_form(self):
        self.assertEqual(self.status("/v1/predict", *form(self.song, 3)), 200)
        self.assert_wait(1, "/v1/predict", *form(self.song, 3))
        self.assertEqual(self.status("/v1/predict", *form(self.song, 2)), 200)  # nothing was lost
        self.assert_wait(1, "/v1/predict", *form(self.song, 1))

    def test_elements_of_a_tensor(self):
        infer = "/v2/models/genre/infer"
        self.assertEqual(self.status(infer, *inference(self.song, 4)), 200)
        self.assert_wait(2, infer, *inference(self.song, 3))
        self.assertEqual(self.status("/predict", self.song, "audio/wav"), 200)
        self.assert_wait(1, "/predict", self.song, "audio/wav")

    def test_only_the_file_that_is_used(self):
        for _ in range(5):
            self.assertEqual(self.status("/predict", *form(self.song, 4)), 200)
        self.assert_wait(1, "/predict", *form(self.song, 1))

    # It could never be admitted if it had to fit. But the rate is kept.
    def test_more_than_a_burst_needs_a_full_bucket(self):
        self.assertEqual(self.status("/v1/predict", *form(self.song, 8)), 200)
        self.assert_wait(4, "/v1/predict", *form(self.song, 1))  # 3 owed, and 1

    def test_more_than_a_burst_waits_for_a_full_bucket(self):
        self.assertEqual(self.status("/v1/predict", *form(self.song, 1)), 200)
        self.assert_wait(1, "/v1/predict", *form(self.song, 8))


class TokensAtHangup(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.clients, self.admins = self.file("clients", "old\n"), self.file("admins", "root\n")
        self.server = Server("--token-file", self.clients, "--admin-token-file", self.admins)
        self.addCleanup(self.server.log.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.signal)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)

    def status(self, token, method="GET", target="/v1/model"):
        body = b"" if method == "POST" else None
        return self.client.ask(method, target, body, None, "Authorization: Bearer " + token).status

    def hang_up(self, logged):
        """Returns once the log has this many of the lines at the end of a reload."""
        self.server.signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while self.server.errors().count("reloaded: model") < logged and time.monotonic() < end:
            time.sleep(0.01)

    def test_tokens_are_read_again(self):
        self.assertEqual((self.status("old"), self.status("new")), (200, 401))
        self.file("clients", "new\n")
        self.file("admins", "boss\n")
        self.hang_up(1)
        self.assertEqual((self.status("old"), self.status("new")), (401, 200))
        self.assertEqual(self.status("boss", "POST", "/v1/model/reload"), 200)
        self.assertEqual(self.status("root", "POST", "/v1/model/reload"), 401)

    def test_a_broken_file_changes_nothing(self):
        self.file("clients", "new\n")
        self.file("admins", "# none\n")
        self.hang_up(1)
        self.assertEqual((self.status("old"), self.status("new")), (200, 401))
        self.assertIn("token reload failed, keeping the current tokens: " + self.admins,
                      self.server.errors())
        self.file("admins", "root\n")
        self.hang_up(2)
        self.assertEqual((self.status("old"), self.status("new")), (401, 200))


if __name__ == "__main__":
    unittest.main()
