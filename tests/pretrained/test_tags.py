"""What mn04 hears beside the genre: --tags and ?tags."""
import json
import os
import subprocess
import unittest
import unittest.mock

from audio_files import GENRE, sine, wav
from server.harness import Client, Server
from temporary_files import TemporaryFiles

WEIGHTS = os.path.join(os.environ["GENRE_SHARED_DIR"], "models", "mn04_as_mAP_432.pt")


class Case(TemporaryFiles):
    def setUp(self):
        super().setUp()
        folder = unittest.mock.patch.dict(os.environ, XDG_DATA_HOME=self.folder)
        folder.start()
        self.addCleanup(folder.stop)

    def genre(self, *arguments, song=None):
        return subprocess.run([GENRE, *arguments], input=song, capture_output=True, timeout=240)

    def predict(self, *arguments, song):
        result = self.genre("predict", "--json", *arguments, "-", song=song)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def serve(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        return server

    def client(self, server):
        client = Client(server.address)
        self.addCleanup(client.close)
        return client

    def ask(self, server, target, song):
        return self.client(server).ask("POST", target, song, "audio/wav")

    def model(self, server):
        return self.client(server).ask("GET", "/v1/model").json()


class WithoutNetwork(Case):
    def test_the_error_has_the_command_that_brings_one(self):
        result = self.genre("predict", "--tags", "3", "-", song=wav())
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"genre model pull mn04 brings it", result.stderr)
        result = self.genre("serve", "--port", "0", "--tags-model", "mn04")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(b"genre model pull mn04 brings it", result.stderr)

    def test_the_server_says_which_models_hear_tags(self):
        server = self.serve()
        response = self.ask(server, "/v1/predict?tags=3", wav())
        self.assertEqual((response.status, response.json()["code"]), (400, "bad_parameter"))
        self.assertIn("--tags-model mn04", response.json()["detail"])
        self.assertEqual(self.ask(server, "/v1/predict?tags=0", wav()).status, 400)
        self.assertNotIn("tags", self.ask(server, "/v1/predict", wav()).json())
        self.assertIs(self.model(server)["tags"], False)


@unittest.skipUnless(os.path.exists(WEIGHTS), "needs the weights in shared/models")
class Mn04(Case):
    def setUp(self):
        super().setUp()
        result = self.genre("model", "pull", "mn04", "--from", WEIGHTS)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_tags_of_best_cost_nothing_and_are_those_of_any_model(self):
        song = wav(sine(440, 35))
        best = self.predict("--model", "best", "--tags", "4", song=song)
        self.assertEqual(len(best["tags"]), 4)
        probabilities = [tag["probability"] for tag in best["tags"]]
        self.assertEqual(probabilities, sorted(probabilities, reverse=True))
        # A sine tone: AudioSet has a class for it.
        self.assertIn("Sine wave", [tag["tag"] for tag in best["tags"]])
        default = self.predict("--tags", "4", song=song)
        self.assertEqual(default["tags"], best["tags"])
        self.assertNotIn("tags", self.predict("--model", "best", song=song))

    def test_silence_is_heard(self):
        tags = self.predict("--tags", "3", song=wav([0] * 22050 * 12))["tags"]
        self.assertEqual(tags[0]["tag"], "Silence")

    def test_the_table_has_them(self):
        result = self.genre("predict", "--tags", "2", "-", song=wav(sine(440, 12)))
        self.assertRegex(result.stdout.decode(), r"  hears [A-Z][^%]+ [0-9.]+ %, [^%]+ [0-9.]+ %")

    def test_the_server_has_them(self):
        song = wav(sine(440, 12))
        expected = self.predict("--tags", "3", song=song)["tags"]
        server = self.serve("--tags-model", "mn04")
        self.assertIs(self.model(server)["tags"], True)
        self.assertEqual(self.ask(server, "/v1/predict?tags=3", song).json()["tags"], expected)
        self.assertNotIn("tags", self.ask(server, "/v1/predict", song).json())


if __name__ == "__main__":
    unittest.main()
