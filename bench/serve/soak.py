"""Hundreds of thousands of valid and invalid requests: every response is correct, and nothing leaks."""
from itertools import cycle

import corpus
from load import load
from report import mib
from server import Server

BAD = 10  # one request in BAD is invalid
DECODER = 1  # descriptor: the socket to genre-decode, which starts with the first file that needs it


def mix():
    """[(name, request, is_good)]: all requests, good and bad ones mixed."""
    audio = corpus.clips()
    good, bad = list(corpus.good(audio)), list(corpus.bad(audio))
    bads = cycle(bad)
    mixed = []
    while len(mixed) < BAD * len(bad) or len(mixed) < 2 * len(good):
        mixed += [(*next(bads), False)]
        for _ in range(BAD - 1):
            mixed.append((*good[len(mixed) * (BAD - 1) // BAD % len(good)], True))
    return mixed


def right(outcome, is_good):
    if is_good:
        return outcome == 200
    return isinstance(outcome, int) and 400 <= outcome < 500


def run(report, quick):
    requests = mix()
    count = len(requests) if quick else 200_000
    with Server("--quiet") as server:
        descriptors = server.descriptors()
        load(server, [ask for _, ask, _ in requests], count=count // 10)  # to warm up
        before = server.rss()
        result = load(server, [ask for _, ask, _ in requests], count=count)
        after = server.rss()
        left_open = server.idle_descriptors(descriptors + DECODER)
    report.expect(server.status == 0, "the server did not stop well")

    goods = bads = 0
    wrong = {}
    for (number, outcome), times in result.outcomes.items():
        name, _, is_good = requests[number]
        goods, bads = goods + times * is_good, bads + times * (not is_good)
        if not right(outcome, is_good):
            wrong[name, outcome] = wrong.get((name, outcome), 0) + times
    for (name, outcome), times in sorted(wrong.items(), key=str):
        report.expect(False, f"{name}: {outcome}, {times} times")
    report.add(f"{goods} good requests, {bads} bad ones",
               f"{sum(wrong.values())} answered wrongly", "200 to good ones, 4xx to bad ones")
    report.add("memory before and after", f"{mib(before)}, {mib(after)}: {after / before:.2f}",
               "at most 1.10")
    report.add("open descriptors before and after", f"{descriptors}, {left_open}",
               "the same, or one more for genre-decode")
    report.expect(left_open <= descriptors + DECODER, "descriptors are left open")
