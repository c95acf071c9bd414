"""Content codings of requests and responses."""
import gzip
import re
import unittest
import zlib

import brotli
import zstandard
from audio_files import is_sanitized, sine, wav
from harness import ServerTest, head, multipart

MIB = 1024 * 1024
CODINGS = "gzip, deflate, br, zstd"
DECODE = {"gzip": gzip.decompress, "br": brotli.decompress,
          "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body)}


def raw_deflate(body):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


def zstd(body, level=3, **options):
    return zstandard.ZstdCompressor(level, **options).compress(body)


def zstd_frame(window_log, *blocks):
    """A frame whose content has no stated size. blocks: (how often, byte), up to 128 KiB each."""
    frame = b"\x28\xb5\x2f\xfd\0" + bytes([(window_log - 10) << 3])
    for i, (count, byte) in enumerate(blocks):
        repeated, last = 1, i + 1 == len(blocks)
        frame += (count << 3 | repeated << 1 | last).to_bytes(3, "little") + byte
    return frame


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
                             ("br", brotli.compress(self.song)), ("BR", brotli.compress(self.song, quality=1)),
                             ("zstd", zstd(self.song)), ("zstd", zstd(self.song, 19)),
                             ("zstd", zstd(self.song[:half]) + b"\x50\x2a\x4d\x18\x03\0\0\0any" +
                              zstd(self.song[half:], write_content_size=False)),
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

    def test_whatever_the_size(self):
        """Decoders may have output left when all input is consumed, and there is room for no more."""
        piece = 256 * 1024
        for size in (piece - 1, piece, *range(piece + 1, piece + 300, 7), 4 * piece, 4 * piece + 1):
            body = size * b"x"
            for coding, coded in (("gzip", gzip.compress(body)), ("deflate", raw_deflate(body)),
                                  ("br", brotli.compress(body, quality=5)), ("zstd", zstd(body))):
                self.assert_problem(self.ask_coded(coding, coded), 415, "not_audio")

    def test_others_are_refused_before_the_body(self):
        for coding in ("brotli", "zst", "compress", "gzip, gzip", "br, gzip", "gzip;q=1",
                       "gzip\r\nContent-Encoding: gzip", "identity\r\nContent-Encoding: br"):
            client = self.client()
            client.send(head("POST", "/v1/predict", self.song, "audio/wav", "Expect: 100-continue",
                             f"Content-Encoding: {coding}"))
            response = client.receive()
            self.assert_problem(response, 415, "unsupported_content_encoding")
            self.assertEqual(response.headers["accept-encoding"], CODINGS)

    def test_damaged(self):
        whole = gzip.compress(self.song)
        for body in (self.song, whole[:-1], whole[:len(whole) // 2], whole[:5], b"",
                     whole + b"garbage", whole[:-6] + b"\0" + whole[-5:]):
            if body:
                self.assert_problem(self.ask_coded("gzip", body), 400, "malformed_request")
            else:
                self.assertEqual(self.ask_coded("gzip", body).status, 422)
        whole = {"deflate": zlib.compress(self.song), "br": brotli.compress(self.song),
                 "zstd": zstd(self.song)}
        for coding, body in whole.items():
            for damaged in (body + b"x", body[:-1], body[:len(body) // 2], body[:1], self.song,
                            gzip.compress(self.song)):
                self.assert_problem(self.ask_coded(coding, damaged), 400, "malformed_request")


class Bomb(ServerTest):
    def peak(self):
        """The most memory that was ever resident, in bytes."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status.read())[1])

    def test_200_megabytes(self):
        data = bytes(200 * MIB)
        bombs = {"gzip": gzip.compress(data), "br": brotli.compress(data, quality=1, lgwin=24),
                 "zstd": zstd_frame(23, *(1600 * [(MIB // 8, b"\0")]))}
        self.assert_json(self.ask("POST", "/predict", self.song))
        before = self.peak()
        for coding, bomb in bombs.items():
            self.assertLess(len(bomb), MIB)
            response = self.ask("POST", "/predict", bomb, None, f"Content-Encoding: {coding}")
            self.assert_problem(response, 413, "body_too_large")
            client = self.client()
            client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked",
                             f"Content-Encoding: {coding}"), chunked(bomb, len(bomb)))
            self.assert_problem(client.receive(), 413, "body_too_large")
        if not is_sanitized():
            # --max-body, the largest window, and what else there is
            self.assertLess(self.peak() - before, (64 + 16 + 16) * MIB)

    def test_a_window_of_zstd(self):
        """Its size is stated before its content, which may be a byte."""
        for window_log, status, code in ((23, 415, "not_audio"), (24, 413, "body_too_large"),
                                         (31, 413, "body_too_large"), (41, 413, "body_too_large")):
            response = self.ask("POST", "/predict", zstd_frame(window_log, (1, b"x")), None,
                                "Content-Encoding: zstd")
            self.assert_problem(response, status, code)


class SmallBodies(ServerTest):
    arguments = ("--max-body", "1000", "--max-in-flight-bytes", "2000")

    def test_the_limit_is_that_of_decoded_bytes(self):
        for size, status in ((1000, 415), (1001, 413)):
            body = size * b"x"
            for coding, coded in (("gzip", gzip.compress(body)), ("br", brotli.compress(body)),
                                  ("zstd", zstd(body))):
                self.assertEqual(self.ask("POST", "/predict", coded, None,
                                          f"Content-Encoding: {coding}").status, status)

    def test_a_body_of_nothing_has_an_end(self):
        """Empty members and frames decode to nothing, for ever."""
        for coding, nothing in (("gzip", gzip.compress(b"")), ("zstd", zstd_frame(10, (0, b"x")))):
            client = self.client()
            client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked",
                             f"Content-Encoding: {coding}"), chunked(200 * nothing, 100))
            self.assert_problem(client.receive(), 413, "body_too_large")


class LittleMemory(ServerTest):
    arguments = ("--max-body", "1000000", "--max-in-flight-bytes", "1500000")

    def test_what_decoders_keep_counts(self):
        body = 1000000 * b"x"
        for coding, coded, status in (("gzip", gzip.compress(body), 415),  # keeps 32 KiB
                                      ("br", brotli.compress(body), 503), ("zstd", zstd(body), 503)):
            response = self.ask("POST", "/predict", coded, None, f"Content-Encoding: {coding}")
            self.assertEqual(response.status, status, response.body)
            if status == 503:
                self.assert_problem(response, 503, "too_many_bytes")
        body = 700000 * b"x"
        for coding, coded in (("br", brotli.compress(body)), ("zstd", zstd(body))):
            response = self.ask("POST", "/predict", coded, None, f"Content-Encoding: {coding}")
            self.assert_problem(response, 415, "not_audio")


class Responses(ServerTest):
    def ask_both(self, method, target):
        plain = self.ask(method, target)
        packed = self.ask(method, target, None, None, "Accept-Encoding: gzip, deflate")
        self.assertNotIn("content-encoding", plain.headers)
        return plain, packed

    def test_large_ones_are_compressed(self):
        song = wav(sine(seconds=20))
        for request in (("POST", "/v1/predict?hop=0.1", song), ("GET", "/openapi.json", None),
                        ("GET", "/v1/model", None)):
            plain = self.ask(*request)
            self.assertNotIn("content-encoding", plain.headers)
            for coding, decode in DECODE.items():
                packed = self.ask(*request, None, f"Accept-Encoding: {coding}")
                self.assertEqual(packed.headers["content-encoding"], coding)
                self.assertEqual((plain.headers["vary"], packed.headers["vary"]),
                                 ("Accept-Encoding", "Accept-Encoding"))
                self.assertEqual(decode(packed.body), plain.body)
                self.assertLess(len(packed.body), len(plain.body))

    def test_metrics(self):
        packed = self.ask("GET", "/metrics", None, None, "Accept-Encoding: gzip")
        self.assertIn(b"genre_ready 1", gzip.decompress(packed.body))

    def test_small_ones_are_not(self):
        plain, packed = self.ask_both("GET", "/healthz")
        self.assertEqual(packed.body, plain.body)
        self.assertNotIn("vary", packed.headers)

    def test_weights(self):
        for accepted, coding in (("gzip;q=0", None), ("gzip;q=0.001", "gzip"), ("*", "br"),
                                 ("identity, gzip;q=0.5", None), ("br", "br"), ("", None),
                                 ("gzip, deflate, br, zstd", "br"), ("gzip, zstd", "zstd"),
                                 ("br;q=0.5, gzip", "gzip"), ("br;q=0, *", "zstd"),
                                 ("identity, br;q=0.9, gzip;q=0.8", None), ("deflate", None)):
            for path in ("/v1/model", "/openapi.json"):
                response = self.ask("GET", path, None, None, f"Accept-Encoding: {accepted}")
                self.assertEqual(response.headers.get("content-encoding"), coding, accepted)

    def test_lines_of_a_list_are_one_list(self):
        response = self.ask("GET", "/openapi.json", None, None, "Accept-Encoding: deflate",
                            "Accept-Encoding: identity, br;q=0", "Accept-Encoding: gzip")
        self.assertEqual(response.headers.get("content-encoding"), "gzip")
        response = self.ask("GET", "/openapi.json", None, None, 'If-None-Match: "x"',
                            f"If-None-Match: {response.headers['etag']}")
        self.assertEqual(response.status, 304)
        response = self.ask("POST", "/predict", gzip.compress(wav(sine(seconds=1))), None, "Content-Encoding: gzip",
                            "Content-Encoding: gzip")
        self.assert_problem(response, 415, "unsupported_content_encoding")

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
