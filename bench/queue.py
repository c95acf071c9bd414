#!/usr/bin/env python3
"""Measures the files per second of workers on a queue, and the disk and memory usage of the queue.

  bench/queue.py build/release/bin/genre CLIP.wav...

Starts its own nats-server processes: one server, then three servers with three replicas. Links the
clips under five thousand names in a temporary folder, next to the first clip. Each worker has one
thread. The same rounds also run `genre predict` on the files with one thread and with one per core.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "queue"))
from nats import Client, Process, cluster, wait_until  # noqa: E402

FILES = 5000
ROUNDS = 3
NAMES = 1_000_000  # in the queue whose disk and memory usage is measured


def quietly(command, **how):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          **how)


def seconds(command):
    began = time.monotonic()
    quietly(command)
    return time.monotonic() - began


def queue_rate(program, nodes, n_workers, music, folder, name):
    """Files per second from the first to the last result, and bytes per result."""
    queue = ["--nats", ",".join(node.url for node in nodes), "--stream", name,
             "--replicas", str(len(nodes))]
    quietly([program, "enqueue", music, *queue])
    workers = [Process([program, "worker", "--threads", "1", *queue],
                       os.path.join(folder, f"worker{i}.log")) for i in range(n_workers)]
    try:
        with Client(nodes[0]) as client:
            results = f"{name}-results"
            wait_until(lambda: client.n_messages(results) > 0, "the first result")
            first, began = client.n_messages(results), time.monotonic()
            wait_until(lambda: client.n_messages(results) == FILES, "the last result", patience=600)
            rate = (FILES - first) / (time.monotonic() - began)
            return rate, client.stream(results)["state"]["bytes"] / FILES
    finally:
        for worker in workers:
            worker.terminate()


def memory(node):
    """Resident memory of a server in MB."""
    with open(f"/proc/{node._process.pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1000


def measure_size(program, node):
    """Fills a queue with a million paths and prints the rate and the disk and memory usage."""
    before = memory(node)
    paths = "".join(f"/music/of/some/artist/song{i:07}.flac\n" for i in range(NAMES))
    began = time.monotonic()
    quietly([program, "enqueue", "-", "--nats", node.url, "--stream", "million"],
            input=paths.encode())
    took = time.monotonic() - began
    with Client(node) as client:
        state = client.stream("million")["state"]
    print(f"{state['messages']} paths: {NAMES / took:.0f} queued/s; the server uses {state['bytes'] / 1e6:.0f} "
          f"MB on disk and {memory(node) - before:.0f} MB more memory")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, clips = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(clips[0]))) as folder:
        music = os.path.join(folder, "music")
        os.mkdir(music)
        for i in range(FILES):
            os.link(clips[i % len(clips)], os.path.join(music, f"{i}.wav"))
        rates = {}
        for n_nodes in [1, 3]:
            servers = os.path.join(folder, f"servers{n_nodes}")
            os.mkdir(servers)
            nodes = cluster(servers, n_nodes)
            try:
                for i in range(ROUNDS):
                    for threads in [1, os.cpu_count()]:
                        spent = seconds([program, "predict", "--csv", "--threads", str(threads), music])
                        rates.setdefault(f"genre predict --threads {threads}", []).append(FILES / spent)
                    for n in [1, 2, 4]:
                        rate, n_bytes = queue_rate(program, nodes, n, music, folder, f"bench{i}-{n}")
                        rates.setdefault(f"{n} workers, {n_nodes} servers", []).append(rate)
                if n_nodes == 1:
                    measure_size(program, nodes[0])
            finally:
                for node in nodes:
                    node.stop()
    print(f"a result takes {n_bytes:.0f} bytes in the stream of each server")
    for name, values in rates.items():
        print(f"{name}: {statistics.median(values):.0f} files/s "
              f"({min(values):.0f} to {max(values):.0f})")


main()
