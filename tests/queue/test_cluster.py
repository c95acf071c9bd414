"""A queue on three servers, under everything that can go wrong at once: workers die without a word,
a server is lost and returns, and everything is queued twice."""
import json
import os
import random
import subprocess
import threading
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from nats import SERVER, Client, Process, cluster, wait_until
from temporary_files import TemporaryFiles

N_CLIPS, N_CONTENTS = 5000, 10
N_BROKEN = 25
N_WORKERS = 4
N_MUSIC_SECONDS = 15  # of a clip: so that the queue lasts for some kills
KILL_PAUSE = 1.5      # s from one worker's death to the next


@unittest.skipIf(is_sanitized(), "a sanitizer's build takes minutes for so many clips")
@unittest.skipIf(SERVER is None, "needs nats-server (Debian: nats-server)")
class ClusterTest(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.nodes = cluster(self.folder, 3)
        self.workers = []
        self.addCleanup(lambda: [process.stop() for process in self.nodes + self.workers])
        self.queue = ["--nats", ",".join(node.url for node in self.nodes), "--replicas", "3"]

    def genre(self, *arguments):
        return subprocess.run([GENRE, *arguments], capture_output=True, text=True, check=False)

    def add_worker(self, i):
        log = os.path.join(self.folder, f"worker{i}.log")
        return Process([GENRE, "worker", "--threads", "1", "--ack-wait", "3", *self.queue], log)

    def make_music(self):
        """5000 names of ten clips, and files that are none. Returns both kinds' paths."""
        contents = [self.file(f"content{i}", wav(sine(110.0 * (i + 1), N_MUSIC_SECONDS)))
                    for i in range(N_CONTENTS)]
        clips = [os.path.join(self.folder, "music", f"{i % 10}", f"clip{i}.wav")
                 for i in range(N_CLIPS)]
        broken = [self.file(f"music/{i % 10}/broken{i}.wav", b"no music") for i in range(N_BROKEN)]
        for i, clip in enumerate(clips):
            os.link(contents[i % N_CONTENTS], clip)
        return set(clips), set(broken)

    def make_trouble(self, over):
        """Kills a worker now and then, and starts another one, until it is over."""
        dice = random.Random(1)
        while not over.wait(KILL_PAUSE):
            i = dice.randrange(N_WORKERS)
            self.workers[i].kill()
            self.workers[i] = self.add_worker(i)
            self.n_killed += 1

    def state(self):
        return "\n".join(process.log()[-500:] for process in self.nodes + self.workers)

    def n_messages(self, stream, node=0):
        try:
            with Client(self.nodes[node]) as client:
                return client.n_messages(stream)
        except (LookupError, OSError, ValueError):
            return -1  # not to be told just now

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        clips, broken = self.make_music()
        music = os.path.join(self.folder, "music")
        queued = self.genre("enqueue", music, *self.queue)
        self.assertEqual(queued.returncode, 0, queued.stderr)
        self.assertEqual(queued.stdout, f"{N_CLIPS + N_BROKEN} files queued, 0 already queued, "
                                        "0 errors\n")

        self.n_killed = 0
        self.workers = [self.add_worker(i) for i in range(N_WORKERS)]
        over = threading.Event()
        trouble = threading.Thread(target=self.make_trouble, args=[over])
        trouble.start()
        try:
            wait_until(lambda: self.n_messages("genre-results") > N_CLIPS // 10,
                       "the first results", self.state)
            with Client(self.nodes[0]) as client:
                leader = client.stream("genre")["cluster"]["leader"]
            lost = next(node for node in self.nodes if node.name == leader)
            other = next(i for i, node in enumerate(self.nodes) if node is not lost)
            at = self.n_messages("genre-results", other)
            lost.kill()
            again = subprocess.Popen([GENRE, "enqueue", music, *self.queue], text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            enough = min(at + N_CLIPS // 10, N_CLIPS)
            wait_until(lambda: self.n_messages("genre-results", other) >= enough,
                       "results from two servers of three", self.state)
            lost.start()
            queued_again, _ = again.communicate()
            jsonl = os.path.join(self.folder, "results.jsonl")
            collected = self.genre("collect", "--wait", "--output", jsonl, *self.queue[:2])
        finally:
            over.set()
            trouble.join()

        self.assertEqual(queued_again, f"0 files queued, {N_CLIPS + N_BROKEN} already queued, "
                                       "0 errors\n")
        self.assertEqual(collected.returncode, 1, collected.stderr)  # there are errors
        with open(jsonl, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        results = [row["file"] for row in rows if "genre" in row]
        dead = [row["file"] for row in rows if "error" in row]
        self.assertEqual(len(results), N_CLIPS)
        self.assertEqual(set(results), clips)
        self.assertEqual(len(dead), N_BROKEN)
        self.assertEqual(set(dead), broken)
        self.assertEqual({row["error"]["code"] for row in rows if "error" in row}, {"not_audio"})

        self.assertEqual(self.n_messages("genre"), 0)
        self.assertEqual(self.n_messages("genre-results"), N_CLIPS)
        self.assertEqual(self.n_messages("genre-dead"), N_BROKEN)
        self.assertGreater(self.n_killed, 1, "the queue was empty before anything went wrong")
        self.assertEqual([worker.terminate() for worker in self.workers], [0] * N_WORKERS)
        print(f"{self.n_killed} workers were killed")


if __name__ == "__main__":
    unittest.main()
