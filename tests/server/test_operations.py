"""What an operator watches."""
import re
import unittest

from audio_files import sine, wav
from harness import ServerTest


class Readiness(ServerTest):
    def test_once_the_model_has_predicted(self):
        client = self.client()
        while (response := client.ask("GET", "/readyz")).status != 200:
            self.assert_problem(response, 503, "not_ready")
        self.assertEqual(self.assert_json(response), {"status": "ready"})


class Metrics(ServerTest):
    arguments = ("--threads", "1")

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
        self.assertAlmostEqual(grown("genre_audio_seconds_total"), 21, places=2)
        self.assertEqual(
            grown('genre_http_request_duration_seconds_count{route="/v1/predict"}'), 4)
        for stage, count in (("queue", 5), ("decode", 4), ("resample", 1), ("features", 4),
                             ("model", 4)):
            self.assertEqual(grown('genre_stage_duration_seconds_count{stage="%s"}' % stage), count)
            self.assertGreater(grown('genre_stage_duration_seconds_sum{stage="%s"}' % stage), 0)

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
        self.assertEqual(metrics['genre_model_info{feature_set="texture",name="texture-lda"}'], 1)
        self.assertEqual(metrics["genre_log_lines_dropped_total"], 0)
        client.close()

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


if __name__ == "__main__":
    unittest.main()
