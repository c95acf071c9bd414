"""Every limit, set low and met."""
import io
import re
import socket
import struct
import unittest
import wave

from audio_files import is_sanitized, sine, wav
from harness import PATIENCE, ServerTest, head, multipart


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
        for request in (head("GET", "/healthz", None, None, "X: " + 1024 * "x"),
                        head("GET", "/" + 1024 * "x"), "GET /" + 100000 * "x"):
            client = self.client()
            client.send(request)
            response = client.receive()
            self.assert_problem(response, 431, "headers_too_large")
            self.assertEqual(response.headers["connection"], "close")
            self.assertTrue(client.closed())

    def test_endless_chunk_extension(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"),
                    "1;" + 700000 * "x")
        self.assertIn(client.receive().status, (400, 431))


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

    def test_bytes_of_all_requests_count(self):
        first, small = self.client(), b"x" * 200
        first.send(head("POST", "/predict", b"x" * 800, None, "Expect: 100-continue"))
        self.assertEqual(first.receive(head_only=True).status, 100)  # its 800 bytes are taken
        self.assert_busy(self.ask("POST", "/predict", b"x" * 201), "too_many_bytes")
        self.assert_problem(self.ask("POST", "/predict", small), 415, "not_audio")
        first.send(b"x" * 800)
        self.assert_problem(first.receive(), 415, "not_audio")
        self.assert_problem(self.ask("POST", "/predict", b"x" * 1000), 415, "not_audio")

    def test_bytes_of_lost_requests_are_given_back(self):
        for _ in range(5):
            client = self.client()
            client.send(head("POST", "/predict", b"x" * 1000, None, "Expect: 100-continue"))
            self.assertEqual(client.receive(head_only=True).status, 100)
            client.send("x")
            client.socket.shutdown(socket.SHUT_WR)
            self.assert_problem(client.receive(), 400, "malformed_request")
            self.assertTrue(client.closed())

    def test_chunked_bodies_count_too(self):
        client = self.client()
        client.send(head("POST", "/predict", None, None, "Transfer-Encoding: chunked"))
        self.assert_busy(client.receive(), "too_many_bytes")


class Connections(Busy):
    arguments = ("--max-connections", "2")

    def test_one_too_many(self):
        served = [self.client() for _ in range(2)]
        for client in served:
            self.assertEqual(client.ask("GET", "/healthz").status, 200)
        late = self.client()
        self.assert_busy(late.receive(), "too_many_connections")
        self.assertTrue(late.closed())
        for client in served:
            self.assertEqual(client.ask("GET", "/healthz").status, 200)


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
        song = wav(sine(sample_rate=8000, seconds=3) * 400, sample_rate=8000)
        client = self.client()
        client.send(head("POST", "/v1/predict?hop=0.1", song), song)
        client.close()
        witness = self.client()
        line = f'"status":%d,"bytes_in":{len(song)},'
        while line % 503 not in self.server.errors():
            self.assertNotIn(line % 200, self.server.errors())
            self.assertEqual(witness.ask("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
