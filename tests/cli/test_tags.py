"""genre predict --tag and --write-tags. The formats in detail: tests/unit/tags_test.cpp."""
import csv
import json
import math
import os
import random
import stat
import struct
import subprocess
import unittest

from audio_files import CLIPS, GENRE, SAMPLE_RATE, wav
from temporary_files import TemporaryFiles

NOBODY = 65534


def genre(*arguments, **options):
    return subprocess.run([GENRE, *arguments], capture_output=True, **options)


def noise():
    """No genre fits: the default model is not sure."""
    random.seed(1)
    return wav([random.uniform(-0.5, 0.5) for _ in range(3 * SAMPLE_RATE)])


def plucks():
    """The seed model is sure that this is blues."""
    return wav([0.5 * math.exp(-(n % 5512) / 900)
                * math.sin(2 * math.pi * (220 if n // 5512 % 2 else 330) * n / SAMPLE_RATE)
                for n in range(6 * SAMPLE_RATE)])


def chunks(wav_file):
    """The chunks of a WAV file, whose sizes must be right."""
    size = struct.unpack_from("<I", wav_file, 4)[0]
    assert (wav_file[:4], wav_file[8:12], size) == (b"RIFF", b"WAVE", len(wav_file) - 8)
    at, found = 12, []
    while at < len(wav_file):
        name, size = struct.unpack_from("<4sI", wav_file, at)
        found.append((name, wav_file[at + 8:at + 8 + size]))
        at += 8 + size + size % 2
    return found


def chunk(name, content):
    return struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)


def with_chunk(wav_file, name, content):
    grown = wav_file + chunk(name, content)
    return grown[:4] + struct.pack("<I", len(grown) - 8) + grown[8:]


class Files(TemporaryFiles):
    def content(self, path):
        with open(path, "rb") as file:
            return file.read()

    def lines(self, *arguments, status=0):
        result = genre("predict", "--json", "--tag", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return [json.loads(line) for line in result.stdout.decode().splitlines()]

    def tag(self, path, *flags, status=0):
        return self.lines(*flags, path, status=status)[0].get("tag")


@unittest.skipUnless(os.path.isdir(CLIPS), f"no real clips at {CLIPS!r}")
class RealClips(Files):
    def copy(self, clip, name):
        return self.file(name, self.content(os.path.join(CLIPS, clip)))

    def test_are_only_told_unless_written(self):
        song = self.copy("metal.00000.wav", "song.wav")
        before = self.content(song)
        self.assertEqual(self.tag(song), {"before": "", "after": "metal"})
        self.assertEqual(self.content(song), before)
        self.assertIn(b'tag: "" -> "metal"', genre("predict", "--tag", song).stdout)

    def test_leave_the_audio_as_it_is(self):
        song = self.copy("metal.00000.wav", "song.wav")
        os.chmod(song, 0o640)
        before = self.content(song)
        data = before[before.index(b"data"):]
        features = genre("features", song).stdout
        self.tag(song, "--write-tags")
        self.assertEqual(self.tag(song), {"before": "metal", "after": "metal"})
        self.assertIn(data, self.content(song))
        self.assertEqual(genre("features", song).stdout, features)
        self.assertEqual(os.stat(song).st_mode & 0o777, 0o640)
        self.assertEqual(os.listdir(self.folder), ["song.wav"])
        tagged = self.content(song)
        self.tag(song, "--write-tags")
        self.assertEqual(self.content(song), tagged)

    def test_come_in_every_form(self):
        song = self.copy("metal.00000.wav", "song.wav")
        output = os.path.join(self.folder, "o.csv")
        result = genre("predict", "--csv", "--tag", song, "--output", output)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(output, newline="", encoding="utf-8") as file:
            row = next(csv.DictReader(file))
        self.assertEqual((row["tag_before"], row["tag_after"]), ("", "metal"))
        self.assertNotEqual(genre("predict", "--write-tags", song).returncode, 0)


class Unsure(Files):
    def test_stay_where_the_model_is_not_sure(self):
        song = self.file("noise.wav", noise())
        before = self.content(song)
        self.assertEqual(self.tag(song, "--write-tags"), {"before": "", "after": None})
        self.assertEqual(self.content(song), before)
        self.assertIn(b'tag: "" stays', genre("predict", "--tag", song).stdout)


class Tags(Files):
    @classmethod
    def setUpClass(cls):
        cls.song = plucks()

    def lines(self, *arguments, status=0):
        return super().lines("--model", "seed", *arguments, status=status)

    def snapshot(self):
        """All that a run which writes nothing must leave as it was."""
        files = {}
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            status = os.lstat(path)
            files[name] = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns,
                           self.content(path) if stat.S_ISREG(status.st_mode) else None)
        return files

    def test_are_shown_beforehand_and_then_written(self):
        info = with_chunk(self.song, b"LIST", b"INFO" + chunk(b"IGNR", b"Jazz\0"))
        songs = [self.file("song.mp3", self.song), self.file("info.wav", info),
                 self.file("with a\nnewline", self.song)]
        before = self.snapshot()
        shown = self.lines(*songs)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual([line["tag"] for line in shown],
                         [{"before": tag, "after": "blues"} for tag in ("", "Jazz", "")])
        self.assertEqual(self.lines("--write-tags", *songs), shown)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(before))
        for song in songs:
            self.assertEqual(chunks(self.content(song))[:2], chunks(self.song))
            self.assertEqual(len(chunks(self.content(song))), 3)
        self.assertEqual(chunks(self.content(songs[1]))[2],
                         (b"LIST", b"INFO" + chunk(b"IGNR", b"blues\0")))
        again = self.lines(*songs)
        for first, second in zip(shown, again):
            self.assertEqual(first | {"tag": None}, second | {"tag": None})  # the certainties
            self.assertEqual(second["tag"], {"before": "blues", "after": "blues"})

    def test_that_cannot_be_written_are_refused_beforehand(self):
        data = chunks(self.song)[1][1]
        rf64 = (b"RF64" + b"\xff" * 4 + b"WAVE"
                + chunk(b"ds64", struct.pack("<QQQI", len(self.song) + 28, len(data), 0, 0))
                + chunk(*chunks(self.song)[0]) + b"data" + b"\xff" * 4 + data)
        au = struct.pack(">4s5I", b".snd", 24, len(data), 3, SAMPLE_RATE, 1) + bytes(
            byte for pair in zip(data[1::2], data[::2]) for byte in pair)
        linked = self.file("linked.wav", self.song)
        os.link(linked, os.path.join(self.folder, "another name.wav"))
        read_only = self.file("read_only.wav", self.song)
        os.chmod(read_only, 0o444)
        songs = [self.file("rf64.wav", rf64), self.file("au.mp3", au), linked, read_only,
                 self.file("id3.wav", b"ID3\4\0\0\0\0\0\0" + self.song),
                 self.file("trailing.wav", self.song + b"garbage")]
        before = self.snapshot()
        shown = self.lines(*songs, status=1)
        self.assertEqual(self.lines("--write-tags", *songs, status=1), shown)
        self.assertEqual(self.snapshot(), before)
        for line in shown:
            self.assertIn("the file cannot be tagged: ", line["error"]["message"])
            read_only_code = "unreadable_file" if line["file"] == read_only else None
            self.assertEqual(line["error"]["code"], read_only_code or "unsupported_audio")

    def test_of_one_file_under_several_names(self):
        song = self.file("song.wav", self.song)
        link = os.path.join(self.folder, "link.mp3")
        os.symlink("song.wav", link)
        lines = self.lines("--write-tags", "--threads", "4", *[song, link] * 8)
        self.assertEqual({line["tag"]["after"] for line in lines}, {"blues"})
        self.assertTrue(os.path.islink(link))
        self.assertEqual(chunks(self.content(song))[:2], chunks(self.song))
        self.assertEqual(len(chunks(self.content(song))), 3)
        self.assertEqual(sorted(os.listdir(self.folder)), ["link.mp3", "song.wav"])

    def test_of_many_files_at_once(self):
        songs = [self.file(f"{i}.wav", self.song) for i in range(24)]
        self.lines("--write-tags", "--threads", "8", self.folder)
        self.assertEqual({self.content(song) for song in songs}, {self.content(songs[0])})
        self.assertEqual(len(os.listdir(self.folder)), len(songs))

    def test_of_a_read_only_folder_are_an_error(self):
        song = self.file("song.wav", self.song)
        os.chmod(song, 0o666)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o700)
        # Root may write anywhere.
        options = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        command = ["predict", "--model", "seed", "--json", "--tag", song]
        try:
            results = [genre(*command, *flags, **options) for flags in ((), ("--write-tags",))]
        except PermissionError:
            self.skipTest("other users cannot run the program from its folder")
        for result in results:
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("its folder is read-only", json.loads(result.stdout)["error"]["message"])
        self.assertEqual(self.content(song), self.song)

    def test_ignore_what_a_killed_run_left(self):
        song = self.file("song.wav", self.song)
        self.file(".genre-0a1b2c3d.tmp", self.song)
        self.assertEqual([line["file"] for line in self.lines("--write-tags", self.folder)], [song])
        self.assertEqual(self.content(os.path.join(self.folder, ".genre-0a1b2c3d.tmp")), self.song)


if __name__ == "__main__":
    unittest.main()
