"""What the prediction routes answer, and what they refuse."""
import json
import os
import subprocess
import tempfile
import threading
import unittest

from audio_files import CLIPS, GENRE, sine, wav
from harness import Client, ServerTest, multipart

GENRES = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae",
          "rock"]
FILE = 'name="file"; filename="song.wav"'


def offline(content, *command):
    """What the command line says of the same file, `genre predict` if no other."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(content)
        file.flush()
        command = [GENRE, *(command or ["predict"]), "--json", file.name]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    del answer["file"]
    return answer


class Original(ServerTest):
    def assert_contract(self, response):
        answer = self.assert_json(response)
        self.assertEqual([entry["genre"] for entry in answer], GENRES)
        for entry in answer:
            self.assertEqual(list(entry), ["certainty", "genre"])
            self.assertEqual(entry["certainty"], round(entry["certainty"], 2))
        self.assertAlmostEqual(sum(entry["certainty"] for entry in answer), 1, delta=0.05)
        return answer

    def test_multipart(self):
        self.assert_contract(self.ask("POST", "/predict", *multipart((FILE, self.song))))

    def test_every_way_to_send_a_file_has_the_same_answer(self):
        answer = self.assert_contract(self.ask("POST", "/predict", *multipart((FILE, self.song))))
        forms = [
            (self.song, "audio/wav"),
            (self.song, "audio/x-whatever"),
            (self.song, "application/octet-stream"),
            (self.song, None),
            multipart(("name=note", b"x"), (FILE, self.song), (FILE, b"second")),
            multipart((f'name="file"; filename="a\\"; name=\\"b.wav"', self.song)),
            multipart((FILE, self.song), boundary="-"),
        ]
        for body, content_type in forms:
            with self.subTest(content_type=content_type):
                response = self.ask("POST", "/predict", body, content_type)
                self.assertEqual(self.assert_contract(response), answer)

    def test_parameters(self):
        half = self.song[:len(self.song) // 2]
        self.assert_contract(self.ask("POST", "/predict", half))
        self.assert_problem(self.ask("POST", "/predict?strict=true", half), 422, "truncated")
        strict, file = ("name=strict", b"true"), (FILE, half)
        for parts in ((strict, file), (file, strict)):
            self.assert_problem(self.ask("POST", "/predict", *multipart(*parts)), 422, "truncated")

    def test_parameters_of_the_other_route_are_not_ignored(self):
        for name, value in (("top", "2"), ("hop", "1"), ("segments", "false"), ("features", "1")):
            form = multipart((f"name={name}", value.encode()), (FILE, self.song))
            for response in (self.ask("POST", f"/predict?{name}={value}", self.song),
                             self.ask("POST", "/predict", *form)):
                self.assertIn(f"has no parameter {name}, only model, strict and stream",
                              self.assert_problem(response, 400, "bad_parameter"))
        response = self.ask("POST", "/predict?strcit=true", self.song)
        self.assertIn("strcit", self.assert_problem(response, 400, "bad_parameter"))

    def test_it_looks_at_three_seconds(self):
        longer = wav(sine(seconds=3) + sine(hz=1000, seconds=3))
        self.assertEqual(self.ask("POST", "/predict", longer).body,
                         self.ask("POST", "/predict", self.song).body)

    def test_it_agrees_with_the_offline_answer(self):
        expected = {g["genre"]: g["certainty"] for g in offline(self.song)["genres"]}
        for entry in self.ask("POST", "/predict", self.song).json():
            self.assertAlmostEqual(entry["certainty"], expected[entry["genre"]], delta=0.0051)

    def test_real_clip(self):
        if not os.path.isdir(CLIPS):
            self.skipTest(f"no GTZAN clips in {CLIPS}")
        for name in sorted(os.listdir(CLIPS))[:3]:
            with self.subTest(name), open(os.path.join(CLIPS, name), "rb") as file:
                body, content_type = multipart((FILE, file.read()))
                self.assert_contract(self.ask("POST", "/predict", body, content_type))

    def test_many_clients_at_once(self):
        expected = self.ask("POST", "/predict", self.song).body
        answers = []

        def run():
            client = Client(self.server.address)
            for _ in range(5):
                answers.append(client.ask("POST", "/predict", *multipart((FILE, self.song))).body)
            client.close()

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [expected] * 40)


class Rich(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.song = wav(sine(seconds=7.0), sample_rate=44100)  # half as long when played at 44100 Hz

    def ask_v1(self, query=""):
        return self.assert_json(self.ask("POST", "/v1/predict" + query, self.song, "audio/wav"))

    def test_it_is_the_offline_answer(self):
        self.assertEqual(self.ask_v1(), offline(self.song))

    def test_parameters(self):
        whole = self.ask_v1()
        self.assertEqual(whole["duration"], 3.5)
        self.assertEqual(whole["sample_rate"], 44100)
        self.assertEqual(self.ask_v1("?top=2")["genres"], whole["genres"][:2])
        self.assertNotIn("segments", self.ask_v1("?segments=false"))
        features = self.ask_v1("?features=1")["segments"][0]["features"]
        self.assertEqual(len(features), 1581)
        for feature_set in ("gtzan26", "texture"):  # whatever the model takes
            segments = self.ask_v1("?features=" + feature_set)["segments"]
            windows = offline(self.song, "features", "--feature-set", feature_set)["windows"]
            self.assertEqual([s["features"] for s in segments], [w["features"] for w in windows])
        segments = self.ask_v1("?hop=%30.5&segments=true")["segments"]
        self.assertEqual([s["start"] for s in segments], [0, 0.5, 1, 1.5, 2][:len(segments)])
        self.assertGreater(len(segments), 1)

    def test_wrong_parameters(self):
        for query, what_is_right in [("top=0", "1 or more"), ("segments=maybe", "true, false"),
                                     ("hop=nan", "0.1 to 3600"), ("size=1", "top, segments"),
                                     ("top=%4", "hexadecimal"), ("features=mfcc", "gtzan26")]:
            with self.subTest(query):
                response = self.ask("POST", "/v1/predict?" + query, self.song)
                self.assertIn(what_is_right, self.assert_problem(response, 400, "bad_parameter"))

    def test_multipart(self):
        response = self.ask("POST", "/v1/predict", *multipart((FILE, self.song)))
        self.assertEqual(self.assert_json(response), self.ask_v1())

    def test_form_fields_are_parameters(self):
        for field, query in [(("name=top", b"2"), "?top=2"), (("name=segments", b"0"), "?segments=0"),
                             (("name=features", b"gtzan26"), "?features=gtzan26"),
                             (("name=hop", b"0.5"), "?hop=0.5")]:
            for parts in ((field, (FILE, self.song)), ((FILE, self.song), field)):
                response = self.ask("POST", "/v1/predict", *multipart(*parts))
                self.assertEqual(self.assert_json(response), self.ask_v1(query), query)
        response = self.ask("POST", "/v1/predict?top=1&segments=0",
                            *multipart(("name=top", b"2"), (FILE, self.song)))
        self.assertEqual(self.assert_json(response), self.ask_v1("?top=2&segments=0"))

    def test_wrong_form_fields(self):
        for name, value, what_is_right in [("top", b"0", "1 or more"), ("hop", b"\xff", "0.1 to 3600"),
                                           ("tpo", b"1", "Unknown field tpo"),
                                           ("", b"", "file, model, top, segments")]:
            with self.subTest(name):
                response = self.ask("POST", "/v1/predict", *multipart(
                    (FILE, self.song), (f'name="{name}"', value)))
                self.assertIn(what_is_right, self.assert_problem(response, 400, "bad_parameter"))

    def test_audio_is_recognised_by_its_bytes(self):
        expected = self.ask_v1()
        for content_type in ("application/ogg", "video/ogg", "application/x-wav", "text/plain",
                             "binary/octet-stream", "application/json", "x/y; charset=utf-8"):
            response = self.ask("POST", "/v1/predict", self.song, content_type)
            self.assertEqual(self.assert_json(response), expected, content_type)
            self.assert_json(self.ask("POST", "/predict", self.song, content_type))


class Batch(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = wav(sine(hz=1000, seconds=4))

    def assert_problem_of(self, result, file, status, code):
        self.assertEqual(list(result), ["file", "type", "title", "status", "detail", "code"])
        self.assertEqual((result["file"], result["status"], result["code"]), (file, status, code))

    def single(self, song, query=""):
        return self.assert_json(self.ask("POST", "/v1/predict" + query, song))

    def test_every_file_has_its_own_answer_in_order(self):
        for query in ("", "?top=1&segments=false"):
            response = self.ask("POST", "/v1/predict" + query, *multipart(
                ('name="file"; filename="b.wav"', self.song),
                ('name="file"; filename="a.wav"', self.other)))
            self.assertEqual(self.assert_json(response),
                             [{"file": "b.wav"} | self.single(self.song, query),
                              {"file": "a.wav"} | self.single(self.other, query)])

    def test_what_is_wrong_with_one_leaves_the_others(self):
        text, empty, song = self.assert_json(self.ask("POST", "/v1/predict", *multipart(
            ('name="file"; filename="notes.txt"', b"Just text, and no song.\n" * 100),
            ('name="file"; filename="empty.wav"', b""), (FILE, self.song))))
        self.assert_problem_of(text, "notes.txt", 415, "not_audio")
        self.assert_problem_of(empty, "empty.wav", 422, "empty_file")
        self.assertEqual(song, {"file": "song.wav"} | self.single(self.song))

    def test_each_problem_is_the_one_that_the_file_alone_has(self):
        half = self.song[:len(self.song) // 2]
        alone = self.ask("POST", "/v1/predict", half).json()
        for result in self.ask("POST", "/v1/predict", *multipart((FILE, half), (FILE, half))).json():
            self.assertEqual(result, {"file": "song.wav"} | alone)

    def test_files_without_a_name(self):
        results = self.assert_json(self.ask("POST", "/v1/predict", *multipart(
            ("name=file", self.song), ('name=file; filename=""', b""))))
        self.assertEqual(results[0], self.single(self.song))
        self.assertNotIn("file", results[1])

    def test_file_names_come_back_as_text_whatever_they_are(self):
        for parameters, name in [('filename="Gr\u00fc\u00dfe \u20ac.wav"', "Gr\u00fc\u00dfe \u20ac.wav"),
                                 ('filename="a%22b.wav"', 'a"b.wav'),
                                 ("filename*=UTF-8''%e2%82%ac.wav", "\u20ac.wav"),
                                 ("filename*=UTF-8''%ff.wav", "\ufffd.wav"),
                                 ("filename*=UTF-8''%00%0a.wav", "\0\n.wav")]:
            with self.subTest(parameters):
                part = ("name=file; " + parameters, b"")
                results = self.assert_json(self.ask("POST", "/v1/predict", *multipart(part, part)))
                self.assertEqual([result["file"] for result in results], [name, name])

    def test_curl(self):
        names = ['a"b.wav', "Gr\u00fc\u00dfe \u20ac.wav", "back\\slash.wav", "empty.wav"]
        url = "http://{}:{}/v1/predict".format(*self.server.address)
        with tempfile.TemporaryDirectory() as folder:
            command = ["curl", "--silent", "--show-error"]
            for name in names:
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(b"" if name == "empty.wav" else self.song)
                quoted = name.replace("\\", "\\\\").replace('"', '\\"')
                command += ["-F", f'file=@"{quoted}"']
            batch = json.loads(subprocess.run(command + [url], cwd=folder, check=True,
                                              capture_output=True).stdout)
            one = json.loads(subprocess.run(command[:5] + [url], cwd=folder, check=True,
                                            capture_output=True).stdout)
        answer = self.single(self.song)
        self.assertEqual(batch[:3], [{"file": name} | answer for name in names[:3]])
        self.assert_problem_of(batch[3], "empty.wav", 422, "empty_file")
        self.assertEqual(one, answer)


class Refused(ServerTest):
    def refused(self, status, code, body, content_type=None):
        details = [self.assert_problem(self.ask("POST", target, body, content_type), status, code)
                   for target in ("/predict", "/v1/predict")]
        self.assertEqual(*details)
        return details[0]

    def test_what_is_no_audio(self):
        self.refused(415, "not_audio", b"Just text, and no song.\n" * 100, "audio/wav")
        self.refused(415, "not_audio", *multipart((FILE, b"Just text, and no song.\n" * 100)))

    def test_other_content(self):
        detail = self.refused(415, "unsupported_media_type", self.song, "multipart/mixed; boundary=x")
        self.assertIn("multipart/form-data", detail)
        self.refused(415, "not_audio", b'{"file": "song.wav"}' * 100, "application/json")

    def test_empty(self):
        self.refused(422, "empty_file", b"")
        self.refused(422, "empty_file", None)
        self.refused(422, "empty_file", *multipart((FILE, b"")))

    def test_truncated(self):
        half = self.song[:len(self.song) // 2]
        prediction = self.assert_json(self.ask("POST", "/v1/predict", half, "audio/wav"))
        self.assertEqual([warning["code"] for warning in prediction["warnings"]], ["truncated"])
        refused = self.ask("POST", "/v1/predict?strict=true", half, "audio/wav")
        self.assert_problem(refused, 422, "truncated")
        self.refused(422, "truncated", self.song[:100])  # nothing is left to predict

    def test_too_short(self):
        self.refused(422, "too_short", wav(sine(seconds=0.05)))

    def test_missing_field(self):
        detail = self.refused(400, "missing_file", *multipart(("name=song", self.song),
                                                              ('name="other one"', b"")))
        self.assertIn("song, other one", detail)
        self.assertIn("none", self.refused(400, "missing_file", *multipart()))

    def test_malformed_multipart(self):
        body, content_type = multipart((FILE, self.song))
        self.refused(400, "malformed_multipart", body[:-10], content_type)
        detail = self.refused(400, "malformed_multipart", body.replace(b"\r\n", b"\n"), content_type)
        self.assertIn("CRLF", detail)
        self.refused(400, "malformed_multipart", *multipart(*[(FILE, b"")] * 129))
        self.refused(400, "malformed_multipart", b"", content_type)
        self.refused(400, "malformed_multipart", self.song, content_type)
        self.refused(400, "malformed_multipart", body, "multipart/form-data")
        self.refused(400, "malformed_multipart", body, "multipart/form-data; boundary=other")
        self.refused(400, "malformed_request", body, "; boundary=x")


class OtherRoutes(ServerTest):
    def test_health(self):
        self.assert_healthy()

    def test_model(self):
        model = self.assert_json(self.ask("GET", "/v1/model"))
        self.assertEqual(list(model), ["name", "feature_set", "pad_mode", "inputs", "window",
                                       "hop", "labels", "none_of_these", "confident",
                                       "provenance", "figures", "tags"])
        self.assertEqual([(tensor["name"], tensor["shape"]) for tensor in model["inputs"]],
                         [("texture", [None, 1581]), ("log_mel", [None, 1, 128, 76])])
        self.assertEqual(model["labels"], GENRES)
        self.assertEqual(model["feature_set"], "texture")
        self.assertIs(model["tags"], False)

    def test_unknown(self):
        for target in ("/nothing", "/predict/", "/v1", "/favicon.ico?x=1"):
            self.assertIn("nothing at /", self.assert_problem(self.ask("GET", target), 404,
                                                              "not_found"))

    def test_methods(self):
        for method, target, allow in [("GET", "/predict", "POST"), ("PUT", "/v1/predict", "POST"),
                                      ("POST", "/healthz", "GET, HEAD"),
                                      ("DELETE", "/v1/model", "GET, HEAD")]:
            response = self.ask(method, target)
            self.assert_problem(response, 405, "method_not_allowed")
            self.assertEqual(response.headers["allow"], allow)

    def test_head_is_get_without_the_body(self):
        for target in ("/healthz", "/v1/model"):
            client = self.client()
            bare = client.ask("HEAD", target)
            full = client.ask("GET", target)  # on the same connection: no body was left on it
            self.assertEqual((bare.status, bare.headers["content-length"]),
                             (full.status, str(len(full.body))))


if __name__ == "__main__":
    unittest.main()
