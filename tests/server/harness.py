"""The real server on a free port, and a client that sends exactly the bytes it is told to."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from audio_files import GENRE, wav

PATIENCE = 60  # s; only how long a broken server may hang a test
LISTENING = re.compile(r"listening on (https?)://(\[.*\]|[^\[\]]*):(\d+)\n")


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, address, source=None):
        """source: the address that it connects from."""
        self.socket = socket.create_connection(address, timeout=PATIENCE,
                                               source_address=source and (source, 0))
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, *pieces):
        self.socket.sendall(b"".join(p.encode() if isinstance(p, str) else p for p in pieces))

    def receive(self, head_only=False):
        """One answer. head_only: it has no body (HEAD, 100)."""
        version, status, _ = self.file.readline().decode().split(" ", 2)
        assert version.startswith("HTTP/1."), version
        headers = {}
        while (line := self.file.readline()) != b"\r\n":
            name, value = line.decode().rstrip("\r\n").split(": ", 1)
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        head_only = head_only or status in ("204", "304")
        if head_only:
            body = b""
        elif "chunked" in headers.get("transfer-encoding", ""):
            body = b"".join(iter(self.chunk, b""))
        else:
            body = self.file.read(int(headers["content-length"]))
        return Response(int(status), headers, body)

    def chunk(self):
        """The next chunk of a body; none at its end."""
        chunk = self.file.read(int(self.file.readline(), 16))
        assert self.file.readline() == b"\r\n"
        return chunk

    def closed(self):
        """Whether the server ends the connection, in good order, with nothing more to say."""
        return self.file.read() == b""

    def ask(self, method, target, body=None, content_type=None, *fields):
        self.send(head(method, target, body, content_type, *fields), body or b"")
        return self.receive(head_only=method == "HEAD")


def head(method, target, body=None, content_type=None, *fields):
    lines = [f"{method} {target} HTTP/1.1", "Host: test", *fields]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines) + "\r\n\r\n"


def multipart(*parts, boundary="----boundary", end="--"):
    """parts: (parameters of Content-Disposition, content). The body and its Content-Type."""
    body = b""
    for parameters, content in parts:
        body += f"--{boundary}\r\nContent-Disposition: form-data; {parameters}\r\n\r\n".encode()
        body += content + b"\r\n"
    return body + f"--{boundary}{end}\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Server:
    def __init__(self, *arguments, scheme="http", until_ready=False):
        """Returns once it listens, or, until_ready, once its model has passed the self-test. Until
        then it predicts, but /readyz is 503, for seconds under a sanitizer."""
        self.log = tempfile.TemporaryFile()
        environment = dict(os.environ)
        if until_ready:
            # The server tells a service manager, so that nothing has to ask it again and again.
            manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            manager.bind("")  # Linux chooses an abstract address: a zero byte and a name
            environment["NOTIFY_SOCKET"] = "@" + manager.getsockname()[1:].decode()
        self.process = subprocess.Popen([GENRE, "serve", "--port", "0", *arguments],
                                        stdout=subprocess.PIPE, stderr=self.log, env=environment)
        self.first_line = self.process.stdout.readline().decode()
        match = LISTENING.fullmatch(self.first_line)
        assert match and match[1] == scheme, (self.first_line, self.errors())
        self.address = (match[2].strip("[]"), int(match[3]))
        if until_ready:
            with manager:  # closed, because the server would wait for room in a full one
                manager.settimeout(PATIENCE)
                assert manager.recv(100) == b"READY=1", self.errors()

    def admin_address(self):
        """With --admin-port; call it once."""
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"health and metrics on http://([^\[\]]*):(\d+)\n", line)
        return match[1], int(match[2])

    def errors(self):
        # Not by seek and read: the server shares the file's offset and may be writing.
        return os.pread(self.log.fileno(), os.fstat(self.log.fileno()).st_size, 0).decode()

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self):
        status = self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        return status


class ServersTest(unittest.TestCase):
    """Starts servers of its own, with the arguments of a test."""

    def start(self, *arguments):
        server = Server("--quiet", *arguments)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.process.kill)
        return server


class ServerTest(unittest.TestCase):
    """A server a class; each test ends with it still healthy, each class with its clean exit."""
    arguments = ()
    until_ready = True

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.arguments, until_ready=cls.until_ready)
        cls.song = wav()

    @classmethod
    def tearDownClass(cls):
        cls.server.signal()
        status = cls.server.wait()
        assert status == 0, (status, cls.server.errors())
        cls.server.log.close()

    def client(self, source=None):
        client = Client(self.server.address, source)
        self.addCleanup(client.close)
        return client

    def ask(self, *request):
        return self.client().ask(*request)

    def assert_json(self, response, status=200):
        self.assertEqual(response.status, status, response.body)
        self.assertEqual(response.headers["content-type"], "application/json")
        return response.json()

    def assert_problem(self, response, status, code):
        self.assertEqual(response.status, status, response.body)
        self.assertEqual(response.headers["content-type"], "application/problem+json")
        problem = response.json()
        self.assertEqual(list(problem), ["type", "title", "status", "detail", "code"])
        self.assertEqual(problem["type"], "about:blank")
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["code"], code)
        self.assertTrue(problem["title"])
        return problem["detail"]

    def assert_healthy(self):
        self.assertEqual(self.assert_json(self.ask("GET", "/healthz")), {"status": "ok"})
