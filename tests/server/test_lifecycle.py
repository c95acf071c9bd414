"""Start, log and stop of the server."""
import datetime
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
import unittest.mock

from audio_files import GENRE, wav
from harness import PATIENCE, Client, Server, head
from temporary_files import TemporaryFiles

# ThreadSanitizer delays a raised signal, so that the process exits as a shell would report it.
ENDED_BY_SIGTERM = (-signal.SIGTERM, 128 + signal.SIGTERM)


def refused_start(*arguments):
    """The error output of a server that must not start."""
    result = subprocess.run([GENRE, "serve", *arguments], capture_output=True, timeout=PATIENCE)
    assert result.returncode == 1 and not result.stdout, result
    return result.stderr.decode()


class Start(unittest.TestCase):
    def start(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        return server

    def test_free_ports(self):
        ports = {self.start().address[1] for _ in range(2)}
        self.assertEqual(len(ports), 2)
        self.assertNotIn(0, ports)

    def test_it_opens_a_browser_if_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(os.path.join(folder, "opened"))
            browser = os.path.join(folder, "xdg-open")
            with open(browser, "w", encoding="utf-8") as script:
                script.write(f'#!/bin/sh\necho "$1" >{folder}/opened\n')
            os.chmod(browser, 0o755)
            with unittest.mock.patch.dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"):
                server = self.start("--open")
            with open(os.path.join(folder, "opened"), encoding="utf-8") as opened:
                self.assertEqual(opened.read(), f"http://127.0.0.1:{server.address[1]}\n")

    def test_it_serves_without_a_browser(self):
        with unittest.mock.patch.dict(os.environ, PATH="/nowhere"):
            server = self.start("--open")
        self.assertEqual(Client(server.address).ask("GET", "/healthz").status, 200)
        self.assertIn("no xdg-open", server.errors())

    def test_port_in_use(self):
        port = str(self.start().address[1])
        error = refused_start("--port", port)
        self.assertIn(f"127.0.0.1 port {port}", error)
        self.assertIn("in use", error)

    def test_address_of_another_machine(self):
        self.assertIn("192.0.2.1", refused_start("--port", "0", "--host", "192.0.2.1"))

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        server = self.start("--host", "::1")
        self.assertTrue(server.first_line.startswith("listening on http://[::1]:"))
        client = Client(server.address)
        self.addCleanup(client.close)
        self.assertEqual(client.ask("GET", "/healthz").status, 200)

    def test_model_file(self):
        model = os.path.join(os.path.dirname(__file__), "..", "..", "models", "default.onnx")
        client = Client(self.start("--model", model).address)
        self.addCleanup(client.close)
        self.assertEqual(client.ask("POST", "/predict", wav()).status, 200)
        self.assertIn("/nonexistent", refused_start("--model", "/nonexistent"))
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"no model")
            file.flush()
            self.assertIn(file.name, refused_start("--model", file.name))

    def test_example_is_named_in_a_command(self):
        server = self.start("--example", "clip.wav")
        self.assertEqual(server.process.stdout.readline().decode(),
                         f"try: curl -F file=@clip.wav http://127.0.0.1:{server.address[1]}/predict\n")

    def test_environment(self):
        with unittest.mock.patch.dict(os.environ, GENRE_MAX_BODY="1000", GENRE_QUIET="true"):
            server = self.start()
        client = Client(server.address)
        self.addCleanup(client.close)
        self.assertEqual(client.ask("POST", "/predict", b"x" * 1001).status, 413)
        with unittest.mock.patch.dict(os.environ, GENRE_MAX_BODY="much"):
            result = subprocess.run([GENRE, "serve"], capture_output=True, timeout=PATIENCE)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("--max-body: much", result.stderr.decode())

    def test_wrong_flags(self):
        for flags in (["--port", "70000"], ["--threads", "0"], ["--read-timeout", "0"],
                      ["--max-body", "much"], ["--unknown"]):
            result = subprocess.run([GENRE, "serve", *flags], capture_output=True, timeout=PATIENCE)
            self.assertNotEqual(result.returncode, 0, flags)
            self.assertIn(flags[0], result.stderr.decode())


class ServiceManager(TemporaryFiles):
    """As systemd does it: the socket is the manager's, and the server tells it how it is."""

    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.ear.close)
        self.ear.settimeout(PATIENCE)
        self.ear.bind(os.path.join(self.folder, "notify"))

    def start(self):
        number = self.listener.fileno()
        script = f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve --quiet 3<&{number}'
        process = subprocess.Popen(["sh", "-c", script, GENRE], pass_fds=[number],
                                   stdout=subprocess.DEVNULL,
                                   env={**os.environ, "NOTIFY_SOCKET": self.ear.getsockname()})
        self.assertEqual(self.ear.recv(100), b"READY=1")
        return process

    def stop(self, process):
        process.terminate()
        self.assertEqual(self.ear.recv(100), b"STOPPING=1")
        self.assertEqual(process.wait(timeout=PATIENCE), 0)

    def test_start_and_stop(self):
        process = self.start()
        client = Client(self.listener.getsockname())
        self.assertEqual(client.ask("GET", "/readyz").status, 200)
        client.close()
        self.stop(process)

    def test_no_request_fails_when_a_successor_takes_over(self):
        song, statuses, done = wav(), [], threading.Event()

        def ask():
            client = Client(self.listener.getsockname())
            while not done.is_set():
                response = client.ask("POST", "/predict", song)
                statuses.append(response.status)
                if response.headers.get("connection") == "close":
                    client.close()
                    client = Client(self.listener.getsockname())
            client.close()

        process = self.start()
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            successor = self.start()
            before = len(statuses)
            self.stop(process)
            self.assertGreater(len(statuses), before)
            process = successor
        done.set()
        for thread in threads:
            thread.join()
        self.assertEqual(set(statuses), {200})
        self.stop(process)


class Stop(unittest.TestCase):
    def start(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.log.close)
        return server

    def client(self, server):
        client = Client(server.address)
        self.addCleanup(client.close)
        return client

    def begin_upload(self, server, body):
        """A request whose body the server is waiting for."""
        client = self.client(server)
        client.send(head("POST", "/predict", body, "audio/wav", "Expect: 100-continue"))
        self.assertEqual(client.receive(head_only=True).status, 100)
        return client

    def stop(self, server, number=signal.SIGTERM):
        """Returns once the server has begun to stop, and closed idle connections."""
        idle = self.client(server)
        self.assertEqual(idle.ask("GET", "/healthz").status, 200)
        server.signal(number)
        self.assertTrue(idle.closed())

    def stopping(self, server, client):
        """Signals, and returns the first answer of /readyz that knows of it."""
        while client.ask("GET", "/readyz").status == 503:
            pass  # the model is being tested
        server.signal()
        while (response := client.ask("GET", "/readyz")).status == 200:
            pass
        self.assertEqual(response.json()["code"], "stopping")
        return response

    def test_at_once_when_nothing_is_in_progress(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.start()
            self.stop(server, number)
            self.assertEqual(server.wait(), 0)

    def test_requests_in_progress_are_finished(self):
        server, song = self.start(), wav()
        client = self.begin_upload(server, song)
        self.stop(server)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(server.address)
        client.send(song)
        response = client.receive()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["connection"], "close")
        client.close()
        self.assertEqual(server.wait(), 0)

    def test_not_for_ever(self):
        server = self.start("--drain-timeout", "0.1")
        self.begin_upload(server, b"never sent")
        self.stop(server)
        self.assertEqual(server.wait(), 1)
        self.assertIn("still in progress", server.errors())

    def test_an_idle_client_may_just_be_sending(self):
        server = self.start()
        idle = self.client(server)
        response = self.stopping(server, idle)
        self.assertEqual(response.headers["connection"], "close")
        self.assertTrue(idle.closed())
        self.assertEqual(server.wait(), 0)

    def test_delay(self):
        """Until it is over, newcomers are served, too, and /readyz says what is to come."""
        server = self.start("--drain-delay", "5")
        idle = self.client(server)
        self.stopping(server, idle)
        response = self.client(server).ask("POST", "/predict", wav())
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["connection"], "close")
        server.signal()  # enough
        self.assertIn(server.wait(), ENDED_BY_SIGTERM)

    def test_a_second_signal_ends_it_at_once(self):
        server = self.start()
        self.begin_upload(server, b"never sent")
        self.stop(server)
        server.signal()
        self.assertIn(server.wait(), ENDED_BY_SIGTERM)


class Log(unittest.TestCase):
    def log_of(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.log.close)
        client = Client(server.address)
        client.ask("GET", "/healthz?secret")
        client.ask("POST", "/predict", b"no song")
        client.send("nonsense\r\n\r\n")
        client.receive()
        client.close()
        server.signal()
        self.assertEqual(server.wait(), 0)
        return server.errors().splitlines()

    def test_a_line_a_request(self):
        lines = [json.loads(line) for line in self.log_of()]
        self.assertEqual([(line["method"], line["path"], line["status"], line["bytes_in"])
                          for line in lines],
                         [("GET", "/healthz", 200, 0), ("POST", "/predict", 415, 7),
                          (None, None, 400, 0)])
        for line in lines:
            self.assertEqual(list(line), ["time", "level", "request_id", "peer", "method", "path",
                                          "status", "bytes_in", "bytes_out", "duration_ms"])
            self.assertEqual((line["level"], line["peer"]), ("info", "127.0.0.1"))
            self.assertGreater(line["duration_ms"], 0)
            datetime.datetime.fromisoformat(line["time"])
        self.assertEqual(len({line["request_id"] for line in lines}), 3)

    def test_names_of_a_request(self):
        """A client's request id comes back, and stands in the log with its trace."""
        server = Server()
        self.addCleanup(server.log.close)
        client = Client(server.address)
        trace = "0af7651916cd43dd8448eb211c80319c"
        response = client.ask("GET", "/healthz", None, None, "X-Request-Id: mine-1",
                              f"traceparent: 00-{trace}-b7ad6b7169203331-01")
        self.assertEqual(response.headers["x-request-id"], "mine-1")
        given = client.ask("POST", "/predict", b"no song", None,
                           'X-Request-Id: "no name"').headers["x-request-id"]
        self.assertRegex(given, "^[0-9a-f]{16}$")
        client.close()
        server.signal()
        self.assertEqual(server.wait(), 0)
        first, second = (json.loads(line) for line in server.errors().splitlines())
        self.assertEqual((first["request_id"], first["trace_id"]), ("mine-1", trace))
        self.assertEqual(second["request_id"], given)
        self.assertNotIn("trace_id", second)

    def test_quiet(self):
        self.assertEqual(self.log_of("--quiet"), [])


if __name__ == "__main__":
    unittest.main()
