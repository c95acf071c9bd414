"""/openapi.json says what the server does: all of it, and nothing else."""
import base64
import json
import os
import re
import signal
import socket
import struct
import subprocess
import unittest

from audio_files import GENRE, wav
from harness import Client, Response, Server, head, multipart
from temporary_files import TemporaryFiles
from web_socket import WebSocket

try:
    import jsonschema
except ImportError:
    jsonschema = None

OPERATIONS = ("get", "post", "delete")
DOCUMENTED = {"application/json", "application/problem+json"}
INFER = "/v2/models/genre/infer"
INSTANCES = "/v1/models/default:predict"
PATHS = ("/predict", "/v1/predict", "/v1/peaks", INFER, INSTANCES)
MODEL_GETS = ("/v1/models/%s", "/v2/models/%s", "/v2/models/%s/config", "/v2/models/%s/stats",
              "/v2/models/%s/ready")


def inference(*files, **more):
    """A request of the Open Inference Protocol."""
    data = [base64.b64encode(file).decode() for file in files]
    tensor = {"name": "audio", "shape": [len(data)], "datatype": "BYTES", "data": data}
    return json.dumps({"inputs": [tensor], **more}).encode()


def instances(*files):
    """A request of KServe's v1 protocol."""
    return json.dumps({"instances": [{"b64": base64.b64encode(file).decode()}
                                     for file in files]}).encode()


def body_of(path, *files):
    """The files, as a request to this path takes them; the last one alone if it takes one."""
    return {INFER: inference, INSTANCES: instances}.get(path, lambda *files: files[-1])(*files)


def nan_wav():
    samples = struct.pack("<6615f", *[float("nan")] * 6615)
    fmt = struct.pack("<HHIIHH", 3, 1, 22050, 88200, 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(samples))
    return b"RIFF" + struct.pack("<I", len(body) + len(samples)) + body + samples


def adpcm_wav():
    """The header is enough: it is not decoded."""
    fmt = struct.pack("<HHIIHHHH", 0x11, 1, 22050, 11100, 256, 4, 2, 505)
    body = (b"WAVEfmt " + struct.pack("<I", 20) + fmt + b"fact" + struct.pack("<II", 4, 5050)
            + b"data" + struct.pack("<I", 2560) + bytes(2560))
    return b"RIFF" + struct.pack("<I", len(body)) + body


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class OpenApi(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.model = self.file("model.onnx", self.default_model())
        self.server = self.start("--model", "default=" + self.model, "--admin-token-file",
                                 self.file("admins", "root\n"), "--max-audio", "60",
                                 "--max-body", "10000000")
        self.document = Client(self.server.address).ask("GET", "/openapi.json").json()
        self.seen = set()  # (path, method, status, code)

    @staticmethod
    def default_model():
        models = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
        with open(os.path.join(models, "default.onnx"), "rb") as file:
            return file.read()

    def start(self, *flags):
        server = Server("--quiet", *flags, until_ready=True)
        self.addCleanup(server.log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.signal)
        return server

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        return node

    def documented(self):
        """Every (path, method, status, code) of the document; code is None where all is well."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                self.assertIn(method, OPERATIONS)
                for status, response in operation["responses"].items():
                    content = self.resolve(response).get("content", {None: {}})  # 101 has none
                    kind = next(iter(content))
                    schema = content[kind].get("schema", {})
                    codes = [None]
                    if "allOf" in schema:
                        codes = schema["allOf"][1]["properties"]["code"]["enum"]
                    for code in codes:
                        yield path, method, int(status), code

    def template(self, path):
        """The documented path, which may have a parameter."""
        if path in self.document["paths"]:
            return path
        return next(template for template in self.document["paths"] if re.fullmatch(
            re.sub(r"\\{\w+\\}", "[^/:]+", re.escape(template)), path))

    def check(self, response, target, method):
        """An answer is one of those that its operation documents, and looks like it."""
        path = self.template(target.split("?")[0])
        described = self.resolve(
            self.document["paths"][path][method]["responses"][str(response.status)])
        kind = response.headers["content-type"].split(";")[0]
        self.assertIn(kind, described["content"])
        for name in described.get("headers", ()):
            self.assertIn(name.lower(), response.headers)
        code = None
        if kind in DOCUMENTED:
            body = response.json()
            failed = response.status >= 400
            code = body.get("code") if failed else None
            jsonschema.Draft202012Validator(
                described["content"][kind]["schema"],
                resolver=jsonschema.RefResolver("", self.document)).validate(body)
        self.seen.add((path, method, response.status, code))

    def ask(self, method, target, *request, server=None):
        client = Client((server or self.server).address)
        self.addCleanup(client.close)
        self.check(client.ask(method.upper(), target, *request), target, method)

    def test_is_valid(self):
        self.assertEqual(self.document["openapi"], "3.1.0")
        version = subprocess.run([GENRE, "--version"], capture_output=True, check=True, text=True)
        self.assertIn(self.document["info"]["version"], version.stdout)
        references = [value for value in self.strings(self.document) if value.startswith("#/")]
        self.assertGreater(len(references), 20)
        for reference in references:
            self.resolve({"$ref": reference})
        for name, schema in self.document["components"]["schemas"].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def strings(self, node):
        if isinstance(node, str):
            yield node
        elif isinstance(node, (dict, list)):
            for value in node.values() if isinstance(node, dict) else node:
                yield from self.strings(value)

    def test_every_route_and_error(self):
        for provoke in (self.provoke_gets, self.provoke_predictions, self.provoke_bad_audio,
                        self.provoke_bad_requests, self.provoke_bad_heads,
                        self.provoke_streams, self.provoke_live, self.provoke_jobs,
                        self.provoke_unknown_models, self.provoke_limits, self.provoke_access,
                        self.provoke_reload):
            provoke()
        self.assertEqual(sorted(set(self.documented()) - self.seen, key=str), [])

    def provoke_gets(self):
        for path in ("/v1/model", "/healthz", "/readyz", "/metrics", "/openapi.json", "/v2",
                     "/v2/health/live", "/v2/health/ready", "/v2/models/stats", "/v1/models",
                     *(path % "genre" for path in MODEL_GETS[1:]), "/v1/models/default"):
            self.ask("get", path)
        self.ask("post", "/v2/repository/index", b"")
        server = self.start("--drain-delay", "60")
        server.signal()
        for path in ("/readyz", "/v2/health/ready", "/v2/models/genre/ready", "/v1/models/default"):
            client = Client(server.address)
            self.addCleanup(client.close)
            while (response := client.ask("GET", path)).status == 200:
                pass
            self.check(response, path, "get")
        server.signal()
        # Too short a moment to meet from outside; tests/server/routes_test.cpp does.
        self.seen.add(("/readyz", "get", 503, "not_ready"))

    def provoke_predictions(self):
        song = wav()
        form = multipart(('name="file"; filename="a.wav"', song))
        batch = multipart(('name="file"; filename="a.wav"', song), ("name=file", b"no song"))
        for path in ("/predict", "/v1/predict", "/v1/predict?top=2&segments=0",
                     "/v1/predict?features=1&hop=1"):
            for body, kind in ((song, "audio/wav"), form, batch):
                self.ask("post", path, body, kind)
        for body, kind in ((song, "audio/wav"), form):
            self.ask("post", "/v1/peaks?bins=100", body, kind)
        half = song[:len(song) // 2]
        self.ask("post", "/v1/predict", half)
        self.ask("post", "/v1/predict?strict=true", half)
        self.ask("post", INFER, inference(song))
        self.ask("post", INFER, inference(half))
        self.ask("post", INFER, inference(half, parameters={"strict": True}))
        self.ask("post", INFER, inference(song, song, outputs=[{"name": "genre"}], id="mine"))
        classes = {"name": "certainties", "parameters": {"classification": 2}}
        self.ask("post", INFER, inference(song, outputs=[classes]))
        self.ask("post", INSTANCES, instances(song))
        self.ask("post", "/v1/predict?model=default", song)

    def provoke_streams(self):
        path, song = "/v1/stream", wav()
        self.ask("post", path + "?summary=1&top=2", song)
        self.ask("post", path, song, None, "Accept: text/event-stream")
        events = Client(self.server.address).ask("POST", path + "?summary=1", song).body
        schema = {"$ref": "#/components/schemas/LiveEvent"}
        resolver = jsonschema.RefResolver("", self.document)
        for line in events.splitlines():
            jsonschema.Draft202012Validator(schema, resolver=resolver).validate(json.loads(line))
        self.assertEqual(len(events.splitlines()), 3)
        for body in (b"no song", b"", song[:20], wav([]), nan_wav(), wav([0.0] * 100),
                     b"FORM\0\0\0\0AIFFCOMM"):
            self.ask("post", path, body)
        self.ask("post", path, b"x", None, "Content-Encoding: gzip")
        self.ask("post", path, None, None, "Transfer-Encoding: gzip")
        self.ask("post", path + "?format=mp3", b"x")
        self.ask("post", path + "?model=unknown", b"x")
        client = Client(self.server.address)
        self.addCleanup(client.close)
        client.send(head("POST", path, b"12"), "1")
        client.socket.shutdown(socket.SHUT_WR)
        self.check(client.receive(), path, "post")
        idle = self.start("--stream-idle", "0.05", "--max-queue", "256")
        client = Client(idle.address)
        self.addCleanup(client.close)
        client.send(head("POST", path, b"12"), "1")
        self.check(client.receive(), path, "post")
        self.ask("post", path, song, server=self.start("--max-streams", "0"))
        self.ask("post", path, song, server=self.start("--max-queue", "0"))
        limited = self.start("--rate-limit", "0.001", "--rate-burst", "1")
        self.ask("post", path, song, server=limited)
        self.ask("post", path, song, server=limited)
        tokens = self.start("--token-file", self.file("tokens", "alice\n"))
        self.ask("post", path, song, server=tokens)
        # It takes a pretrained network, and a moment too short to meet from outside.
        self.seen.add((path, "post", 422, "needs_whole_file"))
        self.seen.add((path, "post", 503, "stopping"))

    def open_live(self, query="", *fields, server=None):
        ws = WebSocket((server or self.server).address, "/v1/live" + query, *fields)
        self.addCleanup(ws.close)
        if ws.response == 101:
            self.seen.add(("/v1/live", "get", 101, None))
        else:
            self.check(Response(ws.response, ws.headers, ws.body()), "/v1/live", "get")

    def provoke_live(self):
        self.open_live()
        self.open_live("?format=mp3")
        self.open_live("?model=unknown")
        self.open_live("", "Origin: https://other.example")
        self.open_live("", "Transfer-Encoding: gzip")
        self.open_live("", "Host: twice")
        self.ask("get", "/v1/live")
        self.open_live(server=self.start("--max-streams", "0"))
        self.open_live(server=self.start("--max-queue", "0"))
        limited = self.start("--rate-limit", "0.001", "--rate-burst", "1")
        self.open_live(server=limited)
        self.open_live(server=limited)
        self.open_live(server=self.start("--token-file", self.file("tokens", "alice\n")))
        # As those of streams.
        self.seen.add(("/v1/live", "get", 422, "needs_whole_file"))
        self.seen.add(("/v1/live", "get", 503, "stopping"))

    def provoke_jobs(self):
        def start(server, path, body):
            client = Client(server.address)
            self.addCleanup(client.close)
            response = client.ask("POST", path, body, None, "Prefer: respond-async")
            self.check(response, path, "post")
            return response.headers.get("location")

        long = wav([0.1] * 1300000)
        many, one = self.start("--threads", "1"), self.start("--threads", "1", "--max-jobs", "1")
        stopping = self.start("--drain-delay", "60")
        for path in ("/predict", "/v1/predict"):
            job = start(self.server, path, wav())
            while Client(self.server.address).ask("GET", job).json()["state"] != "done":
                pass
            self.ask("get", job)
            self.ask("delete", job)
            failed = start(self.server, path, b"no song")
            while Client(self.server.address).ask("GET", failed).json()["state"] != "failed":
                pass
            self.ask("get", failed)
        # Nine at once: one thread cannot end one of them before the last one arrives.
        for _ in range(9):
            start(many, "/v1/predict?hop=0.1", long)
        start(many, "/predict", long)
        for _ in range(2):
            start(one, "/v1/predict?hop=0.1", long)
        start(one, "/predict", long)
        for method in ("get", "delete"):
            self.ask(method, "/v1/jobs/0")
        stopping.signal()
        while Client(stopping.address).ask("GET", "/readyz").status == 200:
            pass
        for path in ("/predict", "/v1/predict"):
            start(stopping, path, long)
        stopping.signal()
        for server in (many, one):
            server.signal(signal.SIGINT)

    def provoke_bad_audio(self):
        song = wav()
        for body in (b"no song", b"", song[:1000], wav([]), nan_wav(), wav([0.0] * 100),
                     adpcm_wav(), wav([0.0] * 100000, sample_rate=1000)):
            for path in PATHS:
                self.ask("post", path, body_of(path, song, body))

    def provoke_bad_requests(self):
        for path in ("/predict", "/v1/predict", "/v1/peaks"):
            self.ask("post", path, b"x", "multipart/mixed")
            self.ask("post", path, b"x", "multipart/form-data")
            self.ask("post", path, *multipart(("name=other", b"x")))
            self.ask("post", path, b"x", ";")
            self.ask("post", path, None, None, "Transfer-Encoding: gzip")
        for path in PATHS:
            self.ask("post", path, b"x", None, "Content-Encoding: compress")
        for path in ("/v1/predict?top=0", "/predict?top=1"):
            self.ask("post", path, b"x")
        self.ask("get", "/v1/model?other=x")
        self.ask("post", "/v1/model/reload?other=x", b"", None, "Authorization: Bearer root")
        self.ask("post", "/v1/peaks?bins=0", b"x")
        for path in (INFER, INSTANCES):
            self.ask("post", path, b"{}")
            self.ask("post", path, None, None, "Transfer-Encoding: gzip")
            client = Client(self.server.address)
            self.addCleanup(client.close)
            client.send(head("POST", path, b"12"), "1")
            client.socket.shutdown(socket.SHUT_WR)
            self.check(client.receive(), path, "post")

    def provoke_bad_heads(self):
        for path, methods in self.document["paths"].items():
            path = path.replace("{model}", "genre").replace("{job}", "0")
            for method in methods:
                self.ask(method, path, None, None, "X: " + 20000 * "x")
                self.ask(method, path + "?x=" + 20000 * "x")
                self.ask(method, path, None, None, "Expect: the best")
                client = Client(self.server.address)
                self.addCleanup(client.close)
                client.send(f"{method.upper()} {path} HTTP/1.2\r\nHost: test\r\n\r\n")
                self.check(client.receive(), path, method)

    def provoke_unknown_models(self):
        for path in MODEL_GETS:
            self.ask("get", path % "unknown")
        self.ask("get", "/v1/model?model=unknown")
        for path in ("/predict?model=unknown", "/v1/predict?model=unknown",
                     "/v1/models/unknown:predict", "/v2/models/unknown/infer"):
            self.ask("post", path, b"x")
        self.ask("post", "/v1/model/reload?model=unknown", b"", None, "Authorization: Bearer root")

    def provoke_limits(self):
        hasty = self.start("--read-timeout", "0.05")
        full = self.start("--max-queue", "0")
        cramped = self.start("--max-in-flight-bytes", "100")
        crowded = self.start("--max-connections", "1")
        limited = self.start("--rate-limit", "0.001", "--rate-burst", "1")
        impatient = self.start("--predict-timeout", "0.01")
        holder = Client(limited.address)
        self.addCleanup(holder.close)
        self.assertEqual(holder.ask("POST", "/predict", wav()).status, 200)
        for path in PATHS:
            client = Client(hasty.address)
            self.addCleanup(client.close)
            client.send(head("POST", path, b"12"), "1")
            self.check(client.receive(), path, "post")
            self.ask("post", path, b"x", server=full)
            self.ask("post", path, b"x" * 101, server=cramped)
            self.ask("post", path, b"x", server=limited)
            client = Client(self.server.address)
            self.addCleanup(client.close)
            client.send(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000001\r\n\r\n")
            self.check(client.receive(), path, "post")
        busy = Client(crowded.address)  # an idle connection would make room
        self.addCleanup(busy.close)
        busy.send(head("POST", "/predict", b"x", None, "Expect: 100-continue"))
        self.assertEqual(busy.receive(head_only=True).status, 100)
        # It answers before it knows which.
        for path, method in (("/predict", "post"), ("/v1/predict", "post"), ("/v1/peaks", "post"),
                             ("/v1/stream", "post"), ("/v1/live", "get")):
            client = Client(crowded.address)
            self.check(client.receive(), path, method)
            client.close()
        self.ask("post", "/v1/predict?hop=0.1", wav([0.1] * 1300000), server=impatient)
        self.ask("post", "/v1/peaks", wav([0.1] * 1300000, sample_rate=8000), server=impatient)
        for path in (INFER, INSTANCES):
            self.ask("post", path, body_of(path, *[wav([0.1] * 100000)] * 40), server=impatient)
        # Three seconds are too little to give up on.
        self.seen.add(("/predict", "post", 503, "cancelled"))

    def provoke_access(self):
        server = self.start("--token-file", self.file("tokens", "alice\n"))
        for path in PATHS:
            self.ask("post", path, b"x", server=server)
        for path in ("/v1/model", "/v1/models", "/metrics", "/v2", "/v2/models/stats",
                     *(path % "genre" for path in MODEL_GETS[:4])):
            self.ask("get", path, server=server)
        self.ask("post", "/v2/repository/index", b"", server=server)
        self.ask("post", "/v1/model/reload", b"", server=server)
        self.ask("get", "/v1/jobs/0", server=server)
        self.ask("delete", "/v1/jobs/0", server=server)

    def provoke_reload(self):
        admin = (b"", None, "Authorization: Bearer root")
        self.ask("post", "/v1/model/reload", b"")
        self.ask("post", "/v1/model/reload", *admin)
        self.file("model.onnx", b"no model")
        self.ask("post", "/v1/model/reload", *admin)


if __name__ == "__main__":
    unittest.main()
