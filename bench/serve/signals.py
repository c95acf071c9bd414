"""Signals under load: SIGTERM costs no request, and after SIGKILL the next server is there at once."""
import collections
import random
import statistics
import time

from harness import Client
from load import Load, clip, request
from report import ms
from server import Server


def under_load(server, act, **options):
    """The outcomes of the requests of a load during which act is called."""
    load = Load(server, [request("/v1/predict", clip())], **options)
    time.sleep(random.uniform(0.5, 1))  # at a random point of the load
    act()
    return load.wait().count()


def terminate(report, what, rounds, **options):
    outcomes = collections.Counter()
    for _ in range(rounds):
        with Server("--quiet") as server:
            outcomes += under_load(server, server.signal, **options)
            server.process.wait()  # a second signal would end it at once
        report.expect(server.status == 0, f"exit status {server.status} after SIGTERM")
    refused = outcomes.pop("refused", 0)
    report.expect(set(outcomes) == {200}, f"SIGTERM, {what}: {dict(outcomes)}")
    report.add(f"SIGTERM, {what}, {rounds} times",
               f"{outcomes[200]} answered 200, {outcomes.total() - outcomes[200]} failed, "
               f"{refused} refused after the stop", "none failed")


def ready(server):
    """Whether the server is ready."""
    client = Client(server.address)
    status = client.ask("GET", "/readyz").status
    if status == 404:  # a server without this route is ready once it is alive
        status = client.ask("GET", "/healthz").status
    client.close()
    return status == 200


def start():
    """A server, and the seconds until it was ready."""
    begin = time.perf_counter()
    server = Server("--quiet")
    while not ready(server):
        time.sleep(0.001)
    return server, time.perf_counter() - begin


def restart(report, rounds):
    times = []
    for _ in range(rounds):
        with start()[0] as server:
            outcomes = under_load(server, server.process.kill)
        report.expect(server.status == -9 and outcomes[200], "the load before SIGKILL failed")
        server, seconds = start()
        with server:
            times.append(seconds)
    report.add(f"from exec to ready after SIGKILL under load, {rounds} times",
               f"{ms(statistics.median(times))}, longest {ms(max(times))}", "under 500 ms")


def run(report, quick):
    rounds = 2 if quick else 20
    terminate(report, "every connection busy", rounds)
    terminate(report, "most connections idle", rounds, connections=64, rate=500)
    restart(report, 2 if quick else 10)
