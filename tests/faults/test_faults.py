"""Allocations that fail at random, in every kind of thread: no process ends of it, each item has its
result or an error, and the other items' results are those of a run without faults."""
import http.client
import json
import os
import re
import signal
import subprocess
import threading
import unittest
import urllib.request

from audio_files import GENRE, sine, wav
from faults import Faults
from harness import multipart
from nats import SERVER, Client, Node, Process, free_ports, wait_until
from temporary_files import TemporaryFiles

ERRORS = {"out_of_memory", "internal_error"}
# What libraries make of a malloc that fails: they only know that they could not do it.
LIBRARY_ERRORS = ERRORS | {"unreadable_file", "not_audio", "unsupported_audio", "truncated"}
THREADS = 2
SEEDS = range(1, 4)
PROBABILITIES = (0.5, 0.02, 0.002, 0.0002)


class FaultsTest(TemporaryFiles):
    def music(self, n):
        for i in range(n):
            self.file(f"music/{'ab'[i % 2]}/{i}.wav", wav(sine(200 + 50 * i, 1 + i % 4)))
        return os.path.join(self.folder, "music")


class Batch(FaultsTest):
    """genre predict and genre features on a folder."""

    def rows(self, *arguments, faults=None, status=(0, 1)):
        result = subprocess.run([GENRE, *arguments, "--threads", str(THREADS)],
                                capture_output=True, check=False,
                                env=faults.env if faults else None)
        self.assertIn(result.returncode, status, (arguments, result.stderr[-2000:]))
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        rows = {line["file"]: line for line in lines}
        self.assertEqual(len(rows), len(lines))
        return rows, result

    def check(self, arguments, threads, malloc, errors):
        expected, _ = self.rows(*arguments, status=(0,))
        n_failures, outcomes = 0, set()
        for probability in PROBABILITIES:
            for seed in SEEDS:
                faults = Faults(self.folder, threads, probability, seed, THREADS, malloc)
                with self.subTest(probability=probability, seed=seed):
                    rows, result = self.rows(*arguments, faults=faults)
                    n_failures += faults.n_failures
                    self.assertEqual(set(rows), set(expected))
                    for file, row in rows.items():
                        if "error" in row:
                            self.assertIn(row["error"]["code"], errors, row)
                            outcomes.add("error")
                        else:
                            self.assertEqual(row, expected[file])
                            outcomes.add("result")
                    self.assertEqual(result.returncode,
                                     int(any("error" in row for row in rows.values())))
        self.assertGreater(n_failures, 100)
        return outcomes

    def test_predict_with_failing_workers(self):
        arguments = ("predict", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", False, ERRORS), {"result", "error"})

    def test_features_with_failing_workers(self):
        arguments = ("features", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", False, ERRORS), {"result", "error"})

    def test_with_failing_libraries(self):
        arguments = ("predict", self.music(24), "--json")
        self.assertEqual(self.check(arguments, "genre-worker", True, LIBRARY_ERRORS),
                         {"result", "error"})

    def test_with_a_failing_main_thread(self):
        """It waits for memory: every file has its result."""
        for command in ("predict", "features"):
            arguments = (command, self.music(24), "--json")
            with self.subTest(command):
                self.assertEqual(self.check(arguments, "main,genre-signals", False, ERRORS),
                                 {"result"})

    def test_evaluate_with_failing_workers(self):
        """Of a file that could not be read there is no row; the report is of the others."""
        folder = self.music(24)

        def evaluate(env=None):
            return subprocess.run([GENRE, "evaluate", "default", folder, "--json"],
                                  capture_output=True, check=False, env=env)

        # Folders named after two of the model's genres.
        os.rename(os.path.join(folder, "a"), os.path.join(folder, "blues"))
        os.rename(os.path.join(folder, "b"), os.path.join(folder, "rock"))
        expected = evaluate()
        self.assertEqual(expected.returncode, 0, expected.stderr)
        n_failures = 0
        for probability in PROBABILITIES:
            for seed in SEEDS:
                faults = Faults(self.folder, "genre-worker", probability, seed)
                with self.subTest(probability=probability, seed=seed):
                    result = evaluate(faults.env)
                    self.assertIn(result.returncode, (0, 1), result.stderr[-2000:])
                    if faults.n_failures == 0:
                        self.assertEqual(result.stdout, expected.stdout)
                    n_failures += faults.n_failures
        self.assertGreater(n_failures, 20)


class Serve(FaultsTest):
    """genre serve under requests."""
    KINDS = {"genre-worker,genre-reader": False, "main": False, "main,genre-worker,genre-loader": False,
             "genre-worker,unnamed": True}

    def start(self, faults):
        log = open(self.log, "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [GENRE, "serve", "--port", "0", "--threads", str(THREADS), "--model", self.model,
             "--admin-token-file", self.file("admins", "root\n")],
            stdout=subprocess.PIPE, stderr=log, env=faults.env)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        address = re.search(rb"http://(\S+)", process.stdout.readline())[1].decode()
        wait_until(lambda: self.ask(address, "GET", "/readyz")[0] == 200, "readiness")
        return process, address

    def ask(self, address, method, target, body=None, headers=()):
        """Status and body of the response, or None where the server closed the connection."""
        connection = http.client.HTTPConnection(address, timeout=60)
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (ConnectionError, http.client.HTTPException):
            return None, b""
        finally:
            connection.close()

    def requests(self, address, song, n=40):
        """What is answered to requests of every kind, on several connections at a time."""
        answers, lock = [], threading.Lock()
        admin = {"Authorization": "Bearer root"}
        form, form_type = multipart(*[("name=file", song)] * 8)  # large, so a reader parses it
        self.assertGreater(len(form), 2**20)

        def client():
            for i in range(n):
                answer = (self.ask(address, "GET", "/metrics") if i % 4 == 0 else
                          self.ask(address, "POST", "/v1/predict", form, {"Content-Type": form_type})
                          if i % 4 == 1 else
                          self.ask(address, "POST", "/v1/predict", song),
                          self.ask(address, "POST", "/v1/predict", b"no music"),
                          self.ask(address, "POST", "/v1/model/reload", b"", admin)
                          if i % 10 == 0 else (200, b""))
                with lock:
                    answers.append(answer)

        clients = [threading.Thread(target=client) for _ in range(4)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        return answers

    def check(self, threads, malloc, probability, seed):
        faults = Faults(self.folder, threads, probability, seed, malloc=malloc, on=False)
        process, address = self.start(faults)
        song = wav(sine(300, 4))
        status, expected = self.ask(address, "POST", "/v1/predict", song)
        self.assertEqual(status, 200)
        faults.switch(True)
        answers = self.requests(address, song)
        faults.switch(False)

        def log():
            with open(self.log, "rb") as file:
                return file.read()[-3000:]

        self.assertIsNone(process.poll(), log())
        for predicted, refused, reloaded in answers:
            self.assertIn(predicted[0], (None, 200, 500, 503), predicted)
            if predicted[0] == 200 and predicted[1].startswith(b"{"):
                self.assertEqual(predicted[1], expected)
            if predicted[0] == 200 and predicted[1].startswith(b"["):
                for result in json.loads(predicted[1]):
                    self.assertTrue(result == json.loads(expected) or
                                    result.get("code") in LIBRARY_ERRORS, result)
            self.assertIn(refused[0], (None, 415, 500, 503), refused)
            self.assertIn(reloaded[0], (None, 200, 422, 500, 503), reloaded)
        # As healthy as before.
        self.assertEqual(self.ask(address, "GET", "/healthz")[0], 200)
        for _ in range(2 * THREADS):
            self.assertEqual(self.ask(address, "POST", "/v1/predict", song), (200, expected))
        self.assertEqual(self.ask(address, "POST", "/v1/model/reload", b"",
                                  {"Authorization": "Bearer root"})[0], 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 0, log())
        return faults.n_failures, [predicted[0] for predicted, _, _ in answers]

    def test_requests(self):
        self.model = os.path.join(os.path.dirname(__file__), "..", "..", "models", "default.onnx")
        self.log = os.path.join(self.folder, "serve.log")
        statuses = set()
        for threads, malloc in self.KINDS.items():
            n_failures = 0
            for probability in (0.1, 0.01, 0.001):
                for seed in SEEDS:
                    with self.subTest(threads=threads, probability=probability, seed=seed):
                        n, seen = self.check(threads, malloc, probability, seed)
                        n_failures += n
                        statuses.update(seen)
            self.assertGreater(n_failures, 100, threads)
        self.assertLessEqual({200, 503}, statuses)


@unittest.skipIf(SERVER is None, "needs nats-server (Debian: nats-server)")
class Queue(FaultsTest):
    """genre worker with a real nats-server.

    Only operator new fails. Where malloc fails inside nats.c 3.4.1, it may close its connection,
    which the worker mends, or receive no more messages without reporting it.
    """
    FILES = 40

    def genre(self, *arguments, **how):
        return subprocess.run([GENRE, *arguments, "--nats", self.node.url], capture_output=True,
                              check=False, timeout=120, **how)

    def check(self, threads, probability, seed):
        stream = f"faults{seed}-{str(probability).replace('.', '')}-{len(threads)}"
        faults = Faults(self.folder, threads, probability, seed, malloc=False, on=False)
        log = os.path.join(self.folder, stream + ".log")
        metrics = f"127.0.0.1:{free_ports(1)[0]}"
        worker = Process([GENRE, "worker", "--nats", self.node.url, "--stream", stream,
                          "--ack-wait", "1", "--threads", str(THREADS), "--metrics", metrics,
                          "--max-deliver", "2"], log, env=faults.env)
        self.addCleanup(worker.stop)
        wait_until(lambda: "receiving jobs" in worker.log() or not worker.running, "the worker",
                   worker.log)
        faults.switch(True)
        self.genre("enqueue", self.folder_of_music, "--stream", stream)
        with Client(self.node) as client:
            # Under faults for as long as there are jobs, but for those that wait for their next try.
            for _ in range(40):
                try:
                    urllib.request.urlopen(f"http://{metrics}/metrics", timeout=60).read()
                except OSError:
                    pass
                if not worker.running or client.n_messages(stream) == 0:
                    break
        faults.switch(False)
        collected = self.genre("collect", "--wait", "--stream", stream, "--json")
        self.assertTrue(worker.running, worker.log()[-3000:])
        rows = {row["file"]: row for row in map(json.loads, collected.stdout.splitlines())}
        self.assertEqual(set(rows), set(self.expected), worker.log()[-3000:])
        for file, row in rows.items():
            if "error" in row:
                # "cancelled": there was no memory in any delivery attempt, not even for the error.
                self.assertIn(row["error"]["code"], ERRORS | {"cancelled"}, row)
            else:
                self.assertEqual(row, self.expected[file])
        with urllib.request.urlopen(f"http://{metrics}/metrics") as answer:
            self.assertIn(b"genre_nats_connected 1", answer.read())
        self.assertEqual(worker.terminate(), 0, worker.log()[-3000:])
        return faults.n_failures

    def test_nothing_is_lost(self):
        self.node = Node(self.folder, "node", free_ports(1)[0])
        self.addCleanup(self.node.stop)
        self.folder_of_music = self.music(self.FILES)
        predicted = subprocess.run([GENRE, "predict", "--json", self.folder_of_music],
                                   capture_output=True, check=True)
        self.expected = {row["file"]: row for row in map(json.loads, predicted.stdout.splitlines())}
        for row in self.expected.values():
            del row["segments"]
        for threads in ("genre-worker", "main", "main,genre-worker,unnamed,genre-resend"):
            n_failures = 0
            for probability in (0.2, 0.01):
                for seed in SEEDS:
                    with self.subTest(threads=threads, probability=probability, seed=seed):
                        n_failures += self.check(threads, probability, seed)
            self.assertGreater(n_failures, 10, threads)


if __name__ == "__main__":
    unittest.main()
