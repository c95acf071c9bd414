"""Requests made up from openapi.json, right ones and wrong ones: no response may differ from it."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from audio_files import wav
from harness import Client, Server

HOOKS = '''
import os
import schemathesis
from hypothesis import strategies

# Bytes of a song now and then: made up at random, none would ever be one.
with open(os.environ["SONG"], "rb") as file:
    SONG = file.read()
for kind in ("audio/*", "application/octet-stream"):
    schemathesis.openapi.media_type(kind, strategies.one_of(
        strategies.just(SONG), strategies.binary(), strategies.just(SONG[:1000])))
'''

# Which bytes are audio, the document cannot say: a right request may be a 415.
UNDECIDABLE = "positive_data_acceptance"


class Schemathesis(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def test_no_response_differs_from_the_document(self):
        tokens = self.file("tokens", "alice\n")
        server = Server("--quiet", "--model", "default", "--model", "seed", "--token-file", tokens,
                        "--admin-token-file", tokens, until_ready=True)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        client = Client(server.address)
        self.addCleanup(client.close)
        document = client.ask("GET", "/openapi.json").json()
        # Of all names, those that there are.
        document["components"]["schemas"]["ModelName"] = {"enum": ["default", "seed"]}
        # It expects errors in the response, but a job has them later.
        for path in ("/predict", "/v1/predict"):
            document["paths"][path]["post"]["parameters"].remove(
                {"$ref": "#/components/parameters/Prefer"})

        result = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run",
             self.file("openapi.json", json.dumps(document)),
             "--url", "http://%s:%d" % server.address, "--header", "Authorization: Bearer alice",
             "--phases", "examples,coverage,fuzzing", "--max-examples", "40",
             "--generation-deterministic", "--checks", "all", "--exclude-checks", UNDECIDABLE,
             "--exclude-path", "/v1/live",  # it knows no WebSocket
             "--suppress-health-check", "all", "--no-color"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "song_hooks",
                              "SONG": self.file("song.wav", wav()),
                              "PYTHONPATH": os.path.dirname(self.file("song_hooks.py", HOOKS))})
        self.assertEqual(result.returncode, 0, result.stdout)
        after = Client(server.address)  # the other one was idle for too long
        self.addCleanup(after.close)
        self.assertEqual(after.ask("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
