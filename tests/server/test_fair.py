"""A client with much work does not keep the others waiting."""
import base64
import glob
import io
import json
import os
import random
import re
import select
import unittest
import wave

from audio_files import is_sanitized, wav
from harness import ServerTest, multipart

N_CLIPS = 20


def song(seconds):
    """Audio that is long for its size."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(range(64, 192, 3)) * (seconds * 8000 // 43))
    return out.getvalue()


class OneThread(ServerTest):
    """With one thread it is certain who waits for whom."""
    arguments = ("--threads", "1")

    def assert_clips_pass(self, target, body, content_type):
        """Clips that arrive after a long request are answered before it."""
        busy = self.client()
        pieces = f"POST {target} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", \
            f"Content-Type: {content_type}", "", ""
        busy.send("\r\n".join(pieces), body)
        clips = self.client()
        for _ in range(N_CLIPS):
            self.assert_json(clips.ask("POST", "/predict", self.song))
        answered, _, _ = select.select([busy.socket], [], [], 0)
        self.assertFalse(answered, "the long request was finished before the clips")
        return self.assert_json(busy.receive())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.long = song(60 if is_sanitized() else 300)

    def test_beside_a_form_of_long_songs(self):
        results = self.assert_clips_pass("/v1/predict?segments=0",
                                         *multipart(*[('name="file"', self.long)] * 12))
        alone = self.assert_json(self.ask("POST", "/v1/predict?segments=0", self.long))
        self.assertEqual(results, [alone] * 12)

    def many(self, n):
        """The long song, n times in one file."""
        body = self.long + self.long[44:] * (n - 1)
        return body[:4] + (len(body) - 8).to_bytes(4, "little") + body[8:40] + \
            (len(body) - 44).to_bytes(4, "little") + body[44:]

    def test_beside_one_long_song(self):
        self.assert_clips_pass("/v1/predict?segments=0", self.many(12), "audio/wav")

    def test_beside_the_peaks_of_a_long_song(self):
        self.assert_clips_pass("/v1/peaks", self.many(24), "audio/wav")

    # Nothing of it is predicted but its last window.
    def test_beside_a_long_song_that_is_skipped(self):
        self.assert_clips_pass("/v1/predict?segments=0&hop=3600", self.many(24), "audio/wav")

    def test_beside_a_tensor_of_long_songs(self):
        data = [base64.b64encode(self.long).decode()] * 12
        body = json.dumps({"inputs": [{"name": "audio", "datatype": "BYTES", "shape": [12],
                                       "data": data}]}).encode()
        self.assert_clips_pass("/v2/models/genre/infer", body, "application/json")

    def test_between_the_files_of_a_client_with_many_requests(self):
        """The other way round: a form is not kept waiting by an endless row of clips."""
        form = self.client()
        body, content_type = multipart(*[('name="file"', self.song)] * 8)
        form.send(f"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
                  f"Content-Type: {content_type}\r\n\r\n", body)
        clips = [self.client() for _ in range(8)]
        n_asked = 0
        while not select.select([form.socket], [], [], 0)[0]:
            for clip in clips:
                clip.send("POST /predict HTTP/1.1\r\nHost: x\r\n"
                          f"Content-Length: {len(self.song)}\r\n\r\n", self.song)
            for clip in clips:
                self.assert_json(clip.receive())
            n_asked += len(clips)
            self.assertLess(n_asked, 8 * 20, "the form gets no turn")
        self.assertEqual(len(self.assert_json(form.receive())), 8)


class Cancelled(ServerTest):
    """Work that nobody waits for any more ends between two windows, also where it is not running."""
    arguments = ("--threads", "1")

    def test_a_form_whose_client_has_left(self):
        body, content_type = multipart(*[('name="file"', song(300))] * 20)
        for _ in range(8):
            client = self.client()
            client.send(f"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
                        f"Content-Type: {content_type}\r\n\r\n", body)
            client.close()
        watcher = self.client()
        self.assert_json(watcher.ask("POST", "/predict", self.song))

        def metric(name):
            text = watcher.ask("GET", "/metrics").body.decode()
            return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])

        while metric("genre_in_flight_bytes") > 0:
            continue  # the harness ends a test that hangs
        self.assertLess(metric(r'genre_audio_seconds_total{model="default"}'), 8 * 20 * 300 / 2)


class ManyWindows(ServerTest):
    """The limit of a response holds over all files of a form, though they are predicted together."""
    # Thousands of windows are quick with it, also under a sanitizer.
    arguments = ("--model", os.path.join(os.path.dirname(__file__), os.pardir, "texture_lda.onnx"))

    def test_files_beyond_the_limit(self):
        long, short = song(420), song(30)  # 4199 and 299 windows at a hop of 0.1 s
        results = self.assert_json(self.ask("POST", "/v1/predict?hop=0.1&top=1", *multipart(
            *[('name="file"', file) for file in (long, short, long, long, short)])))
        self.assertEqual([result.get("code") for result in results],
                         [None, None, None, "too_long", None])


def cpu(process):
    """Nanoseconds that the threads of a process have run."""
    total = 0
    for task in glob.glob(f"/proc/{process.pid}/task/*/schedstat"):
        with open(task, encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


def same(text, size):
    return (text * (size // len(text) + 1))[:size]


@unittest.skipIf(is_sanitized(), "a sanitizer changes what takes how long")
class CostOfParsing(ServerTest):
    """CPU time, in proportion to that of a harmless body of the same size."""
    SIZE = 30_000_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.noise = random.Random(1).randbytes(cls.SIZE)

    def cost(self, target, status, body, content_type):
        """The least of some, because other processes disturb the caches."""
        costs = []
        for _ in range(3):
            before = cpu(self.server.process)
            self.assertEqual(self.ask("POST", target, body, content_type).status, status)
            costs.append(cpu(self.server.process) - before)
        return min(costs)

    def form(self, content, boundary):
        return self.cost("/v1/predict", 415, *multipart(("name=file", content), boundary=boundary))

    def test_forms(self):
        harmless = self.form(self.noise, "----WebKitFormBoundary7MA4YWxkTrZu0gW")
        for content, boundary in [(b"a", "a" * 70), (b"-", "-" * 70), (b"\r\n", "b"), (b"\r", "b"),
                                  (b"\r\n--", "-" * 9), (b"\r\n--" + b"a" * 69, "a" * 70)]:
            with self.subTest(content[:8]):
                cost = self.form(b"x" + same(content, self.SIZE), boundary)
                self.assertLess(cost, 3 * harmless)

    def json(self, text, status=400):
        return self.cost("/v2/models/genre/infer", status, text, "application/json")

    def test_json(self):
        harmless = self.json(b'{"inputs": "' + b"a" * self.SIZE + b'"}')
        keys = b",".join(b'"%d":0' % i for i in range(1_000_000))
        for text in (b"{" + keys + b"}", b"[" * self.SIZE, b"1" * self.SIZE, b"1e" + b"1" * self.SIZE,
                     b'{"x":' + b"[" + same(b"0,", self.SIZE) + b"0]}", b"[" + same(b"{},", self.SIZE),
                     b'"' + b"a" * self.SIZE, same(b'{"":', self.SIZE), b" " * self.SIZE,
                     b'"' + same(b"\\u00e4", self.SIZE) + b'"'):
            with self.subTest(text[:10]):
                self.assertLess(self.json(text), 3 * harmless)


if __name__ == "__main__":
    unittest.main()
