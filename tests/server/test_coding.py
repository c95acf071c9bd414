"""Content codings of requests and responses."""
import gzip
import re
import unittest
import zlib

from audio_files import is_sanitized, sine, wav
from harness import ServerTest, head, multipart

MIB = 1024 * 1024


def raw_deflate(body):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


def chunked(body, size):
    chunks = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


class Requests(ServerTest):
    def ask_coded(self, coding, body, content_type="audio/wav", target="/v1/predict"):
        return self.ask("POST", target, body, content_type, f"Content-Encoding: {coding}")

    def test_codings(self):
        expected = self.ask("POST", "/v1/predict", self.song, "audio/wav").body
        half = len(self.song) // 2
        for coding, body in (("gzip", gzip.compress(self.song)), ("GZip", gzip.compress(self.song)),
                             ("x-gzip", gzip.compress(self.song, 0)),
                             ("gzip", gzip.compress(self.song[:half]) +
                              gzip.compress(self.song[half:])),
                             ("deflate", zlib.compress(self.song)),
                             ("deflate", raw_deflate(self.song)), ("identity", self.song)):
            self.assertEqual(self.ask_coded(coding, body).body, expected)
            for size in (100, 4096, len(body)):
                client = self.client()
                client.send(head("POST", "/v1/predict", None, "audio/wav",
                                 "Transfer-Encoding: chunked", f"Content-Encoding: {coding}"),
                            chunked(body, size))
                self.assertEqual(client.receive().body, expected)
                self.assertEqual(client.ask("GET", "/healthz").status, 200)

    def test_a_form(self):
        body, content_type = multipart(("name=file", self.song))
        self.assertEqual(self.ask_coded("gzip", gzip.compress(body), content_type).body,
                         self.ask("POST", "/v1/predict", body, content_type).body)

    def test_others_are_refused_before_the_body(self):
        for coding in ("br", "zstd", "compress", "gzip, gzip", "br, gzip", "gzip;q=1",
                       "gzip\r\nContent-Encoding: gzip", "identity\r\nContent-Encoding: br"):
            client = self.client()
            client.send(head("POST", "/v1/predict", self.song, "audio/wav", "Expect: 100-continue",
                             f"Content-Encoding: {coding}"))
            response = client.receive()
            self.assert_problem(response, 415, "unsupported_content_encoding")
            self.assertEqual(response.headers["accept-encoding"], "gzip, deflate")

    def test_damaged(self):
        whole = gzip.compress(self.song)
        for body in (self.song, whole[:-1], whole[:len(whole) // 2], whole[:5], b"",
                     whole + b"garbage", whole[:-6] + b"\0" + whole[-5:]):
            if body:
                self.assert_problem(self.ask_coded("gzip", body), 400, "malformed_request")
            else:
                self.assertEqual(self.ask_coded("gzip", body).status, 422)
        self.assert_problem(self.ask_coded("deflate", zlib.compress(self.song) + b"x"), 400,
                            "malformed_request")


class Bomb(ServerTest):
    def peak(self):
        """The most memory that was ever resident, in bytes."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status.read())[1])

    def test_200_megabytes(self):
        bomb = gzip.compress(bytes(200 * MIB))
        self.assertLess(len(bomb), MIB)
        self.assert_json(self.ask("POST", "/predict", self.song))
        before = self.peak()
        response = self.ask("POST", "/predict", bomb, None, "Content-Encoding: gzip")
        self.assert_problem(response, 413, "body_too_large")
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked",
                         "Content-Encoding: gzip"), chunked(bomb, len(bomb)))
        self.assert_problem(client.receive(), 413, "body_too_large")
        if not is_sanitized():
            self.assertLess(self.peak() - before, (64 + 16) * MIB)  # 64: --max-body


class SmallBodies(ServerTest):
    arguments = ("--max-body", "1000", "--max-in-flight-bytes", "2000")

    def test_the_limit_is_that_of_decoded_bytes(self):
        for size, status in ((1000, 415), (1001, 413)):
            body = gzip.compress(size * b"x")
            self.assertEqual(self.ask("POST", "/predict", body, None,
                                      "Content-Encoding: gzip").status, status)

    def test_a_body_of_nothing_has_an_end(self):
        """Empty members decode to nothing, for ever."""
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked",
                         "Content-Encoding: gzip"), chunked(100 * gzip.compress(b""), 100))
        self.assert_problem(client.receive(), 413, "body_too_large")


class Responses(ServerTest):
    def ask_both(self, method, target, body=None, content_type=None):
        plain = self.ask(method, target, body, content_type)
        packed = self.ask(method, target, body, content_type, "Accept-Encoding: gzip, deflate, br")
        self.assertNotIn("content-encoding", plain.headers)
        return plain, packed

    def test_large_ones_are_compressed(self):
        song = wav(sine(seconds=60))
        for request in (("POST", "/v1/predict?hop=0.1", song), ("GET", "/openapi.json"),
                        ("GET", "/v1/model")):
            plain, packed = self.ask_both(*request)
            self.assertEqual(packed.headers["content-encoding"], "gzip")
            self.assertEqual((plain.headers["vary"], packed.headers["vary"]),
                             ("Accept-Encoding", "Accept-Encoding"))
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertLess(len(packed.body), len(plain.body))

    def test_metrics(self):
        packed = self.ask("GET", "/metrics", None, None, "Accept-Encoding: gzip")
        self.assertIn(b"genre_ready 1", gzip.decompress(packed.body))

    def test_small_ones_are_not(self):
        plain, packed = self.ask_both("GET", "/healthz")
        self.assertEqual(packed.body, plain.body)
        self.assertNotIn("vary", packed.headers)

    def test_weights(self):
        for accepted, coding in (("gzip;q=0", None), ("gzip;q=0.001", "gzip"), ("*", "gzip"),
                                 ("identity, gzip;q=0.5", None), ("br", None), ("", None)):
            response = self.ask("GET", "/v1/model", None, None, f"Accept-Encoding: {accepted}")
            self.assertEqual(response.headers.get("content-encoding"), coding, accepted)

    def test_entity_tag_of_openapi(self):
        plain, packed = self.ask_both("GET", "/openapi.json")
        etag = plain.headers["etag"]
        self.assertEqual(packed.headers["etag"], etag)
        for field in (etag, f'"x", {etag}', "*"):
            response = self.ask("GET", "/openapi.json", None, None, f"If-None-Match: {field}")
            self.assertEqual((response.status, response.body, response.headers["etag"]),
                             (304, b"", etag))
        self.assertEqual(self.ask("GET", "/openapi.json", None, None,
                                  'If-None-Match: W/"x"').status, 200)


class ResponsesForOtherOrigins(ServerTest):
    arguments = ("--cors-origin", "https://a.example")

    def test_vary(self):
        response = self.ask("GET", "/v1/model", None, None, "Origin: https://a.example")
        self.assertEqual(response.headers["vary"], "Accept-Encoding, Origin")


if __name__ == "__main__":
    unittest.main()
