"""Ordinary clients for ten minutes beside every kind of bad company: none of them is lost, and memory stays flat."""
import gzip
import json
import random

import corpus
from background import Background
from corpus import form
from fair import CLIP_RATE, INFER, clips, song
from harness import Client, head
from load import Load, clip, request
from overload import windows
from report import mib, ms
from server import Memory, Server
from slow import SlowClients

SECONDS = 600
N_SONGS = 4
N_SLOW = 500
SLOW_SECONDS = 20  # after 30 s the server would cut them off
BOMB = 200 * 2**20  # bytes, decoded
N_KEYS = 1_000_000
DECODER = 1  # descriptor: the socket to genre-decode


class Repeated(Background):
    """Calls act again and again while the with block runs."""

    def __init__(self, act):
        super().__init__()
        self.act = act
        self.count = 0

    def run(self):
        while not self.ended.is_set():
            self.act(self.ended)
            self.count += 1


def disconnect(server, ask):
    """A client that leaves in the middle of its request, or before the response."""
    chance = random.Random(1)

    def act(ended):
        client = Client(server.address)
        client.send(ask[:chance.choice((chance.randrange(1, len(ask)), len(ask)))])
        client.close()
        ended.wait(0.05)

    return act


def slow_clients(server):
    def act(ended):
        with SlowClients(server, N_SLOW):
            ended.wait(SLOW_SECONDS)

    return act


def companions():
    """(name, connections, requests, the statuses of their responses)"""
    songs = form("/v1/predict?segments=0", *[('name="file"', song())] * N_SONGS)
    keys = json.dumps({f"k{i}": i for i in range(N_KEYS)}).encode()
    bomb = gzip.compress(bytes(BOMB))
    yield "forms of songs", 2, [songs], {200}
    yield "JSON of a million keys", 2, [request(INFER, keys, "application/json")], {400}
    yield "bombs", 2, [head("POST", "/v1/predict", bomb, None, "Content-Encoding: gzip").encode()
                       + bomb], {413}
    yield "invalid requests", 2, [ask for _, ask in corpus.bad(corpus.clips())], range(400, 500)


def run(report, quick):
    seconds = 10 if quick else SECONDS
    ask = request("/v1/predict", clip())
    others = list(companions())
    with Server("--quiet") as server:
        descriptors = server.descriptors()
        alone = clips(server, ask, 2 if quick else 10)
        loads = [Load(server, asks, connections=n, seconds=seconds) for _, n, asks, _ in others]
        with Repeated(slow_clients(server)), Repeated(disconnect(server, ask)) as leaving, \
                Memory(server) as memory:
            beside = clips(server, ask, seconds)
        for (name, _, _, statuses), load in zip(others, loads):
            count = load.wait().count()
            report.expect(set(count) <= set(statuses), f"{name}: {dict(count)}")
            report.add(name, f"{count.total()}")
        left_open = server.idle_descriptors(descriptors + DECODER)
    report.expect(server.status == 0, "the server did not stop well")
    count = beside.count()
    lost = count.total() - count[200]
    report.expect(lost == 0, f"clips: {dict(count)}")
    warm = windows(memory.samples)
    report.add("clients that leave in the middle", f"{leaving.count}")
    report.add(f"beside them and {N_SLOW} slow clients, for {seconds} s: {CLIP_RATE} clips per second",
               f"{count[200]} answered 200, {lost} lost", "0 lost")
    report.add("clip alone, beside them: p99",
               f"{ms(alone.percentile(0.99))}, {ms(beside.percentile(0.99))}")
    report.add(f"memory, medians of {len(warm)} stretches once warm",
               f"{', '.join(mib(size) for size in warm)}; peak {mib(max(memory.samples))}",
               "flat")
    report.add("open descriptors before and after", f"{descriptors}, {left_open}",
               "the same, or one more for genre-decode")
    report.expect(left_open <= descriptors + DECODER, "descriptors are left open")
