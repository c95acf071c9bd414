"""Ten times the load that the server sustains: it must refuse the excess and remain stable."""
import statistics

from load import clip, load, request, saturate
from report import mib, ms
from server import Memory, Server

TIMES = 10
CONNECTIONS = 900  # more than --max-queue, fewer than --max-connections
WINDOWS = 6        # of memory samples: requests in flight vary, a leak grows from window to window


def windows(samples):
    """The median of each window of samples except the first, in which the server warms up."""
    edges = [i * len(samples) // WINDOWS for i in range(WINDOWS + 1)]
    return [statistics.median(samples[a:b]) for a, b in zip(edges[1:], edges[2:])]


def run(report, quick):
    seconds = 4 if quick else 60
    ask = request("/v1/predict", clip())
    with Server("--quiet") as server:
        rate = saturate(server, ask, 1 if quick else 5).rate
        before = server.answer_time(ask)
        with Memory(server) as memory:
            result = load(server, [ask], connections=CONNECTIONS, seconds=seconds,
                          rate=TIMES * rate)
        first = server.answer_times(ask, 1)[0]
        after = server.answer_time(ask)
    report.expect(server.status == 0, "the server did not stop well")
    count = result.count()
    report.expect(set(count) == {200, 503}, f"not only 200 and 503: {dict(count)}")

    warm = windows(memory.samples)
    report.add("sustained load", f"{rate:.0f} requests/s")
    report.add(f"offered for {seconds} s: {TIMES} times that, over {CONNECTIONS} connections",
               f"{result.rate:.0f}/s answered 200, {count[503] / seconds:.0f}/s answered 503, "
               f"{count.total() - count[200] - count[503]} else", "200 and 503 only")
    report.add(f"memory, medians of {len(warm)} stretches once warm",
               f"{mib(min(warm))} to {mib(max(warm))}: {max(warm) / min(warm):.2f}; "
               f"last to first {warm[-1] / warm[0]:.2f}; peak {mib(max(memory.samples))}",
               "at most 1.10")
    report.add("one request before, first after, median after",
               f"{ms(before)}, {ms(first)}, {ms(after)}: {after / before:.2f}", "as before")
