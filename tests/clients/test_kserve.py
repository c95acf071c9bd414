"""KServe's client, in both of its protocols."""
import base64
import unittest

import httpx
import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from two_models import TwoModels


def b64(song):
    return base64.b64encode(song).decode()


class KServe(TwoModels, unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.v1, self.v2 = (InferenceRESTClient(RESTConfig(protocol=protocol))
                            for protocol in ("v1", "v2"))

    async def asyncTearDown(self):
        await self.v1.close()
        await self.v2.close()

    async def test_readiness(self):
        self.assertTrue(await self.v2.is_server_live(self.url))
        self.assertTrue(await self.v2.is_server_ready(self.url))
        for client in (self.v1, self.v2):
            self.assertTrue(await client.is_model_ready(self.url, "seed"))
        self.assertFalse(await self.v2.is_model_ready(self.url, "other"))
        with self.assertRaisesRegex(httpx.HTTPStatusError, "The models are: default, seed"):
            await self.v1.is_model_ready(self.url, "other")

    async def test_v1(self):
        for name in ("default", "seed"):
            result = await self.v1.infer(
                self.url, {"instances": [{"b64": b64(song)} for song in self.songs]},
                model_name=name)
            self.assertEqual(result["predictions"],
                             [self.expected(song, f"?segments=false&model={name}")
                              for song in self.songs])
        with self.assertRaisesRegex(httpx.HTTPStatusError, "instances is an array"):
            await self.v1.infer(self.url, {"instances": []}, model_name="seed")

    def request(self, name, binary, **more):
        tensor = InferInput("audio", [2], "BYTES")
        data = self.songs if binary else [base64.b64encode(song) for song in self.songs]
        tensor.set_data_from_numpy(numpy.array(data, dtype=object), binary_data=binary)
        return InferRequest(model_name=name, infer_inputs=[tensor], **more)

    async def test_v2(self):
        for name in ("default", "seed"):
            for binary in (True, False):
                result = await self.v2.infer(self.url, self.request(name, binary), model_name=name)
                certainties, genre = (result.get_output_by_name(output)
                                      for output in ("certainties", "genre"))
                for song, row, value in zip(self.songs, certainties.as_numpy(), genre.data):
                    self.assert_certainties(map(float, row), song, f"?model={name}")
                    self.assertEqual(value, self.expected(song, f"?model={name}")["genre"])

    async def test_outputs_of_a_request(self):
        outputs = [RequestedOutput("genre", parameters={"binary_data": True}),
                   RequestedOutput("certainties", parameters={"classification": 2})]
        result = await self.v2.infer(self.url, self.request("seed", True, request_outputs=outputs),
                                     model_name="seed")
        self.assertEqual([output.name for output in result.outputs], ["genre", "certainties"])
        classes = result.get_output_by_name("certainties")
        self.assertEqual(classes.shape, [2, 2])
        for song, first in zip(self.songs, classes.data[::2]):
            self.assertEqual(first.split(":")[2], self.expected(song, "?model=seed")["genre"])


if __name__ == "__main__":
    unittest.main()
