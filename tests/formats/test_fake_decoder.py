"""A genre-decode that crashes, hangs or lies costs the file that it was to decode, and no other."""
import os
import sys
import unittest

import fake_decoder
from audio_files import wav
from made_files import certainties, predict
from temporary_files import TemporaryFiles

# Enough for genre to take the file for M4A.
M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00M4A isomiso2" + bytes(100)
DEADLINE = "1"  # s


class FakeDecoder(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.m4a = self.file("a.m4a", M4A)
        self.wav = self.file("b.wav", wav())

    def predict(self, how, *options):
        """What is said of an M4A, of a WAV, and of the M4A again."""
        with open(fake_decoder.__file__, encoding="utf-8") as source:
            program = self.file("fake", f"#!{sys.executable} -IS\n{source.read()}\n\nmain({how!r})\n")
        os.chmod(program, 0o755)
        environment = {**os.environ, "GENRE_DECODE": program, "GENRE_DECODE_TIMEOUT": DEADLINE}
        return predict(self.m4a, self.wav, self.m4a, environment=environment,
                       options=["--threads", "1", *options])

    def fails(self, how, *options):
        first, plain, again = self.predict(how, *options)
        self.assertEqual(certainties(plain), self.reference, how)
        self.assertEqual(first["error"], again["error"])
        return first["error"]

    @property
    def reference(self):
        return certainties(predict(self.wav)[0])

    def test_the_fake_can_do_it_right(self):
        first, _, again = self.predict("nothing is wrong")
        self.assertAlmostEqual(first["duration"], 3.0)
        self.assertEqual(certainties(first), certainties(again))

    def test_answers_that_make_no_sense(self):
        for how in ["garbage", "another count at the end", "no channels", "too many channels",
                    "no sample rate", "an unknown status", "no text", "another magic",
                    "an empty block", "a huge block", "loses for ever",
                    "jumps unasked"]:
            with self.subTest(how):
                error = self.fails(how)
                self.assertEqual(error["code"], "unsupported_audio")
                self.assertIn("genre-decode failed on it", error["message"])

    def test_half_an_answer_is_no_answer(self):
        for how in ["crashes", "stops half way", "stops inside a block"]:
            with self.subTest(how):
                self.assertIn("genre-decode ended unexpectedly", self.fails(how)["message"])

    def test_what_it_says_of_the_file(self):
        for how, said in {"a low sample rate": "a sample rate of 999 Hz",
                          "not a number": "NaN",
                          "out of memory": "more memory",
                          "no sandbox": "give up its rights"}.items():
            with self.subTest(how):
                self.assertIn(said, self.fails(how)["message"])

    def test_damage_that_it_reports(self):
        lost, _, again = self.predict("lost packets")
        self.assertEqual(lost["warnings"], [{
            "code": "damaged", "from": 1.0, "to": 2.0,
            "message": "the file is damaged: the audio from 1.00 s to 2.00 s cannot be decoded "
                       "(packets are damaged or missing)"}])
        self.assertEqual((lost["duration"], again["warnings"]), (4.0, lost["warnings"]))
        early = self.predict("ended early")[0]
        self.assertEqual([(w["code"], w["from"], w["to"]) for w in early["warnings"]],
                         [("truncated", 3.0, 4.0)])

    def test_damage_is_an_error_in_strict_mode(self):
        for how, said in {"lost packets": "the file is damaged: the audio from 1.00 s to 2.00 s",
                          "ended early": "the audio ends after 3.00 s of the 4.00 s"}.items():
            with self.subTest(how):
                self.assertIn(said, self.fails(how, "--strict")["message"])

    def test_silence_ends(self):
        for how in ["hangs", "hangs in the middle"]:
            with self.subTest(how):
                self.assertIn("sent nothing for 1 s", self.fails(how)["message"])

    def test_audio_without_end_is_too_long(self):
        self.assertIn("longer than the limit", self.fails("never ends")["message"])

    def test_a_program_that_cannot_be_used(self):
        for how in ["ends at once", "ends at a request", "never starts anything",
                    "another version"]:
            with self.subTest(how):
                self.assertIn("genre-decode cannot be started", self.fails(how)["message"])


if __name__ == "__main__":
    unittest.main()
