"""None of these: what genre train learns from genres whose names begin with other:."""
import json
import os
import random
import unittest

from audio_files import is_sanitized, sine, wav
from train_case import TrainCase, genre


def noise(seed, seconds=6):
    rng = random.Random(seed)
    return wav([rng.uniform(-0.5, 0.5) for _ in range(round(seconds * 22050))])


class NoneOfThese(TrainCase):
    def music(self, n_others):
        for i in range(6):
            for name, hz in (("deep", 110), ("shrill", 5000)):
                self.file(f"music/{name}/artist {i}/{i}.wav", wav(sine(hz * (1 + 0.02 * i), 6)))
        for i in range(n_others):
            self.file(f"music/other:noise/maker {i}/{i}.wav", noise(i))
        return os.path.join(self.folder, "music")

    def train(self, n_others):
        result = genre("train", self.music(n_others), "--augment", "0", "--protocol", "k-fold",
                       "--folds", "3", "--output", self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.decode()

    def predict(self, song):
        return json.loads(genre("predict", "--json", "--model", self.model, "-", input=song).stdout)

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_the_model_knows_what_it_has_not_learned(self):
        text = self.train(12)
        self.assertIn("none of these: AUC 1.000 for 12 tracks of the genres and 12 of others", text)
        self.assertRegex(text, r"confident predictions of 0 % of 12 tracks \([0-9]+ % without")
        self.assertGreater(self.predict(noise(99))["none_of_these"], 0.8)
        deep = self.predict(wav(sine(115, 6)))
        self.assertLess(deep["none_of_these"], 0.2)
        self.assertEqual(deep["genre"], "deep")
        model = json.loads(genre("model", self.model, "--json").stdout)
        self.assertTrue(model["none_of_these"])
        self.assertEqual(model["figures"]["3-fold artist"]["none"],
                         {"auc": 1.0, "n_tracks": 12, "n_other_tracks": 12})

    @unittest.skipIf(is_sanitized(), "cross-validation takes many minutes under a sanitizer")
    def test_a_few_others_teach_nothing(self):
        self.assertNotIn("none of these", self.train(9))
        self.assertIsNone(self.predict(noise(99))["none_of_these"])


if __name__ == "__main__":
    unittest.main()
