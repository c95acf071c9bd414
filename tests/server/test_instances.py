"""KServe's v1 protocol over the wire."""
import base64
import json
import unittest

from audio_files import sine, wav
from harness import ServerTest

PREDICT = "/v1/models/default:predict"


def b64(song):
    return {"b64": base64.b64encode(song).decode()}


class InstancesTest(ServerTest):
    def predict(self, *instances, target=PREDICT):
        return self.ask("POST", target, json.dumps({"instances": instances}).encode(),
                        "application/json")

    def assert_error(self, response, status, code):
        error = self.assert_json(response, status)
        self.assertEqual(list(error), ["error", "code"])
        self.assertEqual(error["code"], code)
        return error["error"]


class Instances(InstancesTest):
    def test_audio_has_the_response_of_v1_predict(self):
        songs = (self.song, wav(sine(hz=1000, seconds=7)))
        response = self.assert_json(self.predict(*map(b64, songs)))
        self.assertEqual(response["predictions"],
                         [self.ask("POST", "/v1/predict?segments=false", song).json()
                          for song in songs])

    def test_status(self):
        self.assertEqual(self.assert_json(self.ask("GET", "/v1/models/default")),
                         {"name": "default", "ready": True})

    def test_errors(self):
        for body in (b"{", b"[]", b"{}", b'{"instances": {}}', b'{"instances": []}',
                     json.dumps({"instances": [1] * 1025}).encode()):
            self.assert_error(self.ask("POST", PREDICT, body), 400, "malformed_inference_request")
        for instance in ({}, {"b64": 1}, {"b64": "?"}, "text", 1, None, [1.0] * 26):
            self.assertIn("instances[1]", self.assert_error(
                self.predict(b64(self.song), instance), 400, "malformed_inference_request"))
        self.assertIn("instances[0]: ", self.assert_error(
            self.predict(b64(b"Just text, and no song.\n")), 415, "not_audio"))
        self.assert_error(self.ask("GET", PREDICT), 405, "method_not_allowed")
        self.assert_error(self.predict(1, target="/v1/models/x:predict"), 404, "not_found")


class FeaturesAlone(InstancesTest):
    """A model that takes feature vectors."""
    arguments = ("--model", "default=seed")

    def test_features_have_it_too(self):
        expected = self.ask("POST", "/v1/predict?features=true", self.song).json()
        features = list(expected["segments"][0]["features"].values())
        of_audio, of_features = self.assert_json(
            self.predict(b64(self.song), features))["predictions"]
        self.assertEqual(of_features["genres"], of_audio["genres"])
        self.assertEqual(set(of_audio) - set(of_features), {"duration", "sample_rate"})

    def test_errors(self):
        for features in ([], [1.0], ["a"] * 26, [3e38] * 26):
            self.assertIn("instances[1]", self.assert_error(
                self.predict(b64(self.song), features), 400, "malformed_inference_request"))


if __name__ == "__main__":
    unittest.main()
