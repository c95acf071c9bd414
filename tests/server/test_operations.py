"""What an operator watches."""
import json
import os
import re
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from harness import ServerTest


class Readiness(ServerTest):
    until_ready = False

    def test_once_the_model_has_predicted(self):
        client = self.client()
        while (response := client.ask("GET", "/readyz")).status != 200:
            self.assert_problem(response, 503, "not_ready")
        self.assertEqual(self.assert_json(response), {"status": "ready"})


class MetricsTest(ServerTest):

    def metrics(self):
        """{name with labels: value}"""
        response = self.ask("GET", "/metrics")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["content-type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        values = {}
        for line in response.body.decode().splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values


class Metrics(MetricsTest):
    arguments = ("--threads", "1")

    def test_everything_is_counted(self):
        before = self.metrics()

        def grown(name):
            return after.get(name, 0) - before.get(name, 0)

        client = self.client()
        for _ in range(3):
            self.assertEqual(client.ask("POST", "/v1/predict", wav(sine(seconds=6))).status, 200)
        self.assertEqual(client.ask("POST", "/v1/predict", wav(sample_rate=44100)).status, 200)
        self.assertEqual(client.ask("POST", "/predict", b"no song").status, 415)
        self.assertEqual(client.ask("GET", "/nothing").status, 404)
        after = self.metrics()
        requests = "genre_http_requests_total{code=\"%d\",route=\"%s\"}"
        self.assertEqual(grown(requests % (200, "/v1/predict")), 4)
        self.assertEqual(grown(requests % (415, "/predict")), 1)
        self.assertEqual(grown(requests % (404, "other")), 1)
        self.assertAlmostEqual(grown('genre_audio_seconds_total{model="default"}'), 21, places=2)
        self.assertEqual(
            grown('genre_http_request_duration_seconds_count{route="/v1/predict"}'), 4)
        for stage, count in (("queue", 5), ("decode", 4), ("resample", 1), ("features", 4),
                             ("model", 4)):
            self.assertEqual(grown(f'genre_stage_duration_seconds_count{{model="default",stage="{stage}"}}'), count)
            self.assertGreater(grown(f'genre_stage_duration_seconds_sum{{model="default",stage="{stage}"}}'), 0)

    def test_gauges(self):
        client = self.client()
        client.send("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
                    "Expect: 100-continue\r\n\r\n")
        self.assertEqual(client.receive(head_only=True).status, 100)
        self.assertEqual(self.metrics()["genre_in_flight_bytes"], 0)  # nothing has arrived
        client.send(b"x" * 3000)
        while (metrics := self.metrics())["genre_in_flight_bytes"] < 3000:
            pass
        self.assertEqual(metrics["genre_in_flight_bytes"], 3000)
        self.assertGreaterEqual(metrics["genre_connections"], 2)
        self.assertEqual(metrics["genre_queue_depth"], 0)
        self.assertEqual(metrics['genre_model_info{feature_set="texture",model="default",name="texture-student"}'], 1)
        self.assertEqual(metrics["genre_log_lines_dropped_total"], 0)
        client.close()

    def test_the_process(self):
        """What Prometheus' client libraries tell of every process, compared with /proc."""
        client = self.client()
        before = self.metrics()
        self.assertEqual(client.ask("POST", "/predict", wav()).status, 200)
        after = self.metrics()
        self.assertGreater(after["process_cpu_seconds_total"], before["process_cpu_seconds_total"])
        self.assertEqual(after["process_start_time_seconds"], before["process_start_time_seconds"])
        process = f"/proc/{self.server.process.pid}/"
        # To a second: the boot time in /proc/stat has no fraction.
        with open("/proc/stat", encoding="ascii") as file:
            boot = int(re.search(r"btime (\d+)", file.read())[1])
        with open(process + "stat", encoding="ascii") as file:
            ticks = int(file.read().rpartition(")")[2].split()[19])
        self.assertAlmostEqual(after["process_start_time_seconds"],
                               boot + ticks / os.sysconf("SC_CLK_TCK"), delta=1.5)
        with open(process + "limits", encoding="ascii") as file:
            limit = re.search(r"Max open files +(\d+)", file.read())[1]
        self.assertEqual(after["process_max_fds"], int(limit))
        with open(process + "status", encoding="ascii") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) << 10
        self.assertTrue(peak / 2 < after["process_resident_memory_bytes"] <= peak)
        self.assertGreater(after["process_virtual_memory_bytes"],
                           after["process_resident_memory_bytes"])

    def test_open_files_are_counted(self):
        with_one = self.client()
        self.assertEqual(with_one.ask("GET", "/healthz").status, 200)
        # Its own connection is open while the server counts.
        count = int(re.search(r"process_open_fds (\d+)",
                              with_one.ask("GET", "/metrics").body.decode())[1])
        others = [self.client() for _ in range(7)]
        for other in others:
            self.assertEqual(other.ask("GET", "/healthz").status, 200)
        self.assertIn(f"process_open_fds {count + 7}\n",
                      with_one.ask("GET", "/metrics").body.decode())

    def test_the_build(self):
        version = subprocess.run([GENRE, "--version"], capture_output=True, check=True, text=True)
        number, commit = re.match(r"genre (\S+)\ncommit: (\S+)\n", version.stdout).groups()
        self.assertEqual(
            self.metrics()[f'genre_build_info{{revision="{commit}",version="{number}"}}'], 1)

    def test_the_text_is_well_formed(self):
        """Prometheus' text format: every sample has its type before it."""
        types = {}
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if match := re.fullmatch(r"# TYPE (\w+) (counter|gauge|histogram)", line):
                types[match[1]] = match[2]
            elif not line.startswith("# HELP "):
                name = re.match(r"\w+", line)[0]
                family = re.sub("_(bucket|sum|count)$", "", name)
                self.assertTrue(name in types or types.get(family) == "histogram", line)
        self.assertEqual(types["genre_http_requests_total"], "counter")


class MetricsOfFeatures(MetricsTest):
    arguments = ("--model", "seed")

    def test_features_alone_take_time_in_the_model(self):
        features = {"inputs": [{"name": "features", "datatype": "FP32", "shape": [2, 26],
                                "data": [0.5] * 52}]}
        name = 'genre_stage_duration_seconds_%s{model="seed",stage="model"}'
        before = self.metrics()
        response = self.ask("POST", "/v2/models/seed/infer", json.dumps(features).encode())
        self.assertEqual(response.status, 200, response.body)
        after = self.metrics()
        self.assertEqual(after[name % "count"] - before[name % "count"], 1)
        self.assertGreater(after[name % "sum"], before[name % "sum"])


if __name__ == "__main__":
    unittest.main()
