"""The response times at half of the load that the server sustains. The load generator has the first core to
itself, and the server the others: a generator that waits for a core would delay requests, not the server."""
import contextlib
import os
import statistics

from load import clip, load, request, saturate
from report import ms
from server import Server

SHARE = 0.5
CONNECTIONS = 64  # so many that requests rarely wait for one; latency counts from the due time


@contextlib.contextmanager
def pinned(cores):
    """Processes that are started in the with block run on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run(report, quick):
    rounds, seconds = (1, 1) if quick else (7, 8)
    ask = request("/v1/predict", clip())
    first, *others = sorted(os.sched_getaffinity(0))
    tops, p50s, p99s = [], [], []
    with pinned(others or [first]):
        server = Server("--quiet")
    with server, pinned([first]):
        for _ in range(rounds):
            top = saturate(server, ask, seconds)
            result = load(server, [ask], connections=CONNECTIONS, seconds=seconds,
                          rate=SHARE * top.rate)
            for count in (top.count(), result.count()):
                report.expect(set(count) == {200}, f"not only 200: {dict(count)}")
            tops.append(top.rate)
            p50s.append(result.percentile(0.5))
            p99s.append(result.percentile(0.99))
    report.expect(server.status == 0, "the server did not stop well")
    report.add(f"sustained load, load generator on core {first}, server on {others or [first]}",
               f"{statistics.median(tops):.0f} requests/s")
    report.add(f"at {SHARE:.0%} of it: p50", ms(statistics.median(p50s)))
    report.add(f"at {SHARE:.0%} of it: p99", ms(statistics.median(p99s)))
    report.add("p99 to p50", f"{statistics.median(b / a for a, b in zip(p50s, p99s)):.1f}",
               "at most 5")
