"""HTTP as RFC 9110 and RFC 9112 say; sections in brackets."""
import unittest

from harness import ServerTest, head

PREDICT = "POST /predict HTTP/1.1\r\nHost: a\r\n"


class RfcTest(ServerTest):
    def send(self, *pieces):
        client = self.client()
        client.send(*pieces)
        return client

    def assert_refused(self, request, status=400, code="malformed_request"):
        client = self.send(request)
        response = client.receive()
        self.assert_problem(response, status, code)
        self.assertEqual(response.headers["connection"], "close")
        self.assertTrue(client.closed())

    def assert_ok(self, request):
        self.assertEqual(self.send(request).receive().status, 200, request)


class Host(RfcTest):
    """[9112, 3.2]"""

    def test_exactly_one(self):
        for fields in ("", "Host: a\r\nHost: a\r\n", "Host: a\r\nX: y\r\nhost: b\r\n"):
            self.assert_refused(f"GET /healthz HTTP/1.1\r\n{fields}\r\n")
        self.assert_refused("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")

    def test_http_1_0_needs_none(self):
        self.assert_ok("GET /healthz HTTP/1.0\r\n\r\n")

    def test_values(self):
        for host in ("", "a", "a.example:8080", "[::1]:80", "127.0.0.1", "a_b"):
            self.assert_ok(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n")
        for host in ("a b", "a/b", "user@a", "a,b", "a?b", "<a>", "a\"b"):
            if host != "a,b":  # a comma may stand in a name
                self.assert_refused(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n")


class Singletons(RfcTest):
    """[9110, 5.3] A proxy may have gone by the other one."""

    def test_more_than_one(self):
        for name, values in (("Authorization", ("Bearer a", "Bearer b")),
                             ("Content-Type", ("audio/wav", "multipart/form-data; boundary=x"))):
            fields = "".join(f"{name}: {value}\r\n" for value in values)
            self.assert_refused(f"{PREDICT}{fields}Content-Length: 0\r\n\r\n")


class Target(RfcTest):
    def test_absolute_form(self):
        """As clients send it to proxies. [9112, 3.2.2]"""
        for target in ("http://a/healthz", "HTTP://a:8080/healthz", "https://b.example/healthz?x=y"):
            self.assert_ok(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
        page = self.send("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").receive()
        self.assertEqual(page.body, self.ask("GET", "/").body)
        detail = self.send("POST http://a?x=/y HTTP/1.1\r\nHost: a\r\n\r\n").receive()
        self.assertEqual(detail.body, self.ask("POST", "/?x=/y").body)

    def test_other_forms(self):
        for target in ("healthz", "ftp://a/healthz", "http:///healthz", "http:/healthz", "*",
                       "http://a b/healthz", "http://user@a/healthz", "a:80"):
            self.assert_refused(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assert_refused("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n")

    def test_options_of_the_server(self):
        """[9110, 9.3.7]"""
        client = self.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        response = client.receive()
        self.assertEqual((response.status, response.headers["allow"]),
                         (204, "GET, HEAD, POST, DELETE, OPTIONS"))
        self.assertEqual(client.ask("GET", "/healthz").status, 200)


class Lines(RfcTest):
    def test_empty_lines_before_a_request(self):
        """[9112, 2.2]"""
        self.assert_ok("\r\n" + head("GET", "/healthz"))
        client = self.send(head("POST", "/predict", self.song), self.song, "\r\n")
        self.assertEqual(client.receive().status, 200)
        for byte in "\r\n" + head("GET", "/healthz"):
            client.send(byte)
        self.assertEqual(client.receive().status, 200)
        self.assert_refused(100 * "\r\n" + head("GET", "/healthz"))

    def test_an_empty_line_is_not_a_request(self):
        client = self.send("\r\n")
        client.socket.shutdown(1)
        self.assertTrue(client.closed())

    def test_line_ends(self):
        self.assert_refused("GET /healthz HTTP/1.1\nHost: a\n\n")
        self.assert_refused("GET /healthz HTTP/1.1\r\nHost: a\nX: y\r\n\r\n")
        self.assert_refused("GET /healthz HTTP/1.1\r\nHost: a\rX: y\r\n\r\n")
        self.assert_refused(PREDICT + "Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n\r\n\r\n")

    def test_space_around_names(self):
        """[9112, 5.1, 5.2]"""
        self.assert_refused("GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n")
        self.assert_refused("GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n")
        self.assert_ok("GET /healthz HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n")
        self.assert_ok("GET /healthz HTTP/1.1\r\nHost:a\t \r\n\r\n")
        self.assert_refused("GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n")

    def test_control_characters(self):
        for character in "\x00\x01\x7f":
            self.assert_refused(f"GET /healthz HTTP/1.1\r\nHost: a\r\nX: {character}\r\n\r\n")


class Versions(RfcTest):
    def test_others_are_refused(self):
        """[9110, 15.6.6]"""
        for request in ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n",
                        "GET /healthz HTTP/3.0\r\n\r\n", "GET /healthz HTTP/0.9\r\n\r\n"):
            self.assert_refused(request, 505, "unsupported_http_version")
        for request in ("GET /healthz\r\n\r\n", "GET /healthz http/1.1\r\n\r\n",
                        "GET /healthz HTTP/1.10\r\nHost: a\r\n\r\n", "GET /healthz HTTP/11\r\n\r\n"):
            self.assert_refused(request)


class Framing(RfcTest):
    """What could smuggle a request past a proxy. [9112, 6]"""

    def test_lengths(self):
        for fields in ("Content-Length: +1", "Content-Length: 0x1", "Content-Length: 1 1",
                       "Content-Length: 1, 2", "Content-Length: 1\r\nContent-Length: 2",
                       "Content-Length:", "Content-Length: 1,"):
            self.assert_refused(f"{PREDICT}{fields}\r\n\r\nx")
        for fields in ("Content-Length: 1, 1", "Content-Length: 1\r\nContent-Length: 1"):
            response = self.send(f"{PREDICT}{fields}\r\n\r\nx").receive()
            self.assert_problem(response, 415, "not_audio")

    def test_length_and_transfer_encoding(self):
        for fields in ("Content-Length: 1\r\nTransfer-Encoding: chunked",
                       "Transfer-Encoding: chunked\r\nContent-Length: 1",
                       "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"):
            self.assert_refused(f"{PREDICT}{fields}\r\n\r\n1\r\nx\r\n0\r\n\r\n")

    def test_transfer_encoding_of_http_1_0(self):
        self.assert_refused("POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    def test_chunks(self):
        start = PREDICT + "Transfer-Encoding: chunked\r\n\r\n"
        for chunks in ("1;a=b;c=\"d\"\r\nx\r\n0;e\r\n\r\n", "01\r\nx\r\n000\r\n\r\n",
                       "A\r\n" + 10 * "x" + "\r\n0\r\n\r\n"):
            client = self.send(start, chunks)
            self.assert_problem(client.receive(), 415, "not_audio")
            self.assertEqual(client.ask("GET", "/healthz").status, 200)
        for chunks in ("-1\r\nx\r\n", "0x1\r\nx\r\n", "\r\n1\r\nx\r\n", "1 \r\nx\r\n", "1\r\nxy\r\n",
                       "fffffffffffffffff\r\nx\r\n", "ffffffffffffffff0\r\nx\r\n"):
            with self.subTest(chunks):
                self.assert_refused(start + chunks + "0\r\n\r\n")


class Expectations(RfcTest):
    def test_http_1_0_gets_no_100(self):
        """[9110, 10.1.1]"""
        client = self.send(f"POST /predict HTTP/1.0\r\nContent-Length: {len(self.song)}\r\n"
                           "Expect: 100-continue\r\n\r\n", self.song)
        self.assertEqual(client.receive().status, 200)

    def test_others(self):
        self.assert_refused(head("POST", "/predict", b"x", None, "Expect: miracles"), 417,
                            "expectation_failed")


class Connections(RfcTest):
    def test_persistence(self):
        """[9112, 9.3]"""
        for version, connection, stays in (
                ("1.1", None, True), ("1.1", "close", False), ("1.1", "Close", False),
                ("1.1", "x, close", False), ("1.1", "keep-alive", True), ("1.0", None, False),
                ("1.0", "keep-alive", True), ("1.0", "Keep-Alive", True), ("1.0", "close", False),
                ("1.1", "keep-alive, close", False)):
            field = f"Connection: {connection}\r\n" if connection else ""
            client = self.send(f"GET /healthz HTTP/{version}\r\nHost: a\r\n{field}\r\n")
            self.assertEqual(client.receive().status, 200)
            with self.subTest(version=version, connection=connection):
                if stays:
                    self.assertEqual(client.ask("GET", "/healthz").status, 200)
                else:
                    self.assertTrue(client.closed())


class Methods(RfcTest):
    def test_head(self):
        """The fields are those of GET. [9110, 9.3.2]"""
        for path in ("/healthz", "/v1/model", "/openapi.json", "/", "/nothing"):
            get, only = self.ask("GET", path), self.ask("HEAD", path)
            self.assertEqual(only.status, get.status)
            for name in ("content-type", "content-length", "vary", "etag"):
                self.assertEqual(only.headers.get(name), get.headers.get(name), (path, name))

    def test_allow(self):
        """[9110, 15.5.6]"""
        for method, path, allow in (("DELETE", "/healthz", "GET, HEAD"), ("GET", "/predict", "POST"),
                                    ("PATCH", "/v2/models/genre/infer", "POST"),
                                    ("BREW", "/v1/model", "GET, HEAD")):
            response = self.ask(method, path)
            self.assertEqual((response.status, response.headers["allow"]), (405, allow))


if __name__ == "__main__":
    unittest.main()
