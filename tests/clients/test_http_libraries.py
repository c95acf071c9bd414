"""The HTTP libraries that Python programs use: forms, raw bodies, streams, kept connections."""
import asyncio
import io
import unittest

import httpx
import requests

from two_models import TwoModels


class Requests(TwoModels):
    def setUp(self):
        super().setUp()
        self.session = requests.Session()
        self.addCleanup(self.session.close)

    def predicted(self, query="", **body):
        response = self.session.post(f"{self.url}/v1/predict{query}", timeout=60, **body)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def test_a_form(self):
        song = self.songs[1]
        for file in (song, io.BytesIO(song), ("a song.wav", song),
                     ("s\u00f6ng.wav", song, "audio/wav")):
            self.assertEqual(self.predicted(files={"file": file}), self.expected(song))

    def test_several_files(self):
        results = self.predicted(files=[("file", (f"{i}.wav", song))
                                        for i, song in enumerate(self.songs)])
        self.assertEqual(results, [{"file": f"{i}.wav", **self.expected(song)}
                                   for i, song in enumerate(self.songs)])

    def test_a_raw_body_and_a_stream(self):
        song = self.songs[1]
        expected = self.expected(song, "?model=seed&top=3")
        chunks = (song[i:i + 10000] for i in range(0, len(song), 10000))
        for data in (song, io.BytesIO(song), chunks):
            self.assertEqual(self.predicted("?model=seed&top=3", data=data), expected)

    def test_parameters(self):
        response = self.session.post(f"{self.url}/v1/predict", data=self.songs[0], timeout=60,
                                     params={"model": "seed", "segments": "false", "top": 2})
        self.assertEqual(response.json(),
                         self.expected(self.songs[0], "?model=seed&segments=false&top=2"))

    def test_problems(self):
        response = self.session.post(f"{self.url}/v1/predict?model=other", data=b"x", timeout=60)
        self.assertEqual(response.status_code, 404)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertIn("default, seed", response.json()["detail"])
        # The connection is still good.
        self.assertEqual(self.predicted(data=self.songs[0]), self.expected(self.songs[0]))


class Httpx(TwoModels):
    def test_a_form_a_raw_body_and_a_stream(self):
        song = self.songs[1]
        with httpx.Client(base_url=self.url, timeout=60) as client:
            chunks = (song[i:i + 10000] for i in range(0, len(song), 10000))
            for body in ({"files": {"file": ("a.wav", song, "audio/wav")}}, {"content": song},
                         {"content": chunks}):
                response = client.post("/v1/predict", **body)
                self.assertEqual(response.status_code, 200, response.text)
                self.assertEqual(response.json(), self.expected(song))

    def test_many_at_once(self):
        async def ask():
            async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
                return await asyncio.gather(*[
                    client.post("/v1/predict", params={"model": model}, content=self.songs[0])
                    for model in ("default", "seed") * 16])

        expected = [self.expected(self.songs[0], f"?model={model}") for model in ("default", "seed")]
        self.assertEqual([response.json() for response in asyncio.run(ask())], expected * 16)


if __name__ == "__main__":
    unittest.main()
