"""The server ends, whatever signals come, and in whatever order."""
import concurrent.futures
import os
import shutil
import signal
import socket
import subprocess
import time
import unittest

from audio_files import GENRE, wav
from harness import LISTENING, PATIENCE, Client, Server, head
from temporary_files import TemporaryFiles

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models",
                     "default.onnx")


class Signals(unittest.TestCase):
    """Each case ends with status 0 within --drain-timeout: after it the status would be 1."""

    def end(self, first, gap, clients):
        server = Server("--drain-timeout", str(PATIENCE / 2), "--quiet")
        sockets = [Client(server.address) for _ in range(clients)]
        for client in sockets:
            self.assertEqual(client.ask("GET", "/healthz").status, 200)
        for number in first:
            server.signal(number)
        time.sleep(gap)  # the gap is the case that is tested
        server.signal(signal.SIGTERM if clients else signal.SIGINT)
        status = server.wait()
        for client in sockets:
            client.close()
        server.log.close()
        return status

    def test_hangup_and_stop_at_every_distance(self):
        cases = [((signal.SIGHUP,), i / 1000, i % 2) for i in range(0, 100, 2)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda case: self.end(*case), cases))
        self.assertEqual(set(statuses), {0})

    def test_a_storm_of_hangups(self):
        """A thousand reloads one after another would last longer than PATIENCE."""
        self.assertEqual(self.end([signal.SIGHUP] * 1000, 0, 0), 0)
        self.assertEqual(self.end([signal.SIGHUP] * 1000, 0.1, 3), 0)

    def test_hangups_while_it_stops(self):
        server = Server("--drain-delay", "0.5")
        self.addCleanup(server.log.close)
        client = Client(server.address)
        self.addCleanup(client.close)
        server.signal()
        while client.ask("GET", "/readyz").status == 200:
            client.close()
            client = Client(server.address)
        for _ in range(10):
            server.signal(signal.SIGHUP)
        self.assertEqual(server.wait(), 0)


class Connections(unittest.TestCase):
    """What is open at the stop, but is not a request in progress."""

    def test_a_client_that_still_sends_after_its_response(self):
        server = Server("--drain-timeout", "0.1")
        self.addCleanup(server.log.close)
        client = Client(server.address)
        self.addCleanup(client.close)
        client.send(head("POST", "/nothing", b"x" * 100), b"x")
        self.assertEqual(client.receive().status, 404)
        server.signal()
        self.assertEqual(server.wait(), 0)


class FirstProcess(unittest.TestCase):
    """In a container the kernel ignores signals that the first process does not handle."""

    def test_a_second_signal_ends_it_at_once(self):
        try:
            subprocess.run(["unshare", "--pid", "--fork", "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no process namespace here: {error}")
        with subprocess.Popen(["unshare", "--pid", "--fork", GENRE, "serve", "--port", "0",
                               "--drain-delay", "60"],  # so that it still accepts connections
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as unshare:
            match = LISTENING.fullmatch(unshare.stdout.readline().decode())
            with open(f"/proc/{unshare.pid}/task/{unshare.pid}/children", encoding="ascii") as file:
                child = int(file.read())
            client = Client((match[2], int(match[3])))
            self.addCleanup(client.close)
            client.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
            self.assertEqual(client.receive(head_only=True).status, 100)
            os.kill(child, signal.SIGTERM)
            idle = Client((match[2], int(match[3])))
            while idle.ask("GET", "/readyz").json().get("code") != "stopping":
                pass
            idle.close()
            os.kill(child, signal.SIGTERM)
            self.assertEqual(unshare.wait(timeout=PATIENCE), 128 + signal.SIGTERM)


class SlowModel(TemporaryFiles):
    """The model file is a pipe, so that the test decides when a load begins and ends."""

    def setUp(self):
        super().setUp()
        self.model = os.path.join(self.folder, "model.onnx")
        os.mkfifo(self.model)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.listener.close)
        self.listener.settimeout(PATIENCE)
        self.listener.bind(os.path.join(self.folder, "notify"))

    def start(self, *command):
        process = subprocess.Popen(
            [GENRE, *command, "--model", self.model], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": self.listener.getsockname()})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def pipe(self):
        """Returns once the program has opened the pipe."""
        pipe = open(self.model, "wb", buffering=0)
        self.addCleanup(pipe.close)
        return pipe

    def write_model(self):
        with self.pipe() as pipe, open(MODEL, "rb") as model:
            shutil.copyfileobj(model, pipe)

    def notified(self):
        return self.listener.recv(100)

    def test_a_stop_while_the_first_model_is_loaded(self):
        for command in (("serve", "--port", "0"), ("worker", "--nats", "nats://127.0.0.1:1")):
            for number in (signal.SIGTERM, signal.SIGINT):
                process = self.start(*command)
                pipe = self.pipe()
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=PATIENCE), 0)
                pipe.close()

    def test_a_hangup_while_the_first_model_is_loaded(self):
        """The file may have changed after it was read, so it is read again."""
        process = self.start("serve", "--port", "0")
        pipe = self.pipe()
        process.send_signal(signal.SIGHUP)
        with open(MODEL, "rb") as model:
            shutil.copyfileobj(model, pipe)
        pipe.close()
        self.assertEqual(self.notified(), b"READY=1")
        self.assertEqual(self.notified(), b"RELOADING=1")
        self.write_model()
        self.assertEqual(self.notified(), b"READY=1")
        process.terminate()
        self.assertEqual(self.notified(), b"STOPPING=1")
        self.assertEqual(process.wait(timeout=PATIENCE), 0)

    def test_a_stop_while_a_model_is_reloaded(self):
        """Nobody waits for a load that may last for minutes, and STOPPING=1 is the last word."""
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.start("serve", "--port", "0")
            self.write_model()
            self.assertEqual(self.notified(), b"READY=1")
            process.send_signal(signal.SIGHUP)
            self.assertEqual(self.notified(), b"RELOADING=1")
            pipe = self.pipe()
            process.send_signal(number)
            self.assertEqual(process.wait(timeout=PATIENCE), 0)
            pipe.close()
            self.assertEqual(self.notified(), b"STOPPING=1")
            self.listener.setblocking(False)
            self.assertRaises(BlockingIOError, self.listener.recv, 100)
            self.listener.settimeout(PATIENCE)

    def test_a_storm_of_hangups_during_a_reload_is_one_more_reload(self):
        process = self.start("serve", "--port", "0")
        self.write_model()
        self.assertEqual(self.notified(), b"READY=1")
        process.send_signal(signal.SIGHUP)
        self.assertEqual(self.notified(), b"RELOADING=1")
        for _ in range(100):
            process.send_signal(signal.SIGHUP)
        states = []
        while states.count(b"READY=1") < 2:
            if not states or states[-1] == b"RELOADING=1":
                self.write_model()
            states.append(self.notified())
        process.terminate()
        while states[-1] != b"STOPPING=1":
            states.append(self.notified())
        # One more, or a few where the signals were late.
        self.assertLess(states.count(b"RELOADING=1"), 10)
        self.assertEqual(process.wait(timeout=PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
