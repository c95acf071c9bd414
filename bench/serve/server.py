"""The real server: its process, its resource usage, and its response times."""
import os
import statistics
import time

import harness
from background import Background
from harness import Client

TICK = 1 / os.sysconf("SC_CLK_TCK")  # s
PAGE = os.sysconf("SC_PAGE_SIZE")    # bytes


class Server(harness.Server):
    """Stops at the end of a with block; status is then its exit status."""

    def __init__(self, *arguments):
        # All clients have one address.
        super().__init__("--max-connections-per-address", "1024", *arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.signal()
        self.status = self.wait()
        self.log.close()

    @property
    def port(self):
        return self.address[1]

    def cpu(self):
        """CPU seconds of all threads so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def rss(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def idle_descriptors(self, at_most, patience=10):
        """The open descriptors when they are at most at_most, or after `patience` seconds."""
        end = time.monotonic() + patience
        while self.descriptors() > at_most and time.monotonic() < end:
            time.sleep(0.05)
        return self.descriptors()

    def answer_times(self, ask, count):
        """The times in seconds of `count` consecutive requests on a new connection."""
        client = Client(self.address)
        times = []
        for _ in range(count):
            start = time.perf_counter()
            client.send(ask)
            assert client.receive().status == 200
            times.append(time.perf_counter() - start)
        client.close()
        return times

    def answer_time(self, ask):
        return statistics.median(self.answer_times(ask, 21))


class Memory(Background):
    """Samples the server's resident memory while the with block runs."""
    EVERY = 0.5  # s

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.samples = []

    def run(self):
        while not self.ended.wait(self.EVERY):
            self.samples.append(self.server.rss())
