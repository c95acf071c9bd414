"""HTTP itself: framing, keep-alive, pipelining, Expect, malformed requests."""
import http.client
import unittest

from harness import ServerTest, head, multipart

MIB = 1024 * 1024


def chunked(body, size):
    chunks = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


class Framing(ServerTest):
    def test_keep_alive(self):
        client = self.client()
        answers = [client.ask("POST", "/predict", self.song, "audio/wav") for _ in range(3)]
        self.assertEqual([a.status for a in answers], [200, 200, 200])
        self.assertNotIn("connection", answers[0].headers)
        self.assertEqual(client.ask("GET", "/nothing").status, 404)
        self.assertEqual(client.ask("POST", "/predict", b"no song", "audio/wav").status, 415)
        self.assertEqual(client.ask("GET", "/healthz").status, 200)

    def test_connection_close(self):
        client = self.client()
        response = client.ask("GET", "/healthz", None, None, "Connection: close")
        self.assertEqual(response.headers["connection"], "close")
        self.assertTrue(client.closed())

    def test_http_1_0(self):
        client = self.client()
        client.send("GET /healthz HTTP/1.0\r\n\r\n")
        self.assert_json(client.receive())
        self.assertTrue(client.closed())
        client = self.client()
        for _ in range(2):
            client.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            self.assertEqual(client.receive().headers["connection"].lower(), "keep-alive")

    def test_pipelining(self):
        client = self.client()
        body, content_type = multipart(("name=file", self.song))
        client.send(head("GET", "/healthz"), head("POST", "/predict", body, content_type), body,
                    head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                    chunked(self.song, 1000), head("HEAD", "/healthz"), head("GET", "/nothing"),
                    head("GET", "/v1/model", None, None, "Connection: close"),
                    head("GET", "/healthz"))  # not answered any more
        self.assertEqual(client.receive().json(), {"status": "ok"})
        first, second = client.receive(), client.receive()
        self.assert_json(first)
        self.assertEqual(first.body, second.body)
        self.assertEqual(client.receive(head_only=True).status, 200)
        self.assertEqual(client.receive().status, 404)
        self.assertIn("labels", client.receive().json())
        self.assertTrue(client.closed())

    def test_byte_by_byte(self):
        client = self.client()
        body, content_type = multipart(("name=file", b"no song"))
        request = head("POST", "/predict", body, content_type).encode() + body
        for i in range(len(request)):
            client.send(request[i:i + 1])
        self.assert_problem(client.receive(), 415, "not_audio")

    def test_chunked(self):
        expected = self.ask("POST", "/predict", self.song, "audio/wav").body
        for size in (1, 7, 4096, len(self.song)):
            song = self.song if size > 7 else self.song[:1000]
            with self.subTest(size=size):
                client = self.client()
                client.send(head("POST", "/predict", None, "audio/wav",
                                 "Transfer-Encoding: chunked"), chunked(song, size))
                response = client.receive()
                if song is self.song:
                    self.assertEqual(response.body, expected)
                else:
                    self.assert_problem(response, 422, "truncated")
                self.assertEqual(client.ask("GET", "/healthz").status, 200)

    def test_large_bodies(self):
        body, content_type = multipart(("name=file", b"\0" * (40 * MIB)))
        client = self.client()
        self.assert_problem(client.ask("POST", "/predict", body, content_type), 415, "not_audio")
        client.send(head("POST", "/predict", None, content_type, "Transfer-Encoding: chunked"),
                    chunked(body, 3 * MIB))
        self.assert_problem(client.receive(), 415, "not_audio")

    def test_standard_client(self):
        client = http.client.HTTPConnection(*self.server.address)
        self.addCleanup(client.close)
        for _ in range(2):
            client.request("POST", "/predict", self.song, {"Content-Type": "audio/wav"})
            with client.getresponse() as response:
                self.assertEqual(response.status, 200)
                self.assertEqual(len(response.read()), int(response.headers["Content-Length"]))


class Expect(ServerTest):
    def test_accepted(self):
        client = self.client()
        for _ in range(2):
            client.send(head("POST", "/predict", self.song, "audio/wav", "Expect: 100-continue"))
            self.assertEqual(client.receive(head_only=True).status, 100)
            client.send(self.song)
            self.assert_json(client.receive())

    def test_chunked(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Expect: 100-Continue",
                         "Transfer-Encoding: chunked"))
        self.assertEqual(client.receive(head_only=True).status, 100)
        client.send(chunked(self.song, 5000))
        self.assert_json(client.receive())

    def test_refused_without_the_body(self):
        for target, content_type, status in [("/predict", "multipart/mixed", 415), ("/x", None, 404),
                                             ("/healthz", None, 405), ("/v1/predict?x", None, 400)]:
            client = self.client()
            client.send(head("POST", target, self.song, content_type, "Expect: 100-continue"))
            response = client.receive()
            self.assertEqual(response.status, status)
            self.assertEqual(response.headers["connection"], "close")
            self.assertTrue(client.closed())


class EarlyAnswer(ServerTest):
    def test_it_reaches_a_client_that_sends_everything_first(self):
        client = http.client.HTTPConnection(*self.server.address)
        self.addCleanup(client.close)
        client.request("POST", "/nothing", b"\0" * (20 * MIB))
        with client.getresponse() as response:
            self.assertEqual(response.status, 404)
            self.assertEqual(response.headers["Connection"], "close")


class Malformed(ServerTest):
    def test_bad_requests(self):
        start = "POST /predict HTTP/1.1\r\nHost: x\r\n"
        for request in [
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET /healthz\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nno colon\r\n\r\n",
                "GET /heal\x01thz HTTP/1.1\r\n\r\n",
                "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS\r\n\r\n",
                start + "Content-Length: many\r\n\r\n",
                start + "Content-Length: -1\r\n\r\n",
                start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                start + "Content-Length: 99999999999999999999999\r\n\r\n",
                start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                start + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
        ]:
            with self.subTest(request):
                client = self.client()
                client.send(request.encode("latin-1"))
                response = client.receive()
                self.assert_problem(response, 400, "malformed_request")
                self.assertEqual(response.headers["connection"], "close")
                self.assertTrue(client.closed())
        self.assert_healthy()

    def test_unknown_transfer_encoding(self):
        for encoding in ("gzip", "gzip, chunked", "chunked, chunked", "identity", "chunked;q=1",
                         "gzip\r\nTransfer-Encoding: chunked"):
            response = self.ask("POST", "/predict", None, None, f"Transfer-Encoding: {encoding}")
            self.assert_problem(response, 501, "unsupported_transfer_encoding")
            self.assertEqual(response.headers["connection"], "close")

    def test_a_request_that_ends_early(self):
        for request in ("GET /heal", head("POST", "/predict", self.song) + "RIFF",
                        head("POST", "/predict", None, None, "Transfer-Encoding: chunked") + "5\r"):
            client = self.client()
            client.send(request)
            client.socket.shutdown(1)
            self.assert_problem(client.receive(), 400, "malformed_request")
            self.assertTrue(client.closed())

    def test_a_connection_without_a_request(self):
        client = self.client()
        client.socket.shutdown(1)
        self.assertTrue(client.closed())


if __name__ == "__main__":
    unittest.main()
