"""Start, log and stop of the server."""
import os
import signal
import socket
import subprocess
import tempfile
import unittest

from audio_files import GENRE, wav
from harness import PATIENCE, Client, Server, head


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

    def test_wrong_flags(self):
        for flags in (["--port", "70000"], ["--threads", "0"], ["--read-timeout", "0"],
                      ["--max-body", "much"], ["--unknown"]):
            result = subprocess.run([GENRE, "serve", *flags], capture_output=True, timeout=PATIENCE)
            self.assertNotEqual(result.returncode, 0, flags)
            self.assertIn(flags[0], result.stderr.decode())


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
        """Returns once the server has begun to stop: then it closes idle connections."""
        idle = self.client(server)
        self.assertEqual(idle.ask("GET", "/healthz").status, 200)
        server.signal(number)
        self.assertTrue(idle.closed())

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

    def test_a_second_signal_ends_it_at_once(self):
        server = self.start()
        self.begin_upload(server, b"never sent")
        self.stop(server)
        server.signal()
        self.assertEqual(server.wait(), -signal.SIGTERM)


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
        lines = self.log_of()
        self.assertEqual(len(lines), 3)
        self.assertRegex(lines[0], r" info GET /healthz 200 15 B \d+\.\d ms$")
        self.assertRegex(lines[1], r" info POST /predict 415 \d+ B \d+\.\d ms$")
        self.assertRegex(lines[2], r" info - - 400 \d+ B \d+\.\d ms$")

    def test_quiet(self):
        self.assertEqual(self.log_of("--quiet"), [])


if __name__ == "__main__":
    unittest.main()
