"""The log never holds up the server."""
import fcntl
import json
import os
import re
import subprocess
import unittest

from audio_files import GENRE, wav
from harness import LISTENING, PATIENCE, Client

PIPE_SIZE = 4096


class Pipe(unittest.TestCase):
    """Standard error is a pipe that only the test reads."""

    def setUp(self):
        self.reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        self.process = subprocess.Popen([GENRE, "serve", "--port", "0"], stdout=subprocess.PIPE,
                                        stderr=writer)
        os.close(writer)
        self.addCleanup(self.close_reader)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        match = LISTENING.fullmatch(self.process.stdout.readline().decode())
        self.client = Client((match[2], int(match[3])))
        self.addCleanup(self.client.close)

    def close_reader(self):
        if self.reader is not None:
            os.close(self.reader)
        self.reader = None

    def ask(self, n):
        for _ in range(n):
            self.assertEqual(self.client.ask("GET", "/healthz").status, 200)

    def dropped(self):
        text = self.client.ask("GET", "/metrics").body.decode()
        return int(re.search(r"^genre_log_lines_dropped_total (\d+)", text, re.MULTILINE)[1])

    def stop(self):
        self.process.terminate()
        self.assertEqual(self.process.wait(timeout=PATIENCE), 0)

    def test_nobody_reads(self):
        self.ask(1000)  # 150 kB, and the pipe holds 4
        self.assertEqual(self.client.ask("POST", "/predict", wav()).status, 200)
        self.stop()

    def test_lines_beyond_the_bound_are_counted(self):
        self.assertEqual(self.dropped(), 0)
        path = "/" + 15000 * "x"
        for _ in range(400):  # 6 MB, and 4 MiB wait at most
            self.assertEqual(self.client.ask("GET", path).status, 404)
        dropped = self.dropped()
        self.assertGreater(dropped, 50)
        self.assertLess(dropped, 200)
        self.stop()

    def test_the_reader_is_gone(self):
        self.close_reader()
        self.ask(100)
        while self.dropped() < 100:
            pass
        self.stop()

    def test_what_waits_is_written_at_the_end_if_somebody_reads(self):
        self.ask(500)
        self.process.terminate()
        with os.fdopen(self.reader, "rb") as log:
            lines = [json.loads(line) for line in log]
        self.reader = None
        self.assertEqual(len(lines), 500)
        self.assertEqual(self.process.wait(timeout=PATIENCE), 0)

    def test_a_start_and_a_stop_with_a_full_pipe(self):
        """Of the worker, too; without a queue it says why it ends."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(writer, PIPE_SIZE * b"x")
        os.set_blocking(writer, True)
        with subprocess.Popen([GENRE, "worker", "--nats", "nats://127.0.0.1:1"],
                              stderr=writer) as worker:
            self.assertEqual(worker.wait(timeout=PATIENCE), 1)
        with subprocess.Popen([GENRE, "serve", "--port", "0", "--drain-timeout", "0.01"],
                              stdout=subprocess.PIPE, stderr=writer) as server:
            match = LISTENING.fullmatch(server.stdout.readline().decode())
            client = Client((match[2], int(match[3])))
            client.send("GET /healthz")
            while b"genre_connections 2" not in self.metrics(match):
                pass
            server.terminate()
            self.assertEqual(server.wait(timeout=PATIENCE), 1)  # with a request in progress
            client.close()
        os.close(writer)

    def metrics(self, match):
        client = Client((match[2], int(match[3])))
        body = client.ask("GET", "/metrics").body
        client.close()
        return body


if __name__ == "__main__":
    unittest.main()
