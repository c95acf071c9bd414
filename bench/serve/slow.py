"""A thousand clients that send one byte per second, in addition to normal load."""
import selectors
import socket
import statistics

from background import Background
from harness import head
from load import clip, load, request, saturate
from report import ms
from server import Server

SHARE = 0.5         # of the sustained load
CONNECTIONS = 16    # of the normal load; with the slow clients fewer than --max-connections
SLOW = 1000
EVERY = 1.0         # s, from one byte to the next


class SlowClients(Background):
    """Half of the clients are slow in the request header, half in the body."""

    def __init__(self, server, n=SLOW):
        super().__init__()
        self.failed = 0
        body = clip()
        ready = head("POST", "/v1/predict", body, "audio/wav").encode()
        self.sockets = [socket.create_connection(server.address) for _ in range(n)]
        for client in self.sockets[::2]:
            client.sendall(ready)
        self.rest = [body if i % 2 == 0 else ready for i in range(n)]

    def run(self):
        position = 0
        while not self.ended.is_set():
            for client, rest in zip(self.sockets, self.rest):
                try:
                    client.send(rest[position:position + 1])
                except OSError:
                    self.failed += 1
                if self.ended.wait(EVERY / len(self.sockets)):
                    return
            position += 1

    def __exit__(self, *_):
        super().__exit__()
        with selectors.DefaultSelector() as selector:
            for client in self.sockets:
                selector.register(client, selectors.EVENT_READ)
            self.failed += len(selector.select(0))  # a response or a closed connection is too early
        for client in self.sockets:
            client.close()


def measure(report, server, ask, rate, seconds):
    result = load(server, [ask], connections=CONNECTIONS, seconds=seconds, rate=rate)
    count = result.count()
    report.expect(set(count) == {200}, f"not only 200: {dict(count)}")
    return result.percentile(0.5), result.percentile(0.99)


def run(report, quick):
    rounds, seconds = (1, 2) if quick else (7, 8)
    ask = request("/v1/predict", clip())
    without, beside = [], []
    with Server("--quiet") as server:
        rate = SHARE * saturate(server, ask, 1 if quick else 5).rate
        for _ in range(rounds):
            without.append(measure(report, server, ask, rate, seconds))
            with SlowClients(server) as slow:
                beside.append(measure(report, server, ask, rate, seconds))
            report.expect(slow.failed == 0, f"{slow.failed} slow clients were cut off")
    report.expect(server.status == 0, "the server did not stop well")
    report.add("load", f"{rate:.0f} requests/s, {SHARE:.0%} of the sustained")
    for name, at in (("p50", 0), ("p99", 1)):
        ratio = statistics.median(b[at] / a[at] for a, b in zip(without, beside))
        report.add(f"{name} without and beside {SLOW} slow clients",
                   f"{ms(statistics.median(a[at] for a in without))}, "
                   f"{ms(statistics.median(b[at] for b in beside))}: {ratio:.2f}", "at most 1.5")
