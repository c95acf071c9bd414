"""What CONTRIBUTING.md says of the folders of src, checked against the sources."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SRC = ROOT / "src"

# The folders that a folder builds on. It may include these and what they build on in turn.
BUILDS_ON = {
    "base": set(),
    "decode": set(),
    "audio": {"base", "decode"},
    "features": {"base"},
    "librosa": {"features"},
    "model": {"features"},
    "download": {"base"},
    "pretrained": {"model", "download"},
    "predict": {"audio", "model"},
    "metrics": {"predict"},
    "dataset": {"predict"},
    "evaluate": {"dataset"},
    "batch": {"dataset"},
    "train": {"evaluate"},
    "http": {"base"},
    "server": {"http", "metrics"},
    "queue": {"metrics", "download"},
    "cli": {"batch", "train", "queue", "server", "librosa", "pretrained"},
}
# A folder that only these may include.
ONLY_FOR = {"http": {"server"}}
# All that others may include of a folder whose rest is its own business.
ENTRANCES = {"train": {"train/command.h"}, "decode": {"decode/message.h", "decode/protocol.h"}}

# The headers of the public API belong to the folders that implement them.
PUBLIC = {"result": "base", "audio": "audio", "features": "features", "frontend": "features",
          "librosa": "librosa", "live_predictor": "predict", "matrix": "base", "model": "model",
          "predictor": "predict"}

# They implement the public API, which is in the namespace genre.
IN_GENRE = {
    "audio/audio_file.cpp", "audio/audio_stream.cpp", "base/result.cpp",
    "features/builtin_frontends.cpp", "features/extractor.cpp", "features/feature_set.cpp",
    "features/frontend.cpp", "features/pad_mode.cpp", "features/validate_frontend.cpp",
    "features/window_names.cpp", "model/builtin_models.cpp", "model/classifier.cpp",
    "model/installed_networks.cpp", "model/model.cpp", "predict/live_predictor.cpp",
    "predict/predictor.cpp",
}
WITHOUT_NAMESPACE = {"cli/main.cpp", "train/main.cpp", "http/asio.cpp"}  # main; the parts of Asio to compile

MOST_LINES = 400

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
NAMESPACE = re.compile(r"^namespace (genre(?:::(?!HWY_NAMESPACE)\w+)*)(?:::HWY_NAMESPACE)? \{",
                       re.MULTILINE)
ROW = re.compile(r"^\| `src/(\w+)/` \| `([\w:]+)` \| ([^|]*) \|", re.MULTILINE)


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cpp", ".S"))


def room_of(path):
    return path.relative_to(SRC).parts[0]


def below(room):
    """All that a folder builds on, directly or not."""
    rooms = set(BUILDS_ON[room])
    for other in BUILDS_ON[room]:
        rooms |= below(other)
    return rooms


def may_include(room):
    allowed = {other for other in below(room) if room in ONLY_FOR.get(other, {room})}
    return allowed | {room}


def included_room(include):
    """Whose header it is; None for a generated one, which has no folder."""
    folder, _, rest = include.partition("/")
    if folder == "genre":
        return PUBLIC[rest.removesuffix(".h")]
    return folder if rest else None


class Rooms(unittest.TestCase):
    def test_every_folder_is_known(self):
        self.assertEqual({path.name for path in SRC.iterdir() if path.is_dir()}, set(BUILDS_ON))

    def test_includes_go_to_lower_folders_only(self):
        wrong = []
        for path in sources(SRC):
            allowed = may_include(room_of(path))
            for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
                room = included_room(include)
                entrance = room == room_of(path) or include in ENTRANCES.get(room, {include})
                if room and not (room in allowed and entrance):
                    wrong.append(f"{path.relative_to(ROOT)} includes {include}")
        self.assertEqual(wrong, [])

    def test_public_headers_include_public_headers_only(self):
        for path in sources(ROOT / "include"):
            room = PUBLIC[path.stem]
            for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
                self.assertTrue(include.startswith("genre/"), f"{path.name} includes {include}")
                self.assertIn(included_room(include), may_include(room), path.name)

    def test_http_knows_nothing_of_genre_but_errors_and_base(self):
        included = {include for path in sources(SRC / "http")
                    for include in INCLUDE.findall(path.read_text(encoding="utf-8"))}
        foreign = {include for include in included if not include.startswith(("http/", "base/"))}
        self.assertLessEqual(foreign, {"genre/result.h"})

    def test_each_folder_has_its_namespace(self):
        for path in sources(SRC):
            name = str(path.relative_to(SRC))
            if path.suffix == ".S" or name in WITHOUT_NAMESPACE:
                continue
            expected = "genre" if name in IN_GENRE else f"genre::{room_of(path)}"
            found = set(NAMESPACE.findall(path.read_text(encoding="utf-8")))
            self.assertEqual(found, {expected}, name)

    def test_json_is_written_in_one_place(self):
        # dump() throws for text that is not UTF-8; base::json_text does not.
        writers = {str(path.relative_to(SRC)) for path in sources(SRC)
                   if re.search(r"(\.|->)dump\(", path.read_text(encoding="utf-8"))}
        self.assertEqual(writers, {"base/json_text.h"})

    def test_no_one_asks_which_feature_set_it_is(self):
        # features/feature_sets.cpp has what differs between them.
        for path in sources(SRC):
            found = re.findall(r"(?:[!=]= ?|case )(?:genre::)?FeatureSet::k\w+|FeatureSet::k\w+ [!=?]",
                               path.read_text(encoding="utf-8"))
            self.assertEqual(found, [], path.relative_to(ROOT))

    def test_files_are_short(self):
        for path in sources(SRC) + sources(ROOT / "include"):
            with open(path, encoding="utf-8") as file:
                self.assertLessEqual(sum(1 for _ in file), MOST_LINES, path.relative_to(ROOT))


class Map(unittest.TestCase):
    """The table of folders in CONTRIBUTING.md."""

    def test_it_says_what_is_checked_here(self):
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        rows = {room: (namespace, set(re.findall(r"\w+", builds_on)))
                for room, namespace, builds_on in ROW.findall(text)}
        self.assertEqual(rows, {room: (f"genre::{room}", others)
                                for room, others in BUILDS_ON.items()})

    def test_its_other_folders_exist(self):
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        folders = re.findall(r"^\| `([\w/]+/)` \|", text, re.MULTILINE)
        self.assertTrue(folders)
        for folder in folders:
            self.assertTrue((ROOT / folder).is_dir(), folder)

    def test_no_folder_is_missing(self):
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        named = set(re.findall(r"^\| `(\w+)/", text, re.MULTILINE))
        # Of the repository alone: a working copy has its build folder and more.
        others = {path.name for path in ROOT.iterdir()
                  if path.is_dir() and (path / "CMakeLists.txt").exists()}
        self.assertLessEqual(others, named)


if __name__ == "__main__":
    unittest.main()
