"""Runs genre_load, which sends requests and measures times, and reads its results."""
import collections
import os
import subprocess
import tempfile

from harness import head

BIN = os.path.dirname(os.environ["GENRE"])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLIP = os.path.join(ROOT, "examples", "clip.wav")
CONNECTIONS = 16
NO_ANSWER = {"0": "closed", "-1": "reset", "-2": "refused", "-3": "timeout"}


def clip():
    with open(CLIP, "rb") as file:
        return file.read()


def request(target, body, content_type="audio/wav"):
    return head("POST", target, body, content_type).encode() + body


class Result:
    """outcomes: how often each request of the list had each status or NO_ANSWER reason."""

    def __init__(self, lines, seconds):
        self.outcomes = collections.Counter()
        self.latencies = []  # s, sorted, of responses with status 200
        self.elapsed = 0  # s from the first request to the last response, without the start of genre_load
        for line in lines:
            number, outcome, microseconds, end = line.split()
            self.elapsed = max(self.elapsed, int(end) / 1e6)
            outcome = NO_ANSWER.get(outcome) or int(outcome)
            self.outcomes[int(number), outcome] += 1
            if outcome == 200:
                self.latencies.append(int(microseconds) / 1e6)
        self.latencies.sort()
        self.rate = len(self.latencies) / seconds if seconds else None  # responses with status 200 per second

    def percentile(self, share):
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]

    def count(self):
        """The number of each outcome over all requests."""
        counts = collections.Counter()
        for (_, outcome), count in self.outcomes.items():
            counts[outcome] += count
        return counts


class Load:
    """A running load. Ends after `seconds`, after `count` requests, or when the server refuses connections."""

    def __init__(self, server, requests, connections=CONNECTIONS, seconds=None, count=None,
                 rate=None):
        self.seconds = seconds
        self.folder = tempfile.TemporaryDirectory()
        self.output = tempfile.TemporaryFile("w+")
        files = {}
        for request in requests:
            path = files.setdefault(request, os.path.join(self.folder.name, str(len(files))))
            if not os.path.exists(path):
                with open(path, "wb") as file:
                    file.write(request)
        command = [os.path.join(BIN, "genre_load"), "--port", str(server.port),
                   "--connections", str(connections)]
        for flag, value in (("--seconds", seconds), ("--requests", count), ("--rate", rate)):
            if value is not None:
                command += [flag, str(value)]
        self.process = subprocess.Popen([*command, *(files[r] for r in requests)],
                                        stdout=self.output)

    def wait(self):
        status = self.process.wait()
        self.folder.cleanup()
        assert status == 0, f"genre_load failed: {status}"
        self.output.seek(0)
        result = Result(self.output, self.seconds)
        self.output.close()
        return result


def load(*arguments, **options):
    return Load(*arguments, **options).wait()


def saturate(server, ask, seconds):
    """The result if every connection sends its next request right after each response."""
    return load(server, [ask], seconds=seconds)
