"""POST /v1/peaks: what a player draws of a file."""
import math
import unittest

from audio_files import SAMPLE_RATE, sine, wav
from harness import ServerTest, multipart


class Peaks(ServerTest):
    def peaks(self, song, query=""):
        return self.assert_json(self.ask("POST", "/v1/peaks" + query, song, "audio/wav"))

    def loudest(self, bin):
        return max(range(len(bin)), key=bin.__getitem__)

    def test_the_samples_of_each_bin(self):
        samples = [0.25 * y for y in sine(seconds=2)] + sine(seconds=2)
        peaks = self.peaks(wav(samples))
        self.assertEqual(peaks["duration"], 4)
        self.assertEqual(peaks["seconds_per_bin"], 512 / SAMPLE_RATE)
        self.assertEqual(len(peaks["min"]), math.ceil(4 * SAMPLE_RATE / 512))
        for i in (0, 50, 100, len(peaks["min"]) - 1):
            of_bin = samples[512 * i:512 * (i + 1)]
            self.assertAlmostEqual(peaks["min"][i], min(of_bin), delta=1e-4)
            self.assertAlmostEqual(peaks["max"][i], max(of_bin), delta=1e-4)

    def test_the_spectrum_of_each_bin(self):
        spectrogram = self.peaks(wav(sine(440) + sine(4000)))["spectrogram"]
        bins = spectrogram["decibels"]
        self.assertEqual({len(bin) for bin in bins}, {spectrogram["n_mels"]})
        self.assertEqual(max(map(max, bins)), spectrogram["top_db"])
        top = 15 + math.log(spectrogram["fmax"] / 1000) / (math.log(6.4) / 27)  # librosa's mels
        for bin, mel in ((bins[10], 440 * 3 / 200),
                         (bins[-10], 15 + math.log(4) / (math.log(6.4) / 27))):
            self.assertAlmostEqual((self.loudest(bin) + 1) / (spectrogram["n_mels"] + 1),
                                   mel / top, delta=0.015)

    def test_a_long_song_has_as_many_bins_as_a_short_one(self):
        for seconds in (30, 300):
            peaks = self.peaks(wav(sine(seconds=seconds, sample_rate=8000), 8000), "?bins=100")
            n_bins = len(peaks["min"])
            self.assertTrue(50 < n_bins <= 100, n_bins)
            self.assertEqual(n_bins, len(peaks["spectrogram"]["decibels"]))
            self.assertEqual(math.ceil(seconds / peaks["seconds_per_bin"]), n_bins)

    def test_silence_is_dark(self):
        peaks = self.peaks(wav([0.0] * SAMPLE_RATE))
        self.assertEqual(set(peaks["max"]), {0})
        self.assertEqual(max(map(max, peaks["spectrogram"]["decibels"])), 0)

    def test_a_form_is_as_good_as_a_body(self):
        file = ('name="file"; filename="a.wav"', self.song)
        self.assertEqual(self.assert_json(self.ask("POST", "/v1/peaks", *multipart(file))),
                         self.peaks(self.song))
        for parts, code in (((("name=other", b"x"),), "missing_file"),
                            ((file, file), "bad_parameter"),
                            ((file, ("name=bins", b"20")), "bad_parameter")):
            self.assert_problem(self.ask("POST", "/v1/peaks", *multipart(*parts)), 400, code)

    def test_errors_are_those_of_a_prediction(self):
        for body in (b"", b"no song", self.song[:1000], wav([0.0] * 100)):
            expected = self.ask("POST", "/v1/predict", body)
            response = self.ask("POST", "/v1/peaks", body)
            self.assertEqual((response.status, response.body), (expected.status, expected.body))
        self.assert_problem(self.ask("POST", "/v1/peaks?bins=8193", self.song), 400,
                            "bad_parameter")

    def test_it_is_no_prediction(self):
        def counted():
            return [line for line in self.ask("GET", "/metrics").body.decode().splitlines()
                    if line.startswith(("genre_predict", "genre_audio"))]
        before = counted()
        self.assertTrue(before)
        self.peaks(self.song)
        self.assertEqual(counted(), before)


if __name__ == "__main__":
    unittest.main()
