"""nats-server processes on loopback, and what a test asks them."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

SERVER = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin:/usr/bin")


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Node:
    """One server. It keeps its store, and its port, over restarts."""

    def __init__(self, folder, name, port, flags=()):
        self.name, self.port = name, port
        self._log = os.path.join(folder, f"{name}.log")
        self._command = [SERVER, "--addr", "127.0.0.1", "--port", str(port), "--server_name", name,
                         "--jetstream", "--store_dir", os.path.join(folder, name), *flags]
        self.start()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        self._out = open(self._log, "ab")
        self._process = subprocess.Popen(self._command, stdout=self._out, stderr=self._out)
        wait_until(self._accepts, f"{self.name} to listen", self.log)

    def _accepts(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def kill(self):
        """As a power cut does it."""
        self._process.kill()
        self._process.wait()
        self._out.close()

    def stop(self):
        if self._process.poll() is None:
            self.kill()


def cluster(folder, n):
    """So many servers that know each other. What they keep is kept by as many as asked for."""
    if n == 1:
        return [Node(folder, "node0", free_ports(1)[0])]
    clients, routes = free_ports(n), free_ports(n)
    all_routes = ",".join(f"nats://127.0.0.1:{port}" for port in routes)
    nodes = [Node(folder, f"node{i}", clients[i],
                  ["--cluster_name", "test", "--cluster", f"nats://127.0.0.1:{routes[i]}",
                   "--routes", all_routes])
             for i in range(n)]
    return nodes


def wait_until(condition, what, details=lambda: "", patience=60):
    """Asks until it is so. The limit is there for a test that would hang, not to judge speed."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience} s for {what}\n{details()}")
        time.sleep(0.05)


class Client:
    """Speaks NATS' protocol, as much of it as is needed to ask JetStream something."""

    def __init__(self, node):
        self._socket = socket.create_connection(("127.0.0.1", node.port), timeout=10)
        self._file = self._socket.makefile("rwb")
        self._file.readline()  # INFO
        self._file.write(b'CONNECT {"verbose":false,"headers":true}\r\nSUB answers 1\r\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def publish(self, subject, payload=b"", reply=""):
        self._file.write(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")
        self._file.flush()

    def request(self, subject, payload=b""):
        """What comes back, without its headers."""
        self.publish(subject, payload, "answers")
        while True:
            line = self._file.readline()
            if line == b"PING\r\n":
                self._file.write(b"PONG\r\n")
                self._file.flush()
            elif line.startswith(b"MSG"):
                return self._file.read(int(line.split()[-1]) + 2)[:-2]
            elif line.startswith(b"HMSG"):
                n_headers, n = map(int, line.split()[-2:])
                return self._file.read(n + 2)[n_headers:-2]

    def ask(self, subject, payload=b""):
        """JetStream's answer to a request of its API."""
        return json.loads(self.request(subject, payload))

    def stream(self, name):
        answer = self.ask(f"$JS.API.STREAM.INFO.{name}")
        if "error" in answer:
            raise LookupError(answer["error"]["description"])
        return answer

    def n_messages(self, name):
        return self.stream(name)["state"]["messages"]


class Process:
    """A program that runs beside the test, such as `genre worker`."""

    def __init__(self, command, log, env=None):
        self._log = log
        self._out = open(log, "ab")
        self._process = subprocess.Popen(command, stdout=self._out, stderr=self._out, env=env)

    @property
    def running(self):
        return self._process.poll() is None

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._out.close()

    def terminate(self):
        """Asks it to end, and gives its exit status."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(timeout=60)
        self._out.close()
        return status

    def stop(self):
        if self.running:
            self.kill()
