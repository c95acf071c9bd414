"""GET /v1/live: live predictions over WebSocket."""
import json
import os
import socket
import struct
import subprocess
import tempfile
import unittest

from audio_files import GENRE, SAMPLE_RATE, melody, wav
from harness import PATIENCE, ServersTest, ServerTest
from web_socket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket

WINDOW = 3 * SAMPLE_RATE  # samples
SONG = melody(300, 1, seconds=10)[:9 * SAMPLE_RATE]
LIVE = "/v1/live"
RAW = LIVE + "?format=s16le&rate=22050"


def int16(samples):
    return struct.pack(f"<{len(samples)}h", *(round(32767 * y) for y in samples))


class LiveTest(ServerTest):
    arguments = ("--max-streams", "2", "--quiet", "--cors-origin", "https://friend.example")

    def open(self, target=RAW, *fields, status=101, **keywords):
        while True:
            ws = WebSocket(self.server.address, target, *fields, **keywords)
            if status != 101 or ws.response != 503:
                break
            ws.close()  # the server notices a moment later that an earlier client has left
        self.addCleanup(ws.close)
        self.assertEqual(ws.response, status)
        return ws

    def event(self, ws):
        opcode, payload = ws.frame()
        self.assertEqual(opcode, TEXT, payload)
        return json.loads(payload)

    def test_each_window_comes_before_the_next_one_is_sent(self):
        ws = self.open()
        events = []
        for k in range(3):
            ws.put(int16(SONG[k * WINDOW:(k + 1) * WINDOW]))
            events.append(self.event(ws))
            self.assertEqual((events[-1]["type"], events[-1]["end"]), ("window", 3 * (k + 1)))
        ws.put(b"end", TEXT)
        summary = self.event(ws)
        self.assertEqual((summary["type"], summary["final"], summary["windows"]),
                         ("summary", True, 3))
        self.assertEqual(ws.close_code(), (1000, ""))
        self.assertTrue(ws.closed())
        offline = json.loads(subprocess.run([GENRE, "predict", "--json", "-"], input=wav(SONG),
                                            capture_output=True, check=True,
                                            timeout=PATIENCE).stdout)
        self.assertEqual([event["genres"] for event in events],
                         [segment["genres"] for segment in offline["segments"]])
        self.assertEqual(summary["genres"], offline["genres"])

    def test_fragments_and_pings(self):
        ws = self.open(LIVE)
        data = wav(SONG)
        ws.put(data[:1000], BINARY, final=False)
        ws.put(b"are you there", PING)
        self.assertEqual(ws.frame(), (PONG, b"are you there"))
        ws.put(data[1000:150_000], 0, final=False)
        ws.put(data[150_000:], 0)
        ws.put(b"end", TEXT)
        self.assertEqual([self.event(ws)["type"] for _ in range(4)], ["window"] * 3 + ["summary"])
        self.assertEqual(ws.close_code()[0], 1000)

    def test_frames_right_behind_the_handshake(self):
        ws = WebSocket.__new__(WebSocket)
        ws.socket = socket.create_connection(self.server.address, timeout=PATIENCE)
        ws.file = ws.socket.makefile("rb")
        self.addCleanup(ws.close)
        ws.key = "dGhlIHNhbXBsZSBub25jZQ=="
        sent, ws.send = [], lambda *pieces: sent.extend(pieces)
        ws.put(wav(SONG)[:60_000])
        del ws.send
        ws.send(f"GET {LIVE} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
                f"Upgrade: WebSocket\r\nSec-WebSocket-Key: {ws.key}\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n", *sent)
        self.assertEqual(ws.receive_head(), 101)
        ws.put(wav(SONG)[60_000:])
        self.assertEqual(self.event(ws)["end"], 3)

    def test_what_is_no_audio(self):
        ws = self.open(LIVE)
        ws.put(b"x" * 30_000)
        event = self.event(ws)
        self.assertEqual((event["type"], event["code"]), ("error", "not_audio"))
        self.assertEqual(ws.close_code(), (1003, "not_audio"))

    def test_another_text_message(self):
        ws = self.open()
        ws.put(int16(SONG[:WINDOW]))
        self.assertEqual(self.event(ws)["type"], "window")
        ws.put(b"begin", TEXT)
        self.assertEqual([self.event(ws)["type"] for _ in range(2)], ["summary", "error"])
        self.assertEqual(ws.close_code(), (1008, "malformed_request"))

    def test_violations_of_the_protocol(self):
        ws = self.open()
        ws.put(b"not masked", masked=False)
        self.assertEqual(ws.close_code()[0], 1002)
        ws = self.open()
        ws.put(bytes(2_000_000))
        self.assertEqual(ws.close_code()[0], 1009)

    def test_a_client_that_leaves_frees_its_stream(self):
        for leave in (lambda ws: ws.put(struct.pack(">H", 1000), CLOSE), lambda ws: None):
            for _ in range(3):
                ws = self.open()
                ws.put(int16(SONG[:WINDOW + 50]))
                self.event(ws)
                leave(ws)
                ws.socket.shutdown(socket.SHUT_WR)
                ws.close()

    def test_no_more_than_allowed(self):
        first, second = self.open(), self.open()
        third = self.open(status=503)
        self.assertEqual(json.loads(third.body())["code"], "too_many_streams")
        for ws in (first, second):
            ws.put(b"end", TEXT)
            self.assertEqual(self.event(ws)["type"], "error")  # no samples
            ws.close_code()

    def test_pages_of_other_origins(self):
        for origin, status in (("https://friend.example", 101), ("http://test", 101),
                               ("https://other.example", 403), ("null", 403)):
            ws = WebSocket(self.server.address, RAW, f"Origin: {origin}")
            self.assertIn(ws.response, (status, 503))
            if ws.response == 403:
                self.assertEqual(json.loads(ws.body())["code"], "origin_not_allowed")
            ws.close()

    def test_requests_without_a_handshake(self):
        response = self.ask("GET", LIVE)
        self.assertEqual(response.status, 426)
        self.assertEqual(response.headers["upgrade"], "websocket")
        self.assertEqual(self.ask("POST", LIVE, b"x").status, 405)
        self.assertEqual(self.open(RAW, version=7, status=426).headers["sec-websocket-version"],
                         "13")
        ws = self.open(LIVE + "?format=mp3", status=400)
        self.assertEqual(json.loads(ws.body())["code"], "bad_parameter")


class Others(ServersTest):
    def open(self, server, *fields):
        ws = WebSocket(server.address, RAW, *fields)
        self.addCleanup(ws.close)
        return ws

    def windows(self, server):
        ws = self.open(server)
        ws.put(int16(SONG[:WINDOW]))
        self.assertEqual(json.loads(ws.frame()[1])["type"], "window")
        return ws

    def test_a_stop_ends_with_the_last_events(self):
        server = self.start()
        ws = self.windows(server)
        server.signal()
        summary, error = json.loads(ws.frame()[1]), json.loads(ws.frame()[1])
        self.assertEqual((summary["type"], summary["final"]), ("summary", True))
        self.assertEqual(error["code"], "stopping")
        self.assertEqual(ws.close_code(), (1001, "stopping"))
        self.assertEqual(server.wait(), 0)

    def test_a_quiet_client(self):
        server = self.start("--stream-idle", "0.2")
        ws = self.windows(server)
        self.assertEqual(json.loads(ws.frame()[1])["type"], "summary")
        self.assertEqual(json.loads(ws.frame()[1])["code"], "request_timeout")
        self.assertEqual(ws.close_code(), (1008, "request_timeout"))
        server.signal()
        self.assertEqual(server.wait(), 0)

    def test_tokens(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tokens")
            with open(path, "w", encoding="utf-8") as tokens:
                tokens.write("secret\n")
            server = self.start("--token-file", path)
        self.assertEqual(self.open(server).response, 401)
        self.assertEqual(self.open(server, "Authorization: Bearer secret").response, 101)
        # A page can set no header but this one.
        page = self.open(server, "Sec-WebSocket-Protocol: genre, bearer.secret")
        self.assertEqual((page.response, page.headers["sec-websocket-protocol"]), (101, "genre"))
        self.assertEqual(self.open(server, "Sec-WebSocket-Protocol: genre, bearer.wrong").response,
                         401)
        server.signal(9)


if __name__ == "__main__":
    unittest.main()
