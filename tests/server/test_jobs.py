"""Prefer: respond-async (RFC 7240): predictions that go on without their client."""
import array
import math
import signal
import struct
import unittest

from audio_files import wav
from harness import PATIENCE, Client, Server, ServerTest, head, multipart

ASYNC = "Prefer: respond-async"


def long_song(minutes):
    """A WAV file of one channel at 8 kHz."""
    second = array.array("h", (int(8000 * math.sin(n * n / 90)) for n in range(8000)))
    samples = second.tobytes() * 60 * minutes
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1,
                       8000, 16000, 2, 16, b"data", len(samples)) + samples


class Jobs(ServerTest):
    arguments = ("--threads", "1", "--max-jobs", "12")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.long = long_song(30)

    def post(self, target="/v1/predict", body=None, content_type=None, prefer=ASYNC):
        return self.ask("POST", target, self.song if body is None else body, content_type, prefer)

    def start(self, *request):
        response = self.post(*request)
        job = self.assert_json(response, 202)
        self.assertEqual(response.headers["preference-applied"], "respond-async")
        self.assertEqual(response.headers["location"], f"/v1/jobs/{job['id']}")
        self.assertRegex(job["id"], "^[0-9a-f]{32}$")
        return response.headers["location"]

    def finished(self, location):
        client = self.client()
        while True:
            response = client.ask("GET", location)
            job = self.assert_json(response)
            if job["state"] in ("done", "failed"):
                self.assertNotIn("retry-after", response.headers)
                return job
            self.assertIn("retry-after", response.headers)
            self.assertIn(job["state"], ("queued", "running"))
            self.assertTrue(0 <= job["fraction"] <= 1)

    def end(self, location):
        deleted = self.assert_json(self.ask("DELETE", location))
        self.assertEqual(deleted, {"id": location.rpartition("/")[2], "state": "deleted"})
        self.assert_problem(self.ask("GET", location), 404, "job_not_found")

    def test_without_a_body_there_is_no_job(self):
        self.assert_problem(self.post(body=b""), 422, "empty_file")

    def test_the_result_is_that_of_the_plain_request(self):
        form = multipart(('name="file"; filename="a"', self.song), ('name="file"', b"no audio"))
        for target, body, content_type in [("/v1/predict?top=2", None, None), ("/predict", None, None),
                                           ("/v1/predict", *form)]:
            with self.subTest(target, content_type=content_type):
                plain = self.assert_json(self.post(target, body, content_type, "X-Nothing: 1"))
                job = self.finished(self.start(target, body, content_type))
                self.assertEqual(job["state"], "done")
                self.assertEqual(job["fraction"], 1)
                self.assertEqual(job["result"], plain)

    def test_other_preferences_are_ignored(self):
        self.assert_json(self.post(prefer="Prefer: wait=10"))
        self.assertEqual(self.post(prefer="Prefer: wait=10, Respond-Async").status, 202)

    def test_a_file_that_cannot_be_predicted(self):
        job = self.finished(self.start("/v1/predict", b"no audio"))
        self.assertEqual(job["state"], "failed")
        self.assertEqual((job["error"]["status"], job["error"]["code"]), (415, "not_audio"))

    def test_wrong_requests_are_refused_at_once(self):
        self.assert_problem(self.post("/v1/predict?top=0"), 400, "bad_parameter")
        self.assert_problem(self.post("/v1/predict?model=none"), 404, "not_found")

    def test_progress_of_a_long_file(self):
        location = self.start("/v1/predict?segments=false", self.long)
        client, seen = self.client(), []
        while (job := client.ask("GET", location).json())["state"] != "done":
            seen.append((job["fraction"], job["windows"]))
        self.assertEqual(seen, sorted(seen))
        self.assertTrue(any(0 < fraction < 1 and windows > 0 for fraction, windows in seen), seen)
        self.assertEqual(job["windows"], 600)

    def test_a_deleted_job_stops(self):
        location = self.start("/v1/predict", self.long)
        self.end(location)
        self.assert_problem(self.ask("DELETE", location), 404, "job_not_found")
        # Its thread, the only one, is free for others.
        self.assert_json(self.ask("POST", "/v1/predict", self.song))

    def test_ids_that_do_not_exist(self):
        for name in ("0" * 32, "x", "%2e", "../healthz"):
            self.assert_problem(self.ask("GET", f"/v1/jobs/{name}"), 404,
                                "not_found" if "/" in name else "job_not_found")
        self.assert_problem(self.post("/v1/jobs/" + "0" * 32), 405, "method_not_allowed")
        self.assert_problem(self.ask("DELETE", "/v1/predict"), 405, "method_not_allowed")

    def test_at_most_eight_of_one_address(self):
        locations = [self.start("/v1/predict", self.long) for _ in range(8)]
        response = self.post()
        self.assert_problem(response, 429, "too_many_jobs")
        self.assertIn("retry-after", response.headers)
        others = self.client(source="127.0.0.2")
        others.send(head("POST", "/v1/predict", self.song, None, ASYNC), self.song)
        self.assertEqual(others.receive().status, 202)
        metrics = self.ask("GET", "/metrics").body.decode()
        self.assertRegex(metrics, r"\ngenre_async_jobs [89]\n")
        for location in locations:
            self.end(location)
        self.finished(self.start())

    def test_results_make_room_once_they_are_fetched(self):
        for _ in range(20):
            self.finished(self.start())
        kept = int(self.metric("genre_async_results"))
        self.assertTrue(0 < kept <= 12, kept)

    def metric(self, name):
        lines = self.ask("GET", "/metrics").body.decode().splitlines()
        return next(line.split()[1] for line in lines if line.startswith(name + " "))


class Stop(unittest.TestCase):
    def serve(self, *arguments):
        server = Server("--threads", "1", *arguments)
        self.addCleanup(server.log.close)
        return server

    def ask(self, server, *request):
        client = Client(server.address)
        try:
            return client.ask(*request)
        finally:
            client.close()

    def test_a_job_is_finished_and_fetched_before_the_end(self):
        server = self.serve("--drain-timeout", str(PATIENCE))
        location = self.ask(server, "POST", "/v1/predict?segments=false", long_song(30), None,
                            ASYNC).headers["location"]
        server.signal(signal.SIGTERM)
        while self.ask(server, "GET", "/readyz").status == 200:
            pass
        refused = self.ask(server, "POST", "/v1/predict", wav(), None, ASYNC)
        self.assertEqual((refused.status, refused.json()["code"]), (503, "stopping"))
        while (job := self.ask(server, "GET", location).json())["state"] != "done":
            pass
        self.assertEqual(job["windows"], 600)
        self.assertEqual(server.wait(), 0)

    def test_an_interrupt_does_not_wait_for_jobs(self):
        server = self.serve("--drain-timeout", str(PATIENCE))
        for _ in range(3):
            self.ask(server, "POST", "/v1/predict", long_song(60), None, ASYNC)
        server.signal(signal.SIGINT)
        self.assertIn(server.wait(), (0, 1))

    def test_without_jobs_the_preference_is_ignored(self):
        server = self.serve("--max-jobs", "0")
        self.assertEqual(self.ask(server, "POST", "/v1/predict", wav(), None, ASYNC).status, 200)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait(), 0)


if __name__ == "__main__":
    unittest.main()
