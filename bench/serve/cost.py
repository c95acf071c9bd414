"""The cost of serving: the CPU time per prediction of the server, compared with the predictor alone."""
import os
import statistics
import subprocess

from load import BIN, CLIP, clip, load, request
from report import ms
from server import Server

THREADS = 2


def direct(model, seconds):
    """CPU seconds per prediction, with as many threads as the server."""
    command = [os.path.join(BIN, "genre_direct"), CLIP, "--model", model, "--threads", str(THREADS),
               "--seconds", str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def served(report, server, ask, seconds):
    before = server.cpu()
    count = load(server, [ask], seconds=seconds).count()
    report.expect(set(count) == {200}, f"not only 200: {dict(count)}")
    return (server.cpu() - before) / count[200]


def run(report, quick):
    rounds, seconds = (1, 1) if quick else (11, 3)
    for model in ("default", "seed"):
        with Server("--model", model, "--threads", str(THREADS)) as server:
            targets = {target: request(target, clip()) for target in ("/v1/predict", "/predict")}
            costs = {target: [] for target in ("direct", *targets)}
            for _ in range(rounds):
                costs["direct"].append(direct(model, seconds))
                for target, ask in targets.items():
                    costs[target].append(served(report, server, ask, seconds))
        report.expect(server.status == 0, "the server did not stop well")
        report.add(f"{model}: predictor alone", ms(statistics.median(costs["direct"])))
        for target in targets:
            ratio = statistics.median(
                mine / alone for mine, alone in zip(costs[target], costs["direct"]))
            report.add(f"{model}: server, {target}",
                       f"{ms(statistics.median(costs[target]))}, ratio {ratio:.2f}",
                       "at most 1.25")
