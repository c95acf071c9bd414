"""Several models in one process, each under its name."""
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import unittest

from audio_files import GENRE, is_sanitized, sine, wav
from harness import Client, Server, multipart
from temporary_files import TemporaryFiles

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
ADMIN = "Authorization: Bearer root"


class Models(TemporaryFiles):
    def install(self, model, file):
        """The file of a model, replaced at once."""
        path = os.path.join(self.folder, file)
        shutil.copy(os.path.join(MODELS, model + ".onnx"), path + ".new")
        os.replace(path + ".new", path)
        return path

    def start(self, *flags, environment=None):
        saved = dict(os.environ)
        os.environ.update(environment or {})
        try:
            self.server = Server(*flags, until_ready=True)
        finally:
            os.environ.clear()
            os.environ.update(saved)
        self.addCleanup(self.server.log.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.signal)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)

    def start_both(self, *flags):
        self.start("--model", "default", "--model", "mine=" + self.install("seed", "own.onnx"),
                   *flags)

    def ask(self, target, body=None):
        response = self.client.ask("POST" if body is not None else "GET", target, body)
        self.assertEqual(response.status, 200, response.body)
        return response.json()

    def names(self):
        return self.ask("/v1/models")["models"]

    def refusal(self, *flags):
        result = subprocess.run([GENRE, "serve", "--port", "0", *flags], capture_output=True,
                                text=True, timeout=60)
        self.assertEqual(result.returncode, 1)
        return result.stderr


class Serving(Models):
    def test_a_request_names_its_model_and_the_first_is_the_default(self):
        self.start_both()
        song = wav()
        self.assertEqual(self.names(), ["default", "mine"])
        for query, model in (("", "texture-student"), ("?model=default", "texture-student"),
                             ("?model=mine", "gtzan26-seed")):
            self.assertEqual(self.ask("/v1/predict" + query, song)["model"], model)
            self.assertEqual(self.ask("/v1/model" + query)["name"], model)
        rich = self.ask("/v1/predict?model=mine", song)
        original = self.ask("/predict?model=mine", song)
        self.assertEqual(max(original, key=lambda genre: genre["certainty"])["genre"],
                         rich["genre"])
        self.assertNotEqual(original, self.ask("/predict", song))

    def form(self, path, *fields):
        body, kind = multipart(("name=file", wav()), *fields)
        client = Client(self.server.address)
        self.addCleanup(client.close)
        return client.ask("POST", path, body, kind)

    def test_a_form_can_name_it(self):
        self.start_both()
        field = ("name=model", b"mine")
        self.assertEqual(self.form("/v1/predict", field).json(),
                         self.ask("/v1/predict?model=mine", wav()))
        self.assertEqual(self.form("/predict", field).json(), self.ask("/predict?model=mine", wav()))
        # Later than the query, so it is the one that counts.
        self.assertEqual(self.form("/v1/predict?model=default", field).json()["model"],
                         "gtzan26-seed")
        features = self.form("/v1/predict", field, ("name=features", b"true")).json()
        self.assertEqual(len(features["segments"][0]["features"]), 26)
        for path in ("/v1/predict", "/predict"):
            response = self.form(path, ("name=model", b"x"))
            self.assertEqual((response.status, response.json()["code"]), (404, "not_found"))
            self.assertIn("The models are: default, mine.", response.json()["detail"])
        statistics = self.ask("/v2/models/mine/stats")["model_stats"][0]
        self.assertEqual(statistics["inference_stats"]["success"]["count"], 6)

    def test_an_unknown_model_is_404_and_lists_the_names(self):
        self.start_both()
        for target, body in (("/v1/predict?model=x", wav()), ("/predict?model=x", wav()),
                             ("/v1/model?model=x", None), ("/v1/models/x", None),
                             ("/v1/models/x:predict", b"{}"), ("/v2/models/x", None),
                             ("/v2/models/x/infer", b"{}"), ("/v2/models/x/versions/1", None)):
            client = Client(self.server.address)
            response = client.ask("POST" if body is not None else "GET", target, body)
            client.close()  # the server closes it, too: it has not read the body
            self.assertEqual((response.status, response.json()["code"]), (404, "not_found"), target)
            problem = response.json()
            self.assertIn("The models are: default, mine.", problem.get("detail", problem.get("error")))

    def test_v2_serves_each_under_its_name(self):
        self.start_both()
        self.assertEqual([model["name"] for model in self.ask("/v2/repository/index", b"")],
                         ["default", "mine"])
        for name in ("default", "mine", "genre"):
            for path in (f"/v2/models/{name}", f"/v2/models/{name}/versions/1"):
                model = self.ask(path)
                self.assertEqual(model["name"], name)
                self.assertEqual([tensor["name"] for tensor in model["inputs"]],
                                 ["audio", "features"] if name == "mine" else ["audio"])
                self.assertEqual(self.ask(path + "/config")["name"], name)
                self.assertEqual(self.ask(path + "/ready"), {"name": name, "ready": True})
                request = {"inputs": [{"name": "audio", "datatype": "BYTES", "shape": [1],
                                       "data": [base64.b64encode(wav()).decode()]}]}
                response = self.ask(path + "/infer", json.dumps(request).encode())
                self.assertEqual(response["model_name"], name)
        counts = {model["name"]: model["inference_count"]
                  for model in self.ask("/v2/models/stats")["model_stats"]}
        self.assertEqual(counts, {"default": 4, "mine": 2})
        self.assertEqual(self.ask("/v2/models/genre/stats")["model_stats"][0]["inference_count"], 4)

    def test_metrics_have_the_name(self):
        self.start_both()
        self.ask("/v1/predict?model=mine", wav(sine(seconds=6)))
        metrics = self.client.ask("GET", "/metrics").body.decode()
        self.assertIn('genre_audio_seconds_total{model="default"} 0\n', metrics)
        self.assertIn('genre_audio_seconds_total{model="mine"} 6\n', metrics)
        self.assertIn('genre_model_info{feature_set="gtzan26",model="mine",name="gtzan26-seed"} 1\n',
                      metrics)

    def test_tokens_protect_each(self):
        self.start_both("--token-file", self.file("tokens", "alice\n"))
        for target in ("/v1/models", "/v1/models/mine", "/v2/models/mine", "/v2/models/stats",
                       "/v2/models/mine/config", "/v1/predict?model=mine"):
            method = "POST" if "predict" in target else "GET"
            self.assertEqual(self.client.ask(method, target).status, 401, target)
        # It needs no token, and tells no names without one.
        self.assertEqual(self.client.ask("GET", "/v2/models/mine/ready").status, 200)
        response = self.client.ask("GET", "/v2/models/x/ready")
        self.assertEqual(response.status, 404)
        self.assertNotIn("mine", response.body.decode())

    @unittest.skipIf(is_sanitized(), "a sanitizer's memory is not the program's")
    def test_the_second_costs_only_its_network(self):
        """Both take the same features. Without threads and scratch memory of its own, it fits into
        a fraction of what the first needs."""
        def memory_with(n):
            self.start("--threads", "4", *(flag for i in range(n)
                                           for flag in ("--model", f"model{i}=seed")))
            for i in range(n):
                self.ask(f"/v1/predict?model=model{i}", wav())
            with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as file:
                status = file.read()
            return (int(re.search(r"RssAnon:\s+(\d+)", status)[1]),
                    int(re.search(r"Threads:\s+(\d+)", status)[1]))

        (one, threads), (nine, threads_of_nine) = memory_with(1), memory_with(9)
        self.assertEqual(threads_of_nine, threads)
        # Eight more networks of 755 kB, each loaded by four threads.
        self.assertLess((nine - one) / 8, one / 4)


class Reloading(Models):
    def reload(self, query=""):
        return self.client.ask("POST", "/v1/model/reload" + query, b"", None, ADMIN)

    def served(self):
        return [self.ask(f"/v1/predict?model={name}", wav())["model"] for name in self.names()]

    def start_two_files(self):
        self.a, self.b = self.install("default", "a.onnx"), self.install("default", "b.onnx")
        self.start("--model", self.a, "--model", self.b,
                   "--admin-token-file", self.file("admins", "root\n"))

    def test_the_request_names_the_model(self):
        self.start_two_files()
        self.install("seed", "a.onnx")
        self.install("seed", "b.onnx")
        self.assertEqual(self.reload("?model=b").json(), {"model": "gtzan26-seed"})
        self.assertEqual(self.served(), ["texture-student", "gtzan26-seed"])
        self.assertEqual(self.reload().status, 200)
        self.assertEqual(self.served(), ["gtzan26-seed", "gtzan26-seed"])
        self.assertEqual(self.reload("?model=c").status, 404)

    def test_a_broken_one_does_not_hold_up_the_others_at_sighup(self):
        self.start_two_files()
        self.file("a.onnx", "no model")
        self.install("seed", "b.onnx")
        self.server.signal(signal.SIGHUP)
        while self.served() != ["texture-student", "gtzan26-seed"]:
            self.assertIsNone(self.server.process.poll())
        self.assertRegex(self.server.errors(),
                         "model reload failed, keeping the current model: a: .*a.onnx")
        self.assertIn("reloaded: model gtzan26-seed as b", self.server.errors())

    def test_no_request_fails_meanwhile(self):
        self.start_two_files()
        song, statuses, done = wav(), set(), threading.Event()

        def ask(name):
            client = Client(self.server.address)
            while not done.is_set():
                statuses.add(client.ask("POST", f"/v1/predict?model={name}", song).status)
            client.close()

        threads = [threading.Thread(target=ask, args=(name,)) for name in "abab"]
        for thread in threads:
            thread.start()
        for model in ("seed", "default") * 5:
            for name in "ab":
                self.install(model, name + ".onnx")
                self.assertEqual(self.reload("?model=" + name).status, 200)
        done.set()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {200})


class Names(Models):
    def test_without_names_that_of_the_file(self):
        self.start("--model", self.install("seed", "jazz-2.1.onnx"), "--model", "seed")
        self.assertEqual(self.names(), ["jazz-2.1", "seed"])

    def test_without_models_the_built_in_one(self):
        self.start()
        self.assertEqual(self.names(), ["default"])

    def test_from_the_environment(self):
        path = self.install("seed", "with, comma.onnx")
        self.start(environment={"GENRE_MODEL": f"a={path},b=default,c={path}"})
        self.assertEqual(self.names(), ["a", "b", "c"])

    def test_a_file_name_may_have_signs_of_the_syntax(self):
        os.mkdir(os.path.join(self.folder, "a=b,c"))
        self.start("--model", self.install("seed", "a=b,c/own.onnx"))
        self.assertEqual(self.names(), ["own"])

    def test_refused(self):
        path = self.install("seed", "own.onnx")
        other = self.install("seed", "my model.onnx")
        self.assertIn("two models have the name own", self.refusal("--model", path, "--model", path))
        self.assertIn("two models have the name a",
                      self.refusal("--model", f"a={path},a=default"))
        self.assertIn("\"my model\" cannot be the name of a model", self.refusal("--model", other))
        self.assertIn("--model NAME=", self.refusal("--model", other))
        missing = os.path.join(self.folder, "missing.onnx")
        self.assertIn(missing, self.refusal("--model", "default", "--model", f"b={missing}"))

    def test_names_that_v2_gives_to_others(self):
        """/v2/models/stats is for all models, and /v2/models/genre for the first."""
        path = self.install("seed", "stats.onnx")
        self.assertIn("stats cannot be its name", self.refusal("--model", path))
        self.assertIn("stats cannot be its name", self.refusal("--model", "stats=seed"))
        self.assertIn("genre cannot be its name",
                      self.refusal("--model", "default", "--model", "genre=seed"))
        # Other names that are part of a path are unambiguous.
        names = ["genre", "config", "ready", "versions", "load", "infer", "predict", "index"]
        self.start(*[flag for name in names for flag in ("--model", name + "=seed")])
        for name in names:
            for target in (f"/v2/models/{name}", f"/v2/models/{name}/config",
                           f"/v2/models/{name}/versions/1"):
                self.assertEqual(self.ask(target)["name"], name)
            statistics = self.ask(f"/v2/models/{name}/stats")["model_stats"]
            self.assertEqual([model["name"] for model in statistics], [name])
        self.assertEqual(len(self.ask("/v2/models/stats")["model_stats"]), len(names))


if __name__ == "__main__":
    unittest.main()
