"""genre enqueue, worker and collect against a nats-server."""
import csv
import functools
import http.server
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import unittest
import unittest.mock
import urllib.request

import credentials
from audio_files import GENRE, SAMPLE_RATE, is_sanitized, sine, wav
from nats import SERVER, Client, Node, Process, free_ports, wait_until
from temporary_files import TemporaryFiles


# Enough for genre to take a file for M4A.
M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00M4A isomiso2" + bytes(100)


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def enormous_head():
    """The head of an ID3v2.4 tag of 6 MiB, whose size has seven bits a byte."""
    size = 6 << 20
    return b"ID3\4\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


@unittest.skipIf(SERVER is None, "needs nats-server (Debian: nats-server)")
class QueueTest(TemporaryFiles):
    server_flags = ()

    def setUp(self):
        super().setUp()
        self.node = Node(self.folder, "node", free_ports(1)[0], self.server_flags)
        self.addCleanup(self.node.stop)
        self.music = os.path.join(self.folder, "music")
        os.mkdir(self.music)

    def genre(self, command, *arguments, nats=None, **how):
        return subprocess.run([GENRE, command, "--nats", nats or self.node.url, *arguments],
                              capture_output=True, text=True, check=False, timeout=120, **how)

    def worker(self, *arguments):
        log = os.path.join(self.folder, "worker.log")
        worker = Process([GENRE, "worker", "--nats", self.node.url, *arguments], log)
        self.addCleanup(worker.stop)
        wait_until(lambda: "receiving jobs" in worker.log() or not worker.running, "the worker",
                   worker.log)
        return worker

    def collect(self, *arguments):
        """What is collected once the queue is empty, by file."""
        collected = self.genre("collect", "--wait", *arguments)
        rows = [json.loads(line) for line in collected.stdout.splitlines()]
        self.assertEqual(len({row["file"] for row in rows}), len(rows))
        return {row["file"]: row for row in rows}

    def clip(self, name, content=None):
        return self.file(os.path.join("music", name), wav() if content is None else content)

    def serve_music(self):
        """The URL of the music on a server of its own."""
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(QuietFiles, directory=self.music))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    def n_messages(self, stream):
        with Client(self.node) as client:
            return client.n_messages(stream)


class Jobs(QueueTest):
    def test_results_are_those_of_predict(self):
        clips = [self.clip("a.wav"), self.clip("b/ü 1.wav", wav(sine(1000, 7)))]
        queued = self.genre("enqueue", self.music)
        self.assertEqual(queued.stdout, "2 files queued, 0 already queued, 0 errors\n")
        self.worker()
        predicted = subprocess.run([GENRE, "predict", "--json", *clips], capture_output=True,
                                   text=True, check=True)
        for line in predicted.stdout.splitlines():
            expected = json.loads(line)
            del expected["segments"]
            self.assertEqual(self.collect()[expected["file"]], expected)

    def test_segments_on_request(self):
        clip = self.clip("a.wav", wav(sine(500, 7)))
        self.genre("enqueue", clip)
        self.worker("--segments", "--hop", "1")
        self.assertEqual(len(self.collect()[clip]["segments"]), 6)

    def test_damage_is_a_warning_or_with_strict_an_error(self):
        with open(self.clip("a.wav"), "rb") as file:
            whole = file.read()
        cut = self.file("cut.wav", whole[:len(whole) // 2])
        self.genre("enqueue", cut)
        worker = self.worker()
        self.assertEqual([w["code"] for w in self.collect()[cut]["warnings"]], ["truncated"])
        table = self.genre("collect", "--format", "csv").stdout
        self.assertIn('""code"":""truncated""', table)
        worker.stop()
        self.genre("enqueue", "--again", cut)
        self.worker("--strict", "--max-deliver", "1")
        self.collect()
        self.assertEqual(self.n_messages("genre-dead"), 1)

    def test_what_is_queued_already_is_not_queued_again(self):
        clip = self.clip("a.wav")
        for expected in ["1 files queued, 0 already queued", "0 files queued, 1 already queued"]:
            self.assertIn(expected, self.genre("enqueue", clip).stdout)
        self.assertIn("1 files queued", self.genre("enqueue", "--again", clip).stdout)
        os.utime(clip, (1, 1))  # another version of the file
        self.assertIn("1 files queued", self.genre("enqueue", clip).stdout)
        self.worker()
        self.assertEqual(list(self.collect()), [clip])
        self.assertEqual(self.n_messages("genre-results"), 1)

    def test_lists_of_paths_and_urls(self):
        clip = self.clip("a.wav")
        url = self.serve_music()
        songs = self.file("songs.txt", f"{clip}\r\n\n{url}/a.wav\n{url}/none.wav\n")
        self.assertIn("3 files queued", self.genre("enqueue", songs).stdout)
        with open(songs, encoding="utf-8") as lines:
            self.assertIn("0 files queued, 3 already queued", self.genre("enqueue", "-", stdin=lines).stdout)
        self.worker("--max-deliver", "1")
        rows = self.collect()
        self.assertEqual(rows[f"{url}/a.wav"]["genres"], rows[clip]["genres"])
        self.assertIn("404", rows[f"{url}/none.wav"]["error"]["message"])

    def test_a_download_has_a_limit(self):
        self.clip("a.wav")
        url = self.serve_music() + "/a.wav"
        self.genre("enqueue", url)
        self.worker("--max-deliver", "1", "--max-download", "100KiB")
        self.assertIn("102400 bytes", self.collect()[url]["error"]["message"])

    def test_the_file_itself_as_the_message(self):
        clip = self.clip("a % ü\n.wav", wav(sine(seconds=1)))
        large = self.clip("large.wav", wav(sine(seconds=30)))
        queued = self.genre("enqueue", "--bytes", clip, large)
        self.assertEqual(queued.returncode, 1)
        self.assertIn("1 files queued", queued.stdout)
        self.assertRegex(queued.stderr, "large.wav: the file has 1323044 bytes, and the server "
                                        "accepts messages of up to 1048576")
        os.remove(clip)  # as it is for workers on other machines
        self.worker()
        self.assertIn("genre", self.collect()[clip])

    def test_a_broken_file_is_given_up_after_so_many_attempts(self):
        broken, missing = self.clip("broken.wav", b"no music"), os.path.join(self.music, "gone.wav")
        pipe = os.path.join(self.music, "pipe.wav")
        os.mkfifo(pipe)
        songs = self.file("songs.txt", f"{broken}\n{missing}\n{pipe}\n")
        self.genre("enqueue", songs)
        worker = self.worker("--max-deliver", "2")
        rows = self.collect()
        self.assertEqual({file: row["error"]["code"] for file, row in rows.items()},
                         {broken: "not_audio", missing: "unreadable_file", pipe: "unreadable_file"})
        self.assertEqual(self.n_messages("genre-dead"), 3)
        self.assertEqual(self.n_messages("genre"), 0)
        self.assertEqual(worker.log().count("dead letter after 2 delivery attempts"), 3,
                         worker.log())

    def test_a_file_that_needs_what_no_worker_has_is_given_up_too(self):
        clip = self.clip("a.m4a", M4A)
        self.genre("enqueue", clip)
        with unittest.mock.patch.dict(os.environ, GENRE_DECODE="/bin/false"):
            worker = self.worker("--max-deliver", "1")
        error = self.collect()[clip]["error"]
        self.assertEqual(error["code"], "unavailable")
        self.assertIn("genre-decode cannot be started", error["message"])
        self.assertIn("dead letter after 6 delivery attempts", worker.log())

    def test_no_name_controls_the_terminal_of_a_worker(self):
        clip = self.clip("a\x1b[2J\u202e.wav", b"no music")
        self.genre("enqueue", clip)
        worker = self.worker("--max-deliver", "1")
        self.assertIn("error", self.collect()[clip])
        self.assertIn(r"a\x1b[2J\u202e.wav: this is not an audio file", worker.log())
        self.assertNotIn("\x1b", worker.log())

    def test_a_file_given_up_and_then_mended_has_its_result(self):
        clip = self.clip("a.wav", b"no music")
        self.genre("enqueue", clip)
        self.worker("--max-deliver", "1")
        self.assertIn("error", self.collect()[clip])
        self.clip("a.wav")
        self.genre("enqueue", clip)
        self.assertIn("genre", self.collect()[clip])

    def test_other_producers_need_only_a_path(self):
        clips = [self.clip(name) for name in ("a.wav", "b.wav", "c.wav")]
        self.worker()
        with Client(self.node) as client:
            for clip in clips:  # without an id that tells their results apart
                client.ask("genre.jobs", clip.encode())
        self.assertEqual(set(self.collect()), set(clips))

    def test_queues_do_not_mix(self):
        clip = self.clip("a.wav")
        self.genre("enqueue", clip, "--stream", "one")
        self.worker("--stream", "two")
        self.assertEqual(self.n_messages("one"), 1)
        self.assertEqual(self.n_messages("two"), 0)


class Workers(QueueTest):
    def test_a_worker_asked_to_end_finishes_and_gives_back_the_rest(self):
        for i in range(200):
            self.clip(f"{i}.wav", wav(sine(100 + i, 1)))
        self.genre("enqueue", self.music)
        worker = self.worker("--threads", "1", "--ack-wait", "600")
        wait_until(lambda: self.n_messages("genre-results") > 0, "a result", worker.log)
        self.assertEqual(worker.terminate(), 0)
        self.assertEqual(self.n_messages("genre") + self.n_messages("genre-results"), 200)
        self.worker()  # need not wait for what the first one had
        self.assertEqual(len(self.collect()), 200)

    def test_a_long_song_does_not_go_to_another_worker(self):
        clip = self.clip("long.wav", wav([0.1, -0.1] * (SAMPLE_RATE * 600 // 2)))
        self.genre("enqueue", clip)
        worker = self.worker("--ack-wait", "1", "--hop", "0.1", "--max-deliver", "1")
        self.assertIn("genre", self.collect()[clip])
        self.assertNotIn("dead letter", worker.log())

    def test_an_enormous_sparse_file_is_one_error(self):
        """8 TB with an ID3 tag of 6 MiB: once it ended each worker that got it."""
        clip, enormous = self.clip("a.wav"), self.clip("b.mp3", enormous_head())
        try:
            os.truncate(enormous, 8 << 40)
        except OSError as error:
            self.skipTest(f"the file system has no file of 8 TB: {error}")
        self.genre("enqueue", self.music)
        worker = self.worker("--max-deliver", "2")
        rows = self.collect()
        self.assertIn("genre", rows[clip])
        self.assertIn("error", rows[enormous])
        self.assertEqual(worker.terminate(), 0)

    def test_a_worker_that_dies_over_a_file_does_not_take_all_others_along(self):
        clip = self.clip("a.wav")
        self.genre("enqueue", clip)
        # Who takes a job and dies, as often as a file may be tried.
        with Client(self.node) as client:
            client.ask("$JS.API.CONSUMER.DURABLE.CREATE.genre.workers", json.dumps(
                {"stream_name": "genre", "config": {
                    "durable_name": "workers", "deliver_policy": "all", "ack_policy": "explicit",
                    "ack_wait": 10**9, "replay_policy": "instant", "max_deliver": -1,
                    "max_ack_pending": 100000}}).encode())
            for _ in range(6):
                client.request("$JS.API.CONSUMER.MSG.NEXT.genre.workers")
        self.worker("--max-deliver", "1", "--ack-wait", "1")
        self.assertIn("6 delivery attempts ended without a result",
                      self.collect()[clip]["error"]["message"])

    def test_the_server_may_come_back(self):
        worker = self.worker()
        self.node.kill()
        self.node.start()
        clip = self.clip("a.wav")
        self.genre("enqueue", clip)
        self.assertIn("genre", self.collect()[clip])
        self.assertEqual(worker.terminate(), 0)

    @unittest.skipIf(is_sanitized(), "civetweb's threads have 100 KB of stack, and a sanitizer's "
                                     "frames need more")
    def test_metrics(self):
        port = free_ports(1)[0]
        self.clip("a.wav", wav(sine(seconds=6)))
        self.clip("broken.wav", b"no music")
        self.genre("enqueue", self.music)
        self.worker("--metrics", f"127.0.0.1:{port}", "--max-deliver", "1")
        self.collect()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            metrics = dict(re.findall(r"^(genre_\S+) (\S+)$", answer.read().decode(), re.M))
        self.assertEqual(metrics['genre_jobs_total{outcome="predicted"}'], "1")
        self.assertEqual(metrics['genre_jobs_total{outcome="dead"}'], "1")
        self.assertEqual(metrics["genre_audio_seconds_total"], "6")
        self.assertEqual(metrics["genre_nats_connected"], "1")
        self.assertEqual(metrics["genre_log_lines_dropped_total"], "0")
        self.assertEqual(metrics['genre_stage_duration_seconds_count{stage="features"}'], "1")

    def test_it_ends_though_nobody_reads_what_it_says(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(writer, 4096 * b"x")
        os.set_blocking(writer, True)
        with subprocess.Popen([GENRE, "worker", "--nats", self.node.url],
                              stderr=writer) as worker:
            os.close(writer)
            self.clip("a.wav")
            self.genre("enqueue", self.music)
            self.assertEqual(len(self.collect()), 1)
            worker.terminate()
            self.assertEqual(worker.wait(timeout=60), 0)


class Collecting(QueueTest):
    def setUp(self):
        super().setUp()
        self.good = self.clip("a.wav")
        self.bad = self.clip("b.wav", b"no music")
        self.genre("enqueue", self.music)
        self.worker("--max-deliver", "1")
        self.rows = self.collect()

    def test_csv(self):
        rows = list(csv.DictReader(self.genre("collect", "--csv").stdout.splitlines()))
        self.assertEqual([row["file"] for row in rows], [self.good, self.bad])
        self.assertEqual(float(rows[0]["certainty"]), self.rows[self.good]["certainty"])
        self.assertTrue(rows[1]["error"].startswith("not_audio: "))

    def test_sqlite_goes_on(self):
        database = os.path.join(self.folder, "genres.db")
        self.genre("collect", "--format", "sqlite", "--output", database)
        later = self.clip("c.wav")
        self.genre("enqueue", later)
        self.collect()
        self.genre("collect", "--format", "sqlite", "--output", database, "--resume")
        with sqlite3.connect(database) as db:
            files = db.execute("select file from predictions order by file").fetchall()
        self.assertEqual(files, [(self.good,), (self.bad,), (later,)])

    def test_the_exit_status_tells_of_errors(self):
        self.assertEqual(self.genre("collect").returncode, 1)


class Watching(QueueTest):
    def test_until_the_queue_is_empty(self):
        self.clip("a.wav")
        self.worker()
        watched = self.genre("enqueue", self.music, "--watch")
        self.assertEqual(watched.returncode, 0, watched.stderr)
        self.assertRegex(watched.stdout.splitlines()[-1],
                         r"^0 waiting  0 in progress  1 results  0 dead  \d+ files/s")


class Mistakes(QueueTest):
    def complains(self, words, command, *arguments, **how):
        done = self.genre(command, *arguments, **how)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(words, done.stderr)

    def test_are_told(self):
        for command in ["worker", "collect"]:
            self.complains("cannot connect to NATS at nats://127.0.0.1:1", command,
                           nats="nats://127.0.0.1:1")
        self.complains("is not the URL of a NATS server", "worker", nats="nats://:x:y")
        self.complains("credentials in /none cannot be read", "worker", "--creds", "/none")
        self.complains("/none", "worker", "--tlsca", "/none")
        self.complains("can only contain letters", "worker", "--stream", "a.b")
        self.complains("there is no queue other", "collect", "--stream", "other")
        self.complains("no files to queue", "enqueue")
        self.complains("no such file or folder", "enqueue", "/none.wav")
        binary = self.file("data.bin", b"\x01\x00\x02")
        self.complains("neither an audio file nor a list", "enqueue", binary)
        self.complains("replicas > 1 not supported", "worker", "--stream", "three",
                       "--replicas", "3")
        self.complains("--output FILE", "collect", "--format", "sqlite")
        self.complains("cannot serve metrics", "worker", "--metrics", "192.0.2.1:9")


class WithoutJetStream(unittest.TestCase):
    @unittest.skipIf(SERVER is None, "needs nats-server (Debian: nats-server)")
    def test_is_told(self):
        port = free_ports(1)[0]
        server = subprocess.Popen([SERVER, "--addr", "127.0.0.1", "--port", str(port)],
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        worker = None

        def answered():
            nonlocal worker
            worker = subprocess.run([GENRE, "worker", "--nats", f"nats://127.0.0.1:{port}"],
                                    capture_output=True, text=True, check=False)
            return "cannot connect" not in worker.stderr

        wait_until(answered, "the server")
        self.assertEqual(worker.returncode, 1)
        self.assertIn("nats-server --jetstream", worker.stderr)


class Credentials(QueueTest):
    server_flags = ("--user", "curator", "--pass", "secret")

    def test_user_and_password(self):
        clip = self.clip("a.wav")
        self.assertIn("cannot connect", self.genre("enqueue", clip).stderr)
        inside = self.node.url.replace("//", "//curator:secret@")
        self.assertEqual(self.genre("enqueue", clip, nats=inside).returncode, 0)
        flags = ["--user", "curator", "--password", "secret"]
        self.assertIn("1 already queued", self.genre("enqueue", clip, *flags).stdout)
        env = {**os.environ, "NATS_USER": "curator", "NATS_PASSWORD": "secret"}
        self.assertIn("1 already queued", self.genre("enqueue", clip, env=env).stdout)


@unittest.skipIf(shutil.which("openssl") is None, "needs openssl, which makes keys")
class CredentialsFile(QueueTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        config, cls.creds = credentials.make(folder.name)
        cls.server_flags = ("--config", config)

    def test_of_a_user(self):
        clip = self.clip("a.wav")
        self.assertIn("cannot connect", self.genre("enqueue", clip).stderr)
        queued = self.genre("enqueue", clip, "--creds", self.creds)
        self.assertEqual(queued.returncode, 0, queued.stderr + self.node.log())


@unittest.skipIf(shutil.which("openssl") is None, "needs openssl, which makes certificates")
class Tls(QueueTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.cert, cls.key = (os.path.join(folder.name, name) for name in ["cert.pem", "key.pem"])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", cls.key, "-out",
                        cls.cert, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        cls.server_flags = ("--tlsverify", "--tlscert", cls.cert, "--tlskey", cls.key,
                            "--tlscacert", cls.cert)

    def test_the_server_and_the_client_show_certificates(self):
        clip = self.clip("a.wav")
        url = self.node.url.replace("nats:", "tls:")
        self.assertIn("cannot connect", self.genre("enqueue", clip, nats=url).stderr)
        self.assertIn("cannot connect",
                      self.genre("enqueue", clip, "--tlsca", self.cert, nats=url).stderr)
        shown = ["--tlsca", self.cert, "--tlscert", self.cert, "--tlskey", self.key]
        queued = self.genre("enqueue", clip, *shown, nats=url)
        self.assertEqual(queued.returncode, 0, queued.stderr)


if __name__ == "__main__":
    unittest.main()
