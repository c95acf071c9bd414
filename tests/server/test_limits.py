"""Every limit, set low and met."""
import io
import re
import resource
import socket
import struct
import unittest
import wave

from audio_files import is_sanitized, sine, wav
from harness import PATIENCE, Client, ServerTest, head, multipart


class Sizes(ServerTest):
    arguments = ("--max-body", "1000", "--max-header", "1kb", "--max-audio", "2")

    def test_declared_body_is_refused_before_it_is_sent(self):
        client = self.client()
        client.send(head("POST", "/predict", b"x" * 1001))
        response = client.receive()
        self.assertIn("1000 bytes", self.assert_problem(response, 413, "body_too_large"))
        self.assertEqual(response.headers["connection"], "close")
        self.assertTrue(client.closed())

    def test_largest_body(self):
        self.assert_problem(self.ask("POST", "/predict", b"x" * 1000), 415, "not_audio")

    def test_chunked_body(self):
        def chunked(size):
            client = self.client()
            client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                        f"{size:x}\r\n" + size * "x" + "\r\n0\r\n\r\n")
            return client.receive()

        self.assert_problem(chunked(1000), 415, "not_audio")
        self.assert_problem(chunked(1001), 413, "body_too_large")
        self.assert_problem(chunked(100000), 413, "body_too_large")

    def test_head(self):
        self.assertEqual(self.ask("GET", "/healthz", None, None, "X: " + 800 * "x").status, 200)
        for request, status, code in (
                (head("GET", "/healthz", None, None, "X: " + 1024 * "x"), 431, "headers_too_large"),
                (head("GET", "/" + 1024 * "x"), 414, "target_too_long"),
                ("GET /" + 100000 * "x", 414, "target_too_long")):
            client = self.client()
            client.send(request)
            response = client.receive()
            self.assert_problem(response, status, code)
            self.assertEqual(response.headers["connection"], "close")
            self.assertTrue(client.closed())

    def test_endless_chunk_extension(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                    "1;" + 700000 * "x")
        self.assertIn(client.receive().status, (400, 431))


    def test_trailer(self):
        """It counts as part of the header, and so do the extensions of chunks."""
        start = head("POST", "/predict", None, None, "Transfer-Encoding: chunked") + "1\r\nx\r\n"
        client = self.client()
        client.send(start, "0\r\nX: " + 500 * "x" + "\r\n\r\n")
        self.assert_problem(client.receive(), 415, "not_audio")
        self.assertEqual(client.ask("GET", "/healthz").status, 200)
        many = "".join(f"X{i}: x\r\n" for i in range(200))
        for end in ("0\r\nX: " + 1024 * "x" + "\r\n\r\n", "0\r\n" + many + "\r\n",
                    "0\r\nX: " + 66000 * "x" + "\r\n\r\n", "0\r\n" + 700000 * "x",
                    "1;a=" + 1024 * "x" + "\r\nx\r\n0\r\n\r\n",
                    200 * "1;abcdef\r\nx\r\n" + "0\r\n\r\n"):
            client = self.client()
            client.send(start, end)
            self.assert_problem(client.receive(), 431, "headers_too_large")
            self.assertTrue(client.closed())

    def test_a_trailer_is_not_a_header(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                    "1\r\nx\r\n0\r\nX-Request-Id: trailer\r\nConnection: close\r\n\r\n")
        self.assertNotEqual(client.receive().headers["x-request-id"], "trailer")


class LargeHeaders(ServerTest):
    arguments = ("--max-header", "1MiB", "--max-body", "1000")

    def test_nothing_below_the_limit_is_an_error(self):
        for size in (65000, 65535, 65536, 70000, 1000000):
            for field in ("X: " + size * "x", size * "x" + ": x", "Cookie: " + size * "x"):
                self.assertEqual(self.ask("GET", "/healthz", None, None, field).status, 200)
            self.assertEqual(self.ask("GET", "/healthz?" + size * "x").status, 200)
            client = self.client()
            client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                        "1\r\nx\r\n0\r\nX: " + size * "x" + "\r\n\r\n")
            self.assert_problem(client.receive(), 415, "not_audio")
        refused = self.ask("GET", "/healthz", None, None, "X: " + 1100000 * "x")
        self.assert_problem(refused, 431, "headers_too_large")


class AudioLength(ServerTest):
    arguments = ("--max-audio", "2")

    def test_too_long(self):
        self.assert_problem(self.ask("POST", "/v1/predict", wav(sine(seconds=2.5))), 413, "too_long")
        self.assert_json(self.ask("POST", "/v1/predict", wav(sine(seconds=1.9))))


@unittest.skipIf(is_sanitized(), "a sanitizer's build keeps what is freed")
class TwoHours(ServerTest):
    arguments = ("--threads", "1")

    def peak(self):
        """The most memory that was ever resident, in bytes."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status.read())[1])

    def test_take_their_body_and_no_more_than_two_seconds_do(self):
        hours, second = io.BytesIO(), [round(99 * y) for y in sine(seconds=1, sample_rate=4000)]
        with wave.open(hours, "wb") as file:
            file.setparams((1, 2, 4000, 0, "NONE", ""))
            file.writeframes(7200 * struct.pack("<4000h", *second))
        self.assert_json(self.ask("POST", "/v1/predict?segments=0", wav(sine(seconds=2))))
        before = self.peak()
        answer = self.ask("POST", "/v1/predict?segments=0", hours.getvalue())
        self.assertEqual(self.assert_json(answer)["duration"], 7200)
        self.assertLess(self.peak() - before, len(hours.getvalue()) + 2 ** 23)


class Segments(ServerTest):
    def test_an_answer_has_only_so_many(self):
        song = wav([0.0] * 8000 * 1050, sample_rate=8000)
        refused = self.ask("POST", "/v1/predict?hop=0.1", song)
        self.assertIn("10000; use a longer hop", self.assert_problem(refused, 413, "too_long"))
        self.assert_json(self.ask("POST", "/v1/predict?hop=1", song))

    def test_and_fewer_with_their_features(self):
        song = wav([0.0] * 8000 * 100, sample_rate=8000)
        refused = self.ask("POST", "/v1/predict?hop=0.1&features=1", song)
        self.assert_problem(refused, 413, "too_long")
        batch = multipart(("name=file", song), ("name=file", song))
        first, second = self.ask("POST", "/v1/predict?hop=0.2&features=1", *batch).json()
        self.assertEqual(first["duration"], 100)
        self.assertEqual(second["code"], "too_long")


class Silence(ServerTest):
    arguments = ("--read-timeout", "1")

    def test_a_request_that_stops_arriving(self):
        chunked = head("POST", "/predict", None, None, "Transfer-Encoding: chunked")
        clients = []
        for request in ("G", "GET /healthz HTTP/1.1\r\nHost: x\r\n", chunked, chunked + "5\r",
                        head("POST", "/predict", self.song) + "RIFF"):
            clients.append(self.client())
            clients[-1].send(request)
        for client in clients:
            response = client.receive()
            self.assert_problem(response, 408, "request_timeout")
            self.assertEqual(response.headers["connection"], "close")
            self.assertTrue(client.closed())

    def test_no_request_is_closed_without_a_word(self):
        self.assertTrue(self.client().closed())
        client = self.client()
        client.ask("GET", "/healthz")
        self.assertTrue(client.closed())


class Slowness(ServerTest):
    arguments = ("--read-timeout", "1", "--min-rate", "64")

    def test_a_request_that_drips(self):
        """Never silent for long, but slower than it may be."""
        for request in (head("POST", "/predict", b"x" * 1000), "GET /healthz HTTP/1.1\r\nX: "):
            client = self.client()
            client.send(request)
            client.socket.settimeout(0.1)
            drips = 0
            while not self.answered(client):
                client.send("x")
                drips += 1
            client.socket.settimeout(PATIENCE)
            self.assert_problem(client.receive(), 408, "request_timeout")
            self.assertGreater(drips, 5)
            self.assertLess(drips, 100)

    @staticmethod
    def answered(client):
        try:
            return client.socket.recv(1, socket.MSG_PEEK) != b""
        except TimeoutError:
            return False


class LongPredictions(ServerTest):
    arguments = ("--predict-timeout", "0.05", "--threads", "1")

    def test_are_given_up(self):
        song = wav(sine(seconds=60))
        response = self.ask("POST", "/v1/predict?hop=0.1", song)
        self.assert_problem(response, 503, "cancelled")
        self.assert_json(self.ask("POST", "/predict", self.song))


class Busy(ServerTest):
    def assert_busy(self, response, code):
        self.assert_problem(response, 503, code)
        self.assertGreaterEqual(int(response.headers["retry-after"]), 1)


class Queue(Busy):
    arguments = ("--max-queue", "0")

    def test_full(self):
        client = self.client()
        client.send(head("POST", "/predict", self.song, None, "Expect: 100-continue"))
        self.assert_busy(client.receive(), "queue_full")
        self.assertTrue(client.closed())
        self.assert_busy(self.ask("POST", "/v1/predict", self.song), "queue_full")
        self.assert_healthy()


class ShortQueue(Busy):
    arguments = ("--threads", "1", "--max-queue", "1")

    def test_a_rush_is_answered_or_refused(self):
        clients = [self.client() for _ in range(30)]
        for client in clients:
            client.send(head("POST", "/predict", self.song, None, "Expect: 100-continue"))
            self.assertEqual(client.receive(head_only=True).status, 100)
            client.send(self.song[:-1])
        for client in clients:
            client.send(self.song[-1:])
        for client in clients:
            response = client.receive()
            if response.status != 200:
                self.assert_busy(response, "queue_full")
        self.assertEqual(clients[-1].ask("POST", "/predict", self.song).status, 200)


class InFlight(Busy):
    arguments = ("--max-in-flight-bytes", "1000")

    def in_flight(self):
        text = self.ask("GET", "/metrics").body.decode()
        return int(re.search(r"^genre_in_flight_bytes (\d+)", text, re.MULTILINE)[1])

    def begin(self, declared, sent, source=None):
        """An upload of which this much has arrived."""
        before, client = self.in_flight(), self.client(source)
        client.send(head("POST", "/predict", b"x" * declared), b"x" * sent)
        while self.in_flight() < before + sent:
            pass
        return client

    def test_bytes_of_all_requests_count(self):
        first, small = self.begin(801, 800), b"x" * 200
        self.assert_busy(self.ask("POST", "/predict", b"x" * 201), "too_many_bytes")
        self.assert_problem(self.ask("POST", "/predict", small), 415, "not_audio")
        first.send(b"x")
        self.assert_problem(first.receive(), 415, "not_audio")
        self.assert_problem(self.ask("POST", "/predict", b"x" * 1000), 415, "not_audio")
        self.assertEqual(self.in_flight(), 0)

    def test_a_body_that_can_never_fit_is_refused_at_once(self):
        client = self.client()
        client.send(head("POST", "/predict", b"x" * 1001, None, "Expect: 100-continue"))
        self.assert_busy(client.receive(), "too_many_bytes")

    def test_what_is_only_declared_does_not_count(self):
        slow = [self.begin(1000, 50) for _ in range(8)]
        for _ in range(30):
            self.assert_problem(self.ask("POST", "/predict", b"x" * 600), 415, "not_audio")
        for client in slow:
            client.close()

    def test_the_address_with_the_most_bytes_yields(self):
        greedy = [self.begin(1000, size, "127.0.0.2") for size in (400, 300, 300)]
        self.assert_problem(self.ask("POST", "/predict", b"x" * 200), 415, "not_audio")
        self.assert_busy(greedy[0].receive(), "too_many_bytes")
        self.assert_problem(self.ask("POST", "/predict", b"x" * 400), 415, "not_audio")
        self.assertEqual(self.in_flight(), 600)
        # This one would have more than the other has.
        self.assert_busy(self.ask("POST", "/predict", b"x" * 700), "too_many_bytes")
        for client in greedy[1:]:
            client.send(b"x" * 700)
        self.assertEqual({client.receive().status for client in greedy[1:]}, {415, 503})

    def test_bytes_of_lost_requests_are_given_back(self):
        for _ in range(5):
            client = self.begin(1000, 999)
            client.socket.shutdown(socket.SHUT_WR)
            self.assert_problem(client.receive(), 400, "malformed_request")
            self.assertTrue(client.closed())

    def test_chunked_bodies_count_too(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                    "3e9\r\n" + 1001 * "x")
        self.assert_busy(client.receive(), "too_many_bytes")


class Connections(Busy):
    arguments = ("--max-connections", "2")

    def busy(self):
        """A connection that waits for the rest of a request."""
        client = self.client()
        client.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
        self.assertEqual(client.receive(head_only=True).status, 100)
        return client

    def test_one_too_many(self):
        served = [self.busy() for _ in range(2)]
        late = self.client()
        self.assert_busy(late.receive(), "too_many_connections")
        self.assertTrue(late.closed())
        for client in served:
            client.send("x")
            self.assert_problem(client.receive(), 415, "not_audio")

    def test_the_longest_idle_one_makes_room(self):
        first, second = self.client(), self.client()
        for client in (second, first, second):
            self.assertEqual(client.ask("GET", "/healthz").status, 200)
        third = self.client()
        self.assertEqual(third.ask("GET", "/healthz").status, 200)
        self.assertTrue(first.closed())
        self.assertEqual(second.ask("GET", "/healthz").status, 200)
        self.assertEqual(third.ask("GET", "/healthz").status, 200)

    def test_a_connection_without_a_request_makes_room_too(self):
        silent = [self.client() for _ in range(5)]
        for _ in range(5):
            self.assert_healthy()
        self.assertTrue(all(client.closed() for client in silent))

    def test_a_request_is_not_idle(self):
        busy, idle = self.busy(), self.client()
        self.assertEqual(idle.ask("GET", "/healthz").status, 200)
        self.assert_healthy()
        self.assertTrue(idle.closed())
        busy.send("x")
        self.assert_problem(busy.receive(), 415, "not_audio")


class ConnectionsOfAnAddress(Busy):
    arguments = ("--max-connections", "8", "--max-connections-per-address", "3")

    def busy(self, source):
        client = self.client(source)
        client.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
        self.assertEqual(client.receive(head_only=True).status, 100)

    def test_others_are_served(self):
        for _ in range(3):
            self.busy("127.0.0.2")
        late = self.client("127.0.0.2")
        self.assert_busy(late.receive(), "too_many_connections")
        self.assert_healthy()

    def test_its_own_idle_ones_make_room(self):
        other = self.client("127.0.0.4")
        self.assertEqual(other.ask("GET", "/healthz").status, 200)
        mine = [self.client("127.0.0.3") for _ in range(6)]
        for client in mine[3:]:
            self.assertEqual(client.ask("GET", "/healthz").status, 200)
        self.assertTrue(all(client.closed() for client in mine[:3]))
        self.assertEqual(other.ask("GET", "/healthz").status, 200)


class ManyConnections(Busy):
    """With the defaults, one address shuts nobody out."""
    arguments = ("--admin-port", "0")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < 4096:
            raise unittest.SkipTest("this process may not open 4096 files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, most))
        cls.admin = cls.server.admin_address()

    def assert_others_are_served(self):
        for _ in range(20):
            self.assertEqual(self.client("127.0.0.3").ask("GET", "/readyz").status, 200)
            self.assertEqual(
                self.client("127.0.0.3").ask("POST", "/predict", self.song).status, 200)
            client = Client(self.admin, "127.0.0.2")
            for path in ("/healthz", "/readyz", "/metrics"):
                self.assertEqual(client.ask("GET", path).status, 200)
            client.close()

    def test_idle(self):
        for _ in range(1100):
            self.client("127.0.0.2")
        self.assert_others_are_served()

    def test_busy(self):
        for _ in range(1100):
            try:
                self.client("127.0.0.2").send("GET /healthz HTTP/1.1\r\nX: ")
            except ConnectionError:
                pass  # beyond its limit it is refused
        self.assert_others_are_served()


class Vanishing(ServerTest):
    def test_clients_that_do_not_wait_for_their_answer(self):
        for _ in range(20):
            client = self.client()
            client.send(head("POST", "/v1/predict", self.song), self.song)
            # Closing resets the connection, so that writing to it fails.
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assert_healthy()
        self.assert_json(self.ask("POST", "/predict", self.song))

    def test_nobody_predicts_for_a_client_that_has_left(self):
        self.assert_is_given_up("/v1/predict?hop=0.1")

    def test_nor_computes_its_peaks(self):
        self.assert_is_given_up("/v1/peaks")

    def assert_is_given_up(self, target):
        song = wav(sine(sample_rate=8000, seconds=3) * 400, sample_rate=8000)
        client = self.client()
        client.send(head("POST", target, song), song)
        client.close()
        witness = self.client()
        line = f'"status":%d,"bytes_in":{len(song)},'
        while line % 503 not in self.server.errors():
            self.assertNotIn(line % 200, self.server.errors())
            self.assertEqual(witness.ask("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
