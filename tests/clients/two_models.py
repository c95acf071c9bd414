"""A server with two models, and what it says by its own API, which the clients' results must be."""
from audio_files import sine, wav
from harness import ServerTest


class TwoModels(ServerTest):
    arguments = ("--model", "default", "--model", "seed")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.songs = [wav(), wav(sine(hz=1000, seconds=7))]
        cls.address = "%s:%d" % cls.server.address
        cls.url = "http://" + cls.address

    def expected(self, song, query=""):
        return self.assert_json(self.ask("POST", "/v1/predict" + query, song))

    def labels(self):
        return self.ask("GET", "/v1/model").json()["labels"]

    def assert_certainties(self, values, song, query=""):
        """values: in the order of the labels."""
        certainties = dict(zip(self.labels(), values))
        for entry in self.expected(song, query)["genres"]:
            self.assertAlmostEqual(certainties[entry["genre"]], entry["certainty"], delta=0.00006)
