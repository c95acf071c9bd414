"""--admin-port: health, readiness and metrics, whatever the other port does."""
import signal
import unittest

from harness import PATIENCE, Client, Server, ServerTest, head
from temporary_files import TemporaryFiles
from test_lifecycle import refused_start


class Admin(ServerTest):
    arguments = ("--admin-port", "0", "--max-connections", "2")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.server.admin_address()

    def admin_client(self):
        client = Client(self.admin)
        self.addCleanup(client.close)
        return client

    def test_routes(self):
        client = self.admin_client()
        for path in ("/healthz", "/readyz", "/metrics", "/v2/health/live", "/v2/health/ready"):
            self.assertEqual(client.ask("GET", path).status, 200)
            self.assertEqual(client.ask("HEAD", path).status, 200)
        for path in ("/", "/v1/model", "/openapi.json", "/v2", "/nothing"):
            self.assertEqual(client.ask("GET", path).status, 404, path)
        self.assertEqual(client.ask("POST", "/healthz").status, 405)
        self.assert_problem(self.admin_client().ask("POST", "/predict", self.song), 404, "not_found")
        self.assert_problem(self.admin_client().ask("POST", "/v1/model/reload", b""), 404,
                            "not_found")

    def test_it_responds_while_the_other_port_is_full(self):
        for _ in range(2):
            busy = self.client()
            busy.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
            self.assertEqual(busy.receive(head_only=True).status, 100)
        self.assertEqual(self.client().receive().status, 503)
        client = self.admin_client()
        self.assertEqual(client.ask("GET", "/readyz").status, 200)
        self.assertIn("\ngenre_connections ", client.ask("GET", "/metrics").body.decode())

    def test_it_makes_room_for_those_who_ask(self):
        for _ in range(200):
            self.admin_client()
        self.assertEqual(self.admin_client().ask("GET", "/healthz").status, 200)


class AdminPort(TemporaryFiles):
    def start(self, *arguments):
        server = Server("--admin-port", "0", *arguments, until_ready=True)
        self.addCleanup(server.log.close)
        client = Client(server.admin_address())
        self.addCleanup(client.close)
        return server, client

    def test_tokens_are_those_of_the_other_port(self):
        server, client = self.start("--token-file", self.file("tokens", "secret\n"))
        self.assertEqual(client.ask("GET", "/healthz").status, 200)
        self.assertEqual(client.ask("GET", "/metrics").status, 401)
        self.assertEqual(client.ask("GET", "/metrics", None, None,
                                    "Authorization: Bearer secret").status, 200)
        server.signal()
        self.assertEqual(server.wait(), 0)

    def test_it_responds_until_the_end(self):
        """While the last request is finished, readiness and metrics can still be asked for."""
        server, client = self.start()
        upload = Client(server.address)
        self.addCleanup(upload.close)
        upload.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
        self.assertEqual(upload.receive(head_only=True).status, 100)
        self.assertEqual(client.ask("GET", "/readyz").status, 200)
        server.signal(signal.SIGINT)
        address = client.socket.getpeername()
        while (response := client.ask("GET", "/readyz")).status == 200:
            pass
        self.assertEqual(response.json()["code"], "stopping")
        client = Client(address)
        self.addCleanup(client.close)
        self.assertEqual(client.ask("GET", "/healthz").status, 200)
        upload.send("x")
        self.assertEqual(upload.receive().status, 415)
        self.assertEqual(server.process.wait(timeout=PATIENCE), 0)
        server.process.stdout.close()

    def test_port_in_use(self):
        server, client = self.start()
        port = str(client.socket.getpeername()[1])
        error = refused_start("--port", "0", "--admin-port", port)
        self.assertIn(f"127.0.0.1 port {port}", error)
        server.signal()
        self.assertEqual(server.wait(), 0)


if __name__ == "__main__":
    unittest.main()
