"""What a folder of somebody's own music has in it: joined and tagged files, videos with several audio
tracks, playlists."""
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

import made_files
from audio_files import GENRE, sine, wav
from made_files import MISSING, NEEDS, SAMPLE_RATE, SECONDS, certainties, encode, predict

ID3V2 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
ID3V1 = b"TAG" + b"A song".ljust(125, b"\0")
_ITEM = struct.pack("<II", 5, 0) + b"Title\0Song!"
_APE = struct.pack("<8sIIII8s", b"APETAGEX", 2000, 32 + len(_ITEM), 1, 0x80000000, bytes(8))
APE = _APE[:20] + struct.pack("<I", 0xA0000000) + bytes(8) + _ITEM + _APE


@unittest.skipIf(MISSING, NEEDS)
class OwnMusic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.chord = made_files.chord()
        cls.plain = os.path.join(cls.folder, "plain.wav")
        with open(cls.plain, "wb") as file:
            file.write(wav(cls.chord, SAMPLE_RATE, channels=2))

    def path(self, name):
        return os.path.join(self.folder, name)

    def made(self, name, arguments):
        encode(self.plain, self.path(name), arguments)
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def error(self, path, *options):
        (row,) = predict(path, options=options)
        self.assertIn("error", row)
        return row["error"]["message"]

    def test_joined_flac_is_heard_whole(self):
        flac = self.made("a.flac", "-c:a flac")
        small = self.made("small.flac", "-c:a flac -ac 1 -t 0.5")  # less than a read of libFLAC
        stereo = wav(3 * self.chord, SAMPLE_RATE, channels=2)
        joined, whole, several, behind_tags = predict(
            self.write("joined.flac", 3 * flac), self.write("whole.wav", stereo),
            self.write("several.flac", 5 * small),
            self.write("tagged.flac", ID3V2 + flac + ID3V1 + ID3V2 + flac + APE + ID3V1))
        self.assertEqual(certainties(joined), certainties(whole))
        self.assertEqual(joined["duration"], 3 * SECONDS)
        self.assertEqual(several["duration"], 2.5)
        self.assertEqual(behind_tags["duration"], 2 * SECONDS)

    def test_tags_around_flac_change_nothing(self):
        flac = self.made("a.flac", "-c:a flac")
        paths = [self.write(f"{i}.flac", content) for i, content in enumerate(
            [flac, ID3V2 + flac, flac + ID3V1, flac + APE, flac + APE + ID3V1, APE + flac,
             ID3V2 + flac + APE + ID3V1])]
        for path, row in zip(paths, predict(*paths)):
            with self.subTest(path):
                self.assertNotIn("error", row)
                self.assertEqual(row["duration"], SECONDS)

    def test_joined_flac_of_two_rates_is_damaged(self):
        flac = self.made("a.flac", "-c:a flac")
        other = self.made("other.flac", "-c:a flac -ar 48000")
        path = self.write("rates.flac", flac + other)
        (row,) = predict(path)
        self.assertIn("another format", row["warnings"][0]["message"])
        self.assertIn("another format", self.error(path, "--strict"))

    def test_other_joined_files(self):
        ogg_flac = self.made("a.oga", "-c:a flac -f ogg")
        mp3 = self.made("a.mp3", "-c:a libmp3lame -b:a 128k")
        low = self.made("low.mp3", "-c:a libmp3lame -b:a 64k -ar 22050 -ac 1")
        with open(self.plain, "rb") as file:
            plain = file.read()
        chain, rates, waves = predict(self.write("chain.oga", 2 * ogg_flac),
                                      self.write("rates.mp3", mp3 + low),
                                      self.write("waves.wav", 2 * plain))
        self.assertEqual(chain["duration"], 2 * SECONDS)
        self.assertAlmostEqual(rates["duration"], 2 * SECONDS, delta=0.15)
        self.assertEqual(waves["duration"], SECONDS)  # its header says where it ends

    def tracks(self):
        """A film with three audio tracks: 1, 2 and 3 s long. The second one is the default."""
        film = self.path("film.mkv")
        inputs = []
        for seconds in (1, 2, 3):
            inputs += ["-i", self.write(f"{seconds}.wav", wav(sine(220 * seconds, seconds)))]
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=d=3:s=160x120",
                        *inputs, "-map", "0:v", "-map", "1:a", "-map",
                        "2:a", "-map", "3:a", "-c:v", "mpeg4", "-c:a", "flac", "-disposition:a:0",
                        "0", "-disposition:a:1", "default", "-disposition:a:2", "0", film],
                       check=True, capture_output=True)
        return film

    def test_a_track_of_a_film(self):
        film = self.tracks()
        (default,) = predict(film)
        self.assertAlmostEqual(default["duration"], 2, delta=0.01)
        for track in (1, 2, 3):
            (row,) = predict(film, options=["--stream", str(track)])
            self.assertAlmostEqual(row["duration"], track, delta=0.01)
        self.assertIn("this Matroska file has 3 audio tracks", self.error(film, "--stream", "4"))
        features = subprocess.run([GENRE, "features", "--csv", "--hop", "3", "--stream", "3", film],
                                  capture_output=True, text=True, check=True).stdout
        self.assertIn(",3", features.splitlines()[1])

    def test_a_track_of_a_file_with_one(self):
        m4a, mp3 = self.path("a.m4a"), self.path("one.mp3")
        self.made("a.m4a", "-c:a aac")
        self.made("one.mp3", "-c:a libmp3lame")
        for path, name in ((self.plain, "WAV"), (m4a, "M4A"), (mp3, "MPEG audio")):
            (row,) = predict(path, options=["--stream", "1"])
            self.assertNotIn("error", row)
            self.assertIn(f"this {name} file has 1 audio track", self.error(path, "--stream", "2"))
        done = subprocess.run([GENRE, "predict", "--stream", "0", self.plain], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 105)
        self.assertIn("--stream", done.stderr)

    def test_what_is_no_music_says_what_it_is(self):
        for content, what in {
                b"#EXTM3U\n#EXTINF:1,x\na.mp3\n": "a playlist (M3U)",
                b"\xef\xbb\xbf#EXTM3U\r\na.mp3\r\n": "a playlist (M3U)",
                b"Music/A song.flac\nMusic/b.flac\n": "a playlist (M3U)",
                b"http://example.com/stream\n": "a playlist (M3U)",
                b"[playlist]\nFile1=a.mp3\n": "a playlist (PLS)",
                b"<?xml version=\"1.0\"?>\n<playlist version=\"1\">": "a playlist (XSPF)",
                b"<ASX version=\"3\">": "a playlist (ASX)",
                b"PERFORMER \"x\"\nFILE \"a.flac\" WAVE\n  TRACK 01 AUDIO\n": "a cue sheet",
                b"MThd\0\0\0\6\0\1\0\1\0\x60": "MIDI",
                b"%PDF-1.4\n": "a PDF",
                b"PK\x03\x04" + bytes(60): "a ZIP archive",
                b"\xff\xd8\xff\xe0" + bytes(60): "an image",
                b"\x89PNG\r\n\x1a\n" + bytes(60): "an image"}.items():
            with self.subTest(what):
                message = self.error(self.write("other", content))
                self.assertIn(f"this is not an audio file: it is {what}", message)
        self.assertIn("match no known audio format", self.error(self.write("text", b"Dear diary")))


if __name__ == "__main__":
    unittest.main()
