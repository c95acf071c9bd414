"""HTTPS."""
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import unittest

from audio_files import sine, wav
from harness import PATIENCE, Client, Server, head
from temporary_files import TemporaryFiles
from test_lifecycle import refused_start


@unittest.skipUnless(shutil.which("openssl"), "openssl, which makes certificates, is not installed")
class Tls(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.cert, self.key = self.certificate("localhost")

    def certificate(self, name):
        """A self-signed one, in place of the one before."""
        paths = [os.path.join(self.folder, file) for file in ("cert.pem", "key.pem")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-out", paths[0],
                        "-keyout", paths[1]], check=True, capture_output=True, timeout=PATIENCE)
        return paths

    def start(self):
        server = Server("--tls-cert", self.cert, "--tls-key", self.key, scheme="https")
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        return server

    def connect(self, server, name="localhost", **options):
        context = ssl.create_default_context(cafile=self.cert)
        for option, value in options.items():
            setattr(context, option, value)
        return context.wrap_socket(socket.create_connection(server.address, PATIENCE),
                                   server_hostname=name)

    def ask(self, server, method, path, body=None):
        client = http.client.HTTPConnection(*server.address)
        client.sock = self.connect(server)
        client.request(method, path, body)
        with client.getresponse() as response:
            answer = response.status, response.read()
        client.close()
        return answer

    def test_predictions(self):
        server = self.start()
        status, body = self.ask(server, "POST", "/predict", wav())
        self.assertEqual(status, 200, body)
        large = b"\0" * (20 * 1024 * 1024)
        self.assertEqual(self.ask(server, "POST", "/predict", large)[0], 415)
        self.assertEqual(self.ask(server, "POST", "/nothing", large)[0], 404)

    def long_prediction(self, server):
        """A client that waits for one."""
        song = wav(sine(sample_rate=8000, seconds=3) * 400, sample_rate=8000)
        client = self.connect(server)
        self.addCleanup(client.close)
        client.sendall(head("POST", "/v1/predict?hop=0.1", song).encode() + song)
        return client, f'"status":%d,"bytes_in":{len(song)},'

    def test_nobody_predicts_for_a_client_that_has_said_goodbye(self):
        """With close_notify, as curl and browsers do; the TCP connection stays open."""
        server = self.start()
        client, line = self.long_prediction(server)
        client.settimeout(0.01)
        with self.assertRaises(OSError):
            client.unwrap()  # sends close_notify, and waits for the server's in vain
        while line % 503 not in server.errors():
            self.assertNotIn(line % 200, server.errors())
            self.assertEqual(self.ask(server, "GET", "/healthz")[0], 200)

    def test_pipelining(self):
        """A request that arrives during a prediction is not lost."""
        server = self.start()
        client = Client.__new__(Client)
        client.socket = self.connect(server)
        client.file = client.socket.makefile("rb")
        self.addCleanup(client.close)
        song = wav(sine(seconds=30))
        client.send(head("POST", "/v1/predict?hop=0.1", song), song)
        for path in ("/healthz", "/nothing"):
            client.send(head("GET", path))
        self.assertEqual([client.receive().status for _ in range(3)], [200, 200, 404])

    def test_old_protocols_are_refused(self):
        server = self.start()
        with self.connect(server) as client:
            self.assertIn(client.version(), ("TLSv1.2", "TLSv1.3"))
        with self.assertRaises(OSError):
            self.connect(server, minimum_version=ssl.TLSVersion.TLSv1,
                         maximum_version=ssl.TLSVersion.TLSv1_1)
        self.assertEqual(self.ask(server, "GET", "/healthz")[0], 200)

    def test_a_client_without_tls(self):
        server = self.start()
        with socket.create_connection(server.address, PATIENCE) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            self.assertNotIn(b"200 OK", client.makefile("rb").read())
        self.assertEqual(self.ask(server, "GET", "/healthz")[0], 200)

    def test_a_client_that_says_nothing_does_not_delay_the_stop(self):
        server = Server("--tls-cert", self.cert, "--tls-key", self.key, "--drain-timeout", "20",
                        scheme="https")
        self.addCleanup(server.log.close)
        with socket.create_connection(server.address, PATIENCE):
            self.assertEqual(self.ask(server, "GET", "/healthz")[0], 200)
            server.signal()
            self.assertEqual(server.wait(), 0)

    def test_a_new_certificate_without_a_restart(self):
        server = self.start()
        self.certificate("other.example")
        server.signal(signal.SIGHUP)
        while "reloaded" not in server.errors():
            pass
        with self.connect(server, "other.example") as client:
            self.assertEqual(client.getpeercert()["subject"], ((("commonName", "other.example"),),))

    def test_mistakes(self):
        other = self.file("other.pem", "no certificate")
        self.assertIn("other.pem", refused_start("--tls-cert", other, "--tls-key", self.key))
        self.assertIn("other.pem", refused_start("--tls-cert", self.cert, "--tls-key", other))
        old_key = shutil.copy(self.key, os.path.join(self.folder, "old_key.pem"))
        self.certificate("localhost")
        self.assertIn("old_key.pem", refused_start("--tls-cert", self.cert, "--tls-key", old_key))


if __name__ == "__main__":
    unittest.main()
