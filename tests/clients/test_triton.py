"""Triton's own client, which finds out by the protocol alone what the models take and give."""
import asyncio
import base64
import unittest

import numpy
import tritonclient.http
import tritonclient.http.aio
from tritonclient.utils import InferenceServerException

from two_models import TwoModels

Input = tritonclient.http.InferInput
Output = tritonclient.http.InferRequestedOutput


def audio(songs, shape=None, binary=True):
    tensor = Input("audio", shape or [len(songs)], "BYTES")
    data = songs if binary else [base64.b64encode(song) for song in songs]
    tensor.set_data_from_numpy(numpy.array(data, dtype=object).reshape(tensor.shape()),
                               binary_data=binary)
    return tensor


def features(rows):
    tensor = Input("features", rows.shape, "FP32")
    tensor.set_data_from_numpy(rows)
    return tensor


class Triton(TwoModels):
    def setUp(self):
        super().setUp()
        self.triton = tritonclient.http.InferenceServerClient(self.address)
        self.addCleanup(self.triton.close)

    def assert_results(self, result, query=""):
        for song, row, genre in zip(self.songs, result.as_numpy("certainties"),
                                    result.as_numpy("genre")):
            self.assert_certainties(map(float, row), song, query)
            genre = genre if isinstance(genre, str) else genre.decode()
            self.assertEqual(genre, self.expected(song, query)["genre"])

    def test_health_and_metadata(self):
        self.assertTrue(self.triton.is_server_live())
        self.assertTrue(self.triton.is_server_ready())
        self.assertEqual(self.triton.get_server_metadata()["name"], "genre")
        names = [model["name"] for model in self.triton.get_model_repository_index()]
        self.assertEqual(names, ["default", "seed"])
        for name in (*names, "genre"):
            for version in ("", "1"):
                self.assertTrue(self.triton.is_model_ready(name, version))
                metadata = self.triton.get_model_metadata(name, version)
                config = self.triton.get_model_config(name, version)
                self.assertEqual(metadata["name"], name)
                self.assertEqual([tensor["name"] for tensor in config["output"]],
                                 [tensor["name"] for tensor in metadata["outputs"]])
        self.assertFalse(self.triton.is_model_ready("other"))

    def test_the_metadata_tells_what_a_certainty_is_of(self):
        metadata = self.triton.get_model_metadata("seed")
        labels = next(tensor["parameters"]["labels"] for tensor in metadata["outputs"]
                      if tensor["name"] == "certainties")
        self.assertEqual(labels, self.labels())
        result = self.triton.infer("seed", [audio(self.songs)])
        for song, row in zip(self.songs, result.as_numpy("certainties")):
            self.assertEqual(labels[row.argmax()], self.expected(song, "?model=seed")["genre"])

    def test_audio_in_each_form(self):
        for name, query in (("default", ""), ("genre", ""), ("seed", "?model=seed")):
            for shape in ([2], [2, 1]):
                for binary in (True, False):
                    with self.subTest(name=name, shape=shape, binary=binary):
                        self.assert_results(self.triton.infer(
                            name, [audio(self.songs, shape, binary)],
                            outputs=[Output("certainties", binary_data=binary),
                                     Output("genre", binary_data=not binary)]), query)

    def test_classes(self):
        for binary in (True, False):
            output = Output("certainties", binary_data=binary, class_count=3)
            result = self.triton.infer("default", [audio(self.songs)], outputs=[output])
            classes = result.as_numpy("certainties")
            self.assertEqual(classes.shape, (2, 3))
            for song, row in zip(self.songs, classes):
                ranked = [(value.decode() if binary else value).split(":") for value in row]
                self.assertEqual([label for _, _, label in ranked],
                                 [entry["genre"] for entry in self.expected(song)["genres"][:3]])
                self.assertEqual([self.labels()[int(index)] for _, index, _ in ranked],
                                 [label for _, _, label in ranked])

    def test_features(self):
        segment = self.expected(self.songs[0], "?model=seed&features=true")["segments"][0]
        row = numpy.array([list(segment["features"].values())], dtype=numpy.float32)
        result = self.triton.infer("seed", [features(row)], request_id="mine")
        self.assertEqual(result.get_response()["id"], "mine")
        self.assert_certainties(map(float, result.as_numpy("certainties")[0]), self.songs[0],
                                "?model=seed")

    def test_compression(self):
        for algorithm in ("gzip", "deflate"):
            for binary in (True, False):
                self.assert_results(self.triton.infer(
                    "default", [audio(self.songs, binary=binary)],
                    request_compression_algorithm=algorithm,
                    response_compression_algorithm=algorithm))

    def test_several_at_once(self):
        client = tritonclient.http.InferenceServerClient(self.address, concurrency=4)
        self.addCleanup(client.close)
        requests = [client.async_infer("default", [audio(self.songs)]) for _ in range(8)]
        for request in requests:
            self.assert_results(request.get_result())

    def test_asyncio(self):
        async def ask():
            async with tritonclient.http.aio.InferenceServerClient(self.address) as client:
                self.assertTrue(await client.is_model_ready("seed"))
                return await asyncio.gather(*[
                    client.infer("seed", [audio(self.songs)],
                                 request_compression_algorithm=algorithm,
                                 response_compression_algorithm=algorithm)
                    for algorithm in (None, "gzip") * 4])

        for result in asyncio.run(ask()):
            self.assert_results(result, "?model=seed")

    def test_statistics(self):
        def count(name):
            statistics = self.triton.get_inference_statistics(name)["model_stats"]
            return statistics[0]["inference_stats"]["success"]["count"]

        before = count("seed")
        self.triton.infer("seed", [audio(self.songs)])
        self.assertEqual(count("seed") - before, 1)
        self.assertEqual(len(self.triton.get_inference_statistics()["model_stats"]), 2)

    def test_errors_have_the_servers_words(self):
        with self.assertRaises(InferenceServerException) as caught:
            self.triton.infer("other", [audio(self.songs)])
        self.assertIn("The models are: default, seed", str(caught.exception))
        with self.assertRaises(InferenceServerException) as caught:
            self.triton.infer("default", [audio([self.songs[0], b"no song"])])
        self.assertIn("audio[1]", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
