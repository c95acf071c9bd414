"""POST /v1/stream: audio that is predicted while it arrives. No sleeps: what does not come blocks."""
import json
import os
import shutil
import socket
import struct
import subprocess
import unittest

from audio_files import GENRE, SAMPLE_RATE, melody, wav
from harness import PATIENCE, Client, ServersTest, ServerTest

WINDOW = 3 * SAMPLE_RATE  # samples
SONG = melody(300, 1, seconds=13)[:12 * SAMPLE_RATE]
HAS_DECODER = os.path.exists(os.path.join(os.path.dirname(GENRE), "genre-decode"))
RAW = "format=s16le&rate=22050"


def int16(samples):
    return struct.pack(f"<{len(samples)}h", *(round(32767 * y) for y in samples))


class Stream(Client):
    """A request whose body is sent in chunks, and the lines of its response."""

    def __init__(self, address, query="", *fields, target="/v1/stream"):
        super().__init__(address)
        lines = [f"POST {target}{'?' if query else ''}{query} HTTP/1.1", "Host: test",
                 "Transfer-Encoding: chunked", *fields]
        self.send("\r\n".join(lines) + "\r\n\r\n")
        self.headers = None

    def put(self, data):
        if data:
            self.send(f"{len(data):x}\r\n", data, "\r\n")

    def end(self):
        self.send("0\r\n\r\n")

    def begin(self):
        """Reads the head of the response; a problem has a body of known length."""
        status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline()) != b"\r\n":
            name, value = line.decode().rstrip("\r\n").split(": ", 1)
            self.headers[name.lower()] = value
        return status

    def text(self):
        """The next chunk; none at the end."""
        if self.headers is None:
            status = self.begin()
            assert status == 200, status
            assert self.headers["transfer-encoding"] == "chunked"
        return self.chunk().decode()

    def line(self):
        text = self.text()
        return json.loads(text) if text else None

    def lines(self):
        lines = []
        while (line := self.line()) is not None:
            lines.append(line)
        return lines


class StreamTest(ServerTest):
    arguments = ("--max-streams", "4", "--max-body", "1KiB", "--quiet", "--threads", "2")

    def setUp(self):
        self.until(lambda: self.metric("genre_streams") == 0)  # those of the test before

    def stream(self, *arguments, **keywords):
        stream = Stream(self.server.address, *arguments, **keywords)
        self.addCleanup(stream.close)
        return stream

    def metric(self, name):
        text = self.ask("GET", "/metrics").body.decode()
        return float(next(line for line in text.splitlines() if line.startswith(name + " "))
                     .split()[1])

    def until(self, condition):
        """Waits for what the server does after its response; each look is a request."""
        while not condition():
            pass

    def assert_same(self, lines, data):
        done = subprocess.run([GENRE, "predict", "--json", "-"], input=data, capture_output=True,
                              check=True, timeout=PATIENCE)
        prediction = json.loads(done.stdout)
        windows = [line for line in lines if line["type"] == "window"]
        keys = ("start", "end", "genre", "certainty", "genres")
        self.assertEqual([{key: window[key] for key in keys} for window in windows],
                         prediction["segments"])
        summary = lines[-1]
        self.assertEqual((summary["type"], summary["final"]), ("summary", True))
        for key in ("genre", "genres", "confident", "duration", "sample_rate"):
            self.assertEqual(summary[key], prediction[key])

    def test_each_window_has_its_line_before_the_next_one_is_sent(self):
        stream = self.stream(RAW)
        lines = []
        for k in range(4):
            stream.put(int16(SONG[k * WINDOW:(k + 1) * WINDOW]))
            lines.append(stream.line())
            self.assertEqual((lines[-1]["type"], lines[-1]["end"]), ("window", 3 * (k + 1)))
        stream.end()
        lines += stream.lines()
        self.assertEqual(stream.headers["content-type"], "application/x-ndjson")
        self.assert_same(lines, wav(SONG))
        self.assertTrue(stream.closed())

    def test_a_body_of_known_length_larger_than_max_body(self):
        data = wav(SONG)
        client = self.client()
        client.send(f"POST /v1/stream HTTP/1.1\r\nHost: a\r\nContent-Length: {len(data)}\r\n\r\n",
                    data)
        stream = Stream.__new__(Stream)
        stream.socket, stream.file, stream.headers = client.socket, client.file, None
        self.assert_same(stream.lines(), data)

    def test_http_1_0(self):
        data = wav(SONG)
        client = self.client()
        client.send(f"POST /v1/stream HTTP/1.0\r\nContent-Length: {len(data)}\r\n\r\n", data)
        head, _, body = client.file.read().partition(b"\r\n\r\n")
        self.assertIn(b"200 OK", head)
        self.assertNotIn(b"chunked", head)
        self.assert_same([json.loads(line) for line in body.splitlines()], data)

    def test_server_sent_events(self):
        stream = self.stream("summary=2", "Accept: text/event-stream")
        stream.put(wav(SONG))
        stream.end()
        events = []
        while text := stream.text():
            name, data = text.removesuffix("\n\n").split("\n")
            events.append(name.removeprefix("event: "))
            self.assertEqual(json.loads(data.removeprefix("data: "))["type"], events[-1])
        self.assertEqual(stream.headers["content-type"], "text/event-stream")
        self.assertEqual(events, ["window", "window", "summary"] * 2 + ["summary"])

    @unittest.skipUnless(shutil.which("ffmpeg") and HAS_DECODER, "needs ffmpeg and genre-decode")
    def test_compressed_formats(self):
        for arguments in (["-f", "mp3"], ["-f", "flac"], ["-f", "adts"], ["-f", "webm"],
                          ["-ar", "48000", "-c:a", "libopus", "-f", "ogg"]):
            data = subprocess.run(["ffmpeg", "-loglevel", "error", "-i", "-", *arguments, "-"],
                                  input=wav(SONG), capture_output=True, check=True).stdout
            stream = self.stream()
            for at in range(0, len(data), 3000):
                stream.put(data[at:at + 3000])
            stream.end()
            self.assert_same(stream.lines(), data)

    def test_what_is_no_audio(self):
        for body, status, code in ((b"x" * 30_000, 415, "not_audio"),
                                   (b"FORM\0\0\0\0AIFFCOMM" + bytes(20_000), 415,
                                    "unsupported_audio"),
                                   (wav([]), 422, "no_samples"), (b"", 422, "empty_file")):
            stream = self.stream()
            stream.put(body)
            stream.end()
            self.assertEqual(stream.begin(), status, body[:9])
            problem = json.loads(stream.file.read(int(stream.headers["content-length"])))
            self.assertEqual(problem["code"], code)

    # The response begins with the first samples, so an error after these is a line.
    def test_an_error_after_some_windows(self):
        stream = self.stream("format=f32le&rate=22050")
        stream.put(struct.pack(f"<{WINDOW}f", *SONG[:WINDOW]))
        self.assertEqual(stream.line()["type"], "window")
        stream.put(struct.pack("<1024f", *[float("inf")] * 1024))
        lines = stream.lines()
        self.assertEqual([line["type"] for line in lines], ["summary", "error"])
        self.assertEqual((lines[1]["status"], lines[1]["code"]), (422, "non_finite_samples"))

    def test_bad_parameters(self):
        for query, word in (("format=mp3", "f32le or s16le"), ("rate=0&format=f32le", "rate"),
                            ("summary=0", "summary"), ("hop=0", "hop"), ("segments=1", "segments"),
                            ("format=f32le&channels=65", "channels")):
            stream = self.stream(query)
            stream.end()
            self.assertEqual(stream.begin(), 400, query)
            body = stream.file.read(int(stream.headers["content-length"])).decode()
            self.assertIn(word, body)

    def test_a_content_encoding_is_refused(self):
        stream = self.stream("", "Content-Encoding: gzip")
        stream.end()
        self.assertEqual(stream.begin(), 415)

    def test_other_methods(self):
        response = self.ask("GET", "/v1/stream")
        self.assertEqual((response.status, response.headers["allow"]), (405, "POST"))

    def test_no_more_streams_than_allowed(self):
        streams = [self.stream(RAW) for _ in range(4)]
        for stream in streams:
            stream.put(int16(SONG[:WINDOW]))
            self.assertEqual(stream.line()["type"], "window")
        self.assertEqual(self.metric("genre_streams"), 4)
        refused = self.stream(RAW)
        self.assertEqual(refused.begin(), 503)
        self.assertIn("retry-after", refused.headers)
        self.assertEqual(
            json.loads(refused.file.read(int(refused.headers["content-length"])))["code"],
            "too_many_streams")
        streams[0].end()
        self.assertEqual(streams[0].lines()[-1]["type"], "summary")
        self.until(lambda: self.metric("genre_streams") == 3)
        again = self.stream(RAW)
        again.put(int16(SONG[:WINDOW]))
        self.assertEqual(again.line()["type"], "window")

    # With two workers, four streams that wait for bytes would keep everyone else out.
    def test_streams_that_wait_occupy_no_worker(self):
        streams = [self.stream(RAW) for _ in range(4)]
        for stream in streams:
            stream.put(int16(SONG[:WINDOW]))
            stream.line()
        self.assertEqual(self.ask("POST", "/predict", b"x").status, 415)  # from a worker
        for stream in streams:
            stream.end()
            self.assertTrue(stream.lines()[-1]["final"])

    def test_a_client_that_leaves_frees_its_stream(self):
        before = self.metric("genre_streams")
        for _ in range(3):
            stream = self.stream(RAW)
            stream.put(int16(SONG[:WINDOW + 100]))
            stream.line()
            stream.socket.shutdown(socket.SHUT_RDWR)
            stream.close()
        self.until(lambda: self.metric("genre_streams") == before)

    def test_what_follows_the_audio_is_ignored(self):
        stream = self.stream()
        stream.put(wav(SONG))
        self.assertEqual([line["type"] for line in stream.lines()], ["window"] * 4 + ["summary"])

    def test_metrics_count_windows(self):
        before = self.metric("genre_stream_windows_total")
        stream = self.stream()
        stream.put(wav(SONG))
        stream.end()
        stream.lines()
        self.assertEqual(self.metric("genre_stream_windows_total"), before + 4)

    # Nothing that the client sends is read on while its lines are not: the connection is full in
    # both directions. Memory stays within a bound, and the stream goes on when the client reads.
    def test_a_client_that_does_not_read(self):
        stream = self.stream(f"{RAW}&hop=0.1&summary=1")
        stream.socket.setblocking(False)
        piece = int16(SONG)
        chunk = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        sent = 0
        before = self.resident()
        try:
            while sent < 100_000_000:
                sent += stream.socket.send(chunk[sent % len(chunk):])
        except BlockingIOError:
            pass
        self.assertLess(self.resident() - before, 60_000)
        stream.socket.setblocking(True)

    def resident(self):
        with open(f"/proc/{self.server.process.pid}/statm", encoding="utf-8") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class StopTest(ServersTest):
    def stream(self, server, query=RAW):
        stream = Stream(server.address, query)
        self.addCleanup(stream.close)
        stream.put(int16(SONG[:WINDOW]))
        self.assertEqual(stream.line()["type"], "window")
        return stream

    def test_a_stop_ends_streams_with_their_last_lines(self):
        server = self.start()
        streams = [self.stream(server) for _ in range(3)]
        for stream in streams:
            stream.put(int16(SONG[:WINDOW * 2 // 3]))
        server.signal()
        for stream in streams:
            lines = stream.lines()
            self.assertEqual([line["type"] for line in lines][-2:], ["summary", "error"])
            self.assertTrue(lines[-2]["final"])
            self.assertEqual(lines[-1]["code"], "stopping")
        self.assertEqual(server.wait(), 0)

    def test_a_stream_without_bytes_ends(self):
        server = self.start("--stream-idle", "0.2")
        stream = self.stream(server)
        lines = stream.lines()
        self.assertEqual([line["type"] for line in lines], ["summary", "error"])
        self.assertEqual((lines[1]["status"], lines[1]["code"]), (408, "request_timeout"))
        server.signal()
        self.assertEqual(server.wait(), 0)

    def test_a_fast_stream_is_slowed_down(self):
        # Five seconds' worth of bytes may come at once; the rest comes later, but all of it.
        server = self.start("--stream-rate", "100000")
        data = int16(SONG + SONG)  # a second and a half more than the burst, at this rate
        stream = Stream(server.address, RAW)
        self.addCleanup(stream.close)
        stream.put(data)
        stream.end()
        self.assertEqual(stream.lines()[-1]["windows"], 8)
        server.signal()
        self.assertEqual(server.wait(), 0)

    def test_a_model_that_needs_the_whole_file(self):
        done = subprocess.run([GENRE, "live", "--model", "best", "-"], input=b"",
                              capture_output=True, check=False, timeout=PATIENCE)
        if b"genre model pull" in done.stderr:
            self.skipTest("needs the network mn04")
        self.assertIn(b"whole file", done.stderr)
        server = self.start("--model", "best")
        stream = Stream(server.address, RAW)
        self.addCleanup(stream.close)
        stream.end()
        self.assertEqual(stream.begin(), 422)
        server.signal()
        self.assertEqual(server.wait(), 0)


if __name__ == "__main__":
    unittest.main()
