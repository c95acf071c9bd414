"""Who may ask, and how often."""
import os
import tempfile
import unittest

from audio_files import wav
from harness import ServerTest
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


if __name__ == "__main__":
    unittest.main()
