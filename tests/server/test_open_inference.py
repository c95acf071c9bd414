"""The Open Inference Protocol over the wire, as its clients speak it."""
import base64
import json
import struct
import unittest

from audio_files import sine, wav
from harness import ServerTest

MODEL = "/v2/models/genre"
INFER = MODEL + "/infer"


def audio_request(*songs, **more):
    data = [base64.b64encode(song).decode() for song in songs]
    return more | {"inputs": [{"name": "audio", "datatype": "BYTES", "shape": [len(songs)],
                               "data": data}]}


def binary(request, data):
    """Body and header field of the request with this data behind it."""
    tensor = request["inputs"][0]
    del tensor["data"]
    tensor["parameters"] = {"binary_data_size": len(data)}
    head = json.dumps(request).encode()
    return head + data, f"Inference-Header-Content-Length: {len(head)}"


class InferenceTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = wav(sine(hz=1000, seconds=7))

    def infer(self, request):
        return self.ask("POST", INFER, json.dumps(request).encode(), "application/json")

    def outputs(self, response):
        return {output["name"]: output for output in self.assert_json(response)["outputs"]}

    def assert_error(self, response, status, code):
        error = self.assert_json(response, status)
        self.assertEqual(list(error), ["error", "code"])
        self.assertEqual(error["code"], code)
        return error["error"]


class OpenInference(InferenceTest):
    def test_metadata(self):
        self.assertEqual(self.assert_json(self.ask("GET", "/v2"))["extensions"],
                         ["binary_tensor_data", "classification", "model_configuration",
                          "model_repository", "statistics"])
        model = self.assert_json(self.ask("GET", MODEL))
        self.assertEqual(model["name"], "genre")
        self.assertEqual([(t["name"], t["datatype"], t["shape"])
                          for t in model["inputs"] + model["outputs"]],
                         [("audio", "BYTES", [-1]), ("certainties", "FP32", [-1, 10]),
                          ("genre", "BYTES", [-1]), ("confident", "BOOL", [-1]),
                          ("none_of_these", "FP32", [-1])])
        self.assertEqual(self.assert_json(self.ask("GET", f"{MODEL}/versions/1")), model)

    def test_the_metadata_tells_the_labels(self):
        labels = self.ask("GET", "/v1/model").json()["labels"]
        outputs = {output["name"]: output for output in self.ask("GET", MODEL).json()["outputs"]}
        self.assertEqual(outputs["certainties"]["parameters"], {"labels": labels})
        config = self.assert_json(self.ask("GET", f"{MODEL}/config"))
        self.assertEqual(json.loads(config["parameters"]["labels"]["string_value"]), labels)
        self.assertEqual([(tensor["name"], tensor["data_type"], tensor["dims"])
                          for tensor in config["input"] + config["output"]],
                         [("audio", "TYPE_STRING", [-1]), ("certainties", "TYPE_FP32", [-1, 10]),
                          ("genre", "TYPE_STRING", [-1]), ("confident", "TYPE_BOOL", [-1]),
                          ("none_of_these", "TYPE_FP32", [-1])])

    def test_classes_are_the_certainties_with_their_labels(self):
        certainties = self.outputs(self.infer(audio_request(self.song)))["certainties"]["data"]
        labels = self.ask("GET", "/v1/model").json()["labels"]
        ranked = sorted(enumerate(certainties), key=lambda pair: -pair[1])
        expected = [f"{value:.6f}:{i}:{labels[i]}" for i, value in ranked]
        for count, shown in ((3, 3), (10, 10), (1000, 10)):
            output = [{"name": "certainties", "parameters": {"classification": count}}]
            classes = self.outputs(self.infer(audio_request(self.song, outputs=output)))
            self.assertEqual(classes["certainties"],
                             {"name": "certainties", "datatype": "BYTES", "shape": [1, shown],
                              "data": expected[:shown]})
        for name, count in (("certainties", 0), ("certainties", "3"), ("genre", 3)):
            output = [{"name": name, "parameters": {"classification": count}}]
            self.assertIn("classification must be an integer", self.assert_error(
                self.infer(audio_request(self.song, outputs=output)), 400,
                "malformed_inference_request"))

    def test_elements_may_be_a_column(self):
        request = audio_request(self.song, self.other)
        expected = self.outputs(self.infer(request))
        tensor = request["inputs"][0]
        tensor["shape"] = [2, 1]
        self.assertEqual(self.outputs(self.infer(request)), expected)
        tensor["data"] = [[song] for song in tensor["data"]]
        self.assertEqual(self.outputs(self.infer(request)), expected)
        tensor["shape"] = [1, 2]
        self.assertIn("[N] or [N, 1]", self.assert_error(self.infer(request), 400,
                                                         "malformed_inference_request"))

    def test_statistics_count_elements(self):
        def statistics():
            response = self.assert_json(self.ask("GET", f"{MODEL}/stats"))
            self.assertEqual(len(response["model_stats"]), 1)
            return response["model_stats"][0]

        before = statistics()
        self.infer(audio_request(self.song, self.other))
        self.infer(audio_request(self.song, b"no song"))
        after = statistics()
        parts = {name: after["inference_stats"][name]["count"] - part["count"]
                 for name, part in before["inference_stats"].items()}
        self.assertEqual(parts, {"success": 1, "fail": 1, "queue": 2, "compute_input": 2,
                                 "compute_infer": 2, "compute_output": 2})
        self.assertEqual(after["inference_count"] - before["inference_count"], 3)
        for part in after["inference_stats"].values():
            self.assertGreater(part["ns"], 0)
        self.assertGreater(after["last_inference"], 1.7e12)  # ms since 1970

    def test_health(self):
        self.assertEqual(self.assert_json(self.ask("GET", "/v2/health/live")), {"live": True})
        self.assertEqual(self.assert_json(self.ask("GET", "/v2/health/ready")), {"ready": True})
        for path in (MODEL, f"{MODEL}/versions/1"):
            self.assertEqual(self.assert_json(self.ask("GET", f"{path}/ready")),
                             {"name": "genre", "ready": True})

    def test_audio_has_the_answer_of_v1(self):
        songs = (self.song, self.other)
        answer = self.assert_json(self.infer(audio_request(*songs, id="one")))
        self.assertEqual(answer["id"], "one")
        certainties, genre, confident, none = (output["data"] for output in answer["outputs"])
        labels = self.ask("GET", "/v1/model").json()["labels"]
        for i, song in enumerate(songs):
            expected = self.ask("POST", "/v1/predict", song).json()
            self.assertEqual(genre[i], expected["genre"])
            self.assertEqual(confident[i], expected["confident"])
            self.assertAlmostEqual(none[i], expected["none_of_these"], delta=0.00006)
            of_song = dict(zip(labels, certainties[10 * i:]))
            for entry in expected["genres"]:
                self.assertAlmostEqual(of_song[entry["genre"]], entry["certainty"], delta=0.00006)

    def test_binary_in_and_out(self):
        request = audio_request(self.song, self.other)
        expected = self.outputs(self.infer(request))
        request["outputs"] = [{"name": "certainties"}, {"name": "genre"}]
        request["parameters"] = {"binary_data_output": True}
        data = b"".join(struct.pack("<I", len(song)) + song for song in (self.song, self.other))
        body, field = binary(request, data)
        response = self.ask("POST", INFER, body, "application/octet-stream", field)
        self.assertEqual(response.status, 200, response.body)
        self.assertEqual(response.headers["content-type"], "application/octet-stream")
        head = int(response.headers["inference-header-content-length"])
        sizes = [output["parameters"]["binary_data_size"]
                 for output in json.loads(response.body[:head])["outputs"]]
        certainties = struct.unpack("<20f", response.body[head:head + sizes[0]])
        self.assertEqual(sizes[0], 80)
        for value, other in zip(certainties, expected["certainties"]["data"]):
            self.assertAlmostEqual(value, other, delta=1e-7)
        self.assertEqual(response.body[head + 80:],
                         b"".join(struct.pack("<I", len(genre)) + genre.encode()
                                  for genre in expected["genre"]["data"]))

    def test_every_error_has_the_form_of_the_protocol(self):
        self.assert_error(self.ask("POST", INFER, b"{", "application/json"), 400,
                          "malformed_inference_request")
        text = b"Just text, and no song.\n" * 100
        self.assertIn("audio[1]: ", self.assert_error(
            self.infer(audio_request(self.song, text)), 415, "not_audio"))
        self.assert_error(self.ask("GET", "/v2/models/other"), 404, "not_found")
        self.assert_error(self.ask("GET", "/v2/models/genre/versions/2"), 404, "not_found")
        self.assert_error(self.ask("GET", INFER), 405, "method_not_allowed")
        self.assert_error(self.ask("POST", INFER, b"{}", None,
                                   "Inference-Header-Content-Length: 3"), 400,
                          "malformed_inference_request")

    def test_errors_of_the_head_have_it_too(self):
        self.assert_error(self.ask("GET", "/v2/nothing", None, None, "X: " + 20000 * "x"), 431,
                          "headers_too_large")
        self.assert_error(self.ask("POST", INFER, None, None, "Transfer-Encoding: gzip"), 501,
                          "unsupported_transfer_encoding")
        self.assert_problem(self.ask("GET", "/v20"), 404, "not_found")


class FeaturesAlone(InferenceTest):
    """A model that takes feature vectors has an input for them."""
    arguments = ("--model", "seed")

    def test_the_features_that_v1_shows_have_the_same_answer(self):
        expected = self.ask("POST", "/v1/predict?features=true", self.song).json()
        features = list(expected["segments"][0]["features"].values())
        request = {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 26],
                               "data": [features]}]}
        outputs = self.outputs(self.infer(request))
        self.assertEqual(outputs["genre"]["data"], [expected["genre"]])
        self.assertAlmostEqual(max(outputs["certainties"]["data"]), expected["certainty"],
                               delta=0.00006)
        body, field = binary(request, struct.pack("<26f", *features))
        self.assertEqual(self.outputs(self.ask("POST", INFER, body, None, field)), outputs)


if __name__ == "__main__":
    unittest.main()
