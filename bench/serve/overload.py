"""Ten times the load that the server sustains: it refuses what it cannot do, and keeps its head."""
from load import Load, clip, request, sustained
from report import mib, ms
from server import Memory, Server

TIMES = 10
CONNECTIONS = 900  # more than can wait for a worker, fewer than the server takes


def run(report, quick):
    seconds = 4 if quick else 60
    ask = request("/v1/predict", clip())
    with Server("--quiet") as server:
        rate = sustained(server, ask, 1 if quick else 5).rate
        before = server.answer_time(ask)
        with Memory(server) as memory:
            result = Load(server, [ask], connections=CONNECTIONS, seconds=seconds,
                          rate=TIMES * rate).wait()
        first = server.answer_times(ask, 1)[0]
        after = server.answer_time(ask)
    report.expect(server.status == 0, "the server did not stop well")
    count = result.count()
    report.expect(set(count) == {200, 503}, f"not only 200 and 503: {dict(count)}")

    warm = memory.samples[len(memory.samples) // 6:]
    report.add("sustained load", f"{rate:.0f} requests/s")
    report.add(f"offered for {seconds} s: {TIMES} times that, over {CONNECTIONS} connections",
               f"{result.rate:.0f}/s answered 200, {count[503] / seconds:.0f}/s answered 503, "
               f"{count.total() - count[200] - count[503]} else", "200 and 503 only")
    report.add("memory, largest to smallest once warm",
               f"{mib(max(warm))}, {mib(min(warm))}: {max(warm) / min(warm):.2f}", "at most 1.10")
    report.add("one request before, first after, median after",
               f"{ms(before)}, {ms(first)}, {ms(after)}: {after / before:.2f}", "as before")
