"""genre-decode beside the server: started once, when it is needed, and never left behind."""
import concurrent.futures
import glob
import http.client
import os
import re
import select
import shlex
import signal
import subprocess
import unittest

import made_files
from audio_files import GENRE, wav
from made_files import MISSING, NEEDS
from temporary_files import TemporaryFiles

PATIENCE = 60  # s


def children(pid):
    found = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        with open(path, encoding="ascii") as file:
            found += map(int, file.read().split())
    return found


@unittest.skipIf(MISSING, NEEDS)
class Processes(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.wav = wav(made_files.chord(), made_files.SAMPLE_RATE)
        m4a = os.path.join(self.folder, "a.m4a")
        made_files.encode(self.file("a.wav", self.wav), m4a, "-c:a aac")
        with open(m4a, "rb") as file:
            self.m4a = file.read()
        self.serve()

    def serve(self, **environment):
        self.server = subprocess.Popen([GENRE, "serve", "--port", "0", "--quiet", "--threads", "4"],
                                       env={**os.environ, **environment},
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait, PATIENCE)
        self.addCleanup(self.server.kill)
        self.port = int(re.search(r":(\d+)$", self.server.stdout.readline().strip())[1])

    def predict(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("POST", "/v1/predict", body)
        status = connection.getresponse().status
        connection.close()
        return status

    def decoder(self):
        (pid,) = children(self.server.pid)
        return pid

    def test_only_files_that_need_it_start_it(self):
        self.assertEqual(self.predict(self.wav), 200)
        self.assertEqual(children(self.server.pid), [])
        self.assertEqual(self.predict(self.m4a), 200)
        first = self.decoder()
        self.assertEqual(self.predict(self.m4a), 200)
        self.assertEqual(self.decoder(), first)

    def test_many_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(set(pool.map(self.predict, [self.m4a, self.wav] * 40)), {200})
        self.decoder()  # one for all

    def test_signals_to_all_of_a_group_leave_it_to_the_server(self):
        self.assertEqual(self.predict(self.m4a), 200)
        first = self.decoder()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(first, number)
        self.assertEqual(self.predict(self.m4a), 200)
        self.assertEqual(self.decoder(), first)

    def test_signals_while_it_starts_leave_it_to_the_server(self):
        program = os.path.join(os.path.dirname(GENRE), "genre-decode")
        script = self.file("decode", f"""#!/bin/sh
            kill -INT $$; kill -TERM $$; kill -HUP $$
            exec {shlex.quote(program)}""")
        os.chmod(script, 0o755)
        self.serve(GENRE_DECODE=script)
        self.assertEqual(self.predict(self.m4a), 200)

    def test_another_one_is_started_where_it_was_killed(self):
        self.assertEqual(self.predict(self.m4a), 200)
        first = self.decoder()
        os.kill(first, signal.SIGKILL)
        # A request that is sent before the kernel has closed its socket may be the last that fails.
        while self.predict(self.m4a) != 200:
            pass
        self.assertNotEqual(self.decoder(), first)

    def test_none_outlives_the_server(self):
        self.assertEqual(self.predict(self.m4a), 200)
        watch = os.pidfd_open(self.decoder())
        self.addCleanup(os.close, watch)
        self.server.kill()  # which leaves it no time to end anything
        os.waitid(os.P_PID, self.server.pid, os.WEXITED | os.WNOWAIT)
        poll = select.poll()
        poll.register(watch)
        self.assertTrue(poll.poll(1000 * PATIENCE))


if __name__ == "__main__":
    unittest.main()
