"""--excerpts in every format: the windows have the certainties that they have in the whole file."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from audio_files import GENRE
from made_files import MISSING, MODEL, NEEDS, certainties, predict

SECONDS = 31
# A melody and noise that never repeat, so that a window from the wrong place has other certainties.
SOUND = ("aevalsrc='0.2*sin(2*PI*110*(1+mod(floor(3*t)*floor(3*t)\\,17)/4)*t)*exp(-3*mod(t\\,1/3))"
         "+0.1*sin(2*PI*t*t*20)+0.2*(random(0)-0.5)*exp(-mod(t*t\\,7))"
         "|0.2*sin(2*PI*220*(1+mod(floor(2*t)*floor(2*t)\\,13)/5)*t)+0.1*(random(1)-0.5)"
         f"':s={{rate}}:d={SECONDS}")

# Name, arguments of ffmpeg, and by how much a certainty may differ from that in the whole file.
EXACT = 0.00015  # certainties have four decimals
MILLISECONDS = 0.02  # times are in milliseconds, and frames have different sizes
NOISE = 0.05  # the decoder fills bands with random noise
FORMATS = [
    ("a.wav", "", EXACT),
    ("48k.wav", "-ar 48000", EXACT),
    ("11k.wav", "-ar 11025 -ac 1", EXACT),
    ("float.aiff", "-c:a pcm_f32be", EXACT),
    ("a.au", "-c:a pcm_s16be", EXACT),
    ("a.w64", "", EXACT),
    ("a.caf", "", EXACT),
    ("adpcm.wav", "-c:a adpcm_ima_wav", EXACT),
    ("a.flac", "-c:a flac", EXACT),
    ("96k.flac", "-c:a flac -ar 96000", EXACT),
    ("a.ogg", "-c:a libvorbis -q:a 5", EXACT),
    ("a.opus", "-c:a libopus -b:a 128k", EXACT),
    ("cbr.mp3", "-c:a libmp3lame -b:a 128k", EXACT),
    ("vbr.mp3", "-c:a libmp3lame -q:a 2", EXACT),
    ("48k.mp3", "-c:a libmp3lame -b:a 320k -ar 48000", EXACT),
    ("plain.mp3", "-c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0", EXACT),
    ("mpeg2.mp3", "-c:a libmp3lame -b:a 24k -ar 22050 -ac 1", EXACT),
    ("mpeg25.mp3", "-c:a libmp3lame -b:a 8k -ar 8000 -ac 1", EXACT),
    ("layer2.mp2", "-c:a mp2 -b:a 192k", EXACT),
    ("aac.m4a", "-c:a aac -b:a 128k", NOISE),
    ("alac.m4a", "-c:a alac", EXACT),
    ("fragments.mp4", "-c:a aac -b:a 128k -movflags frag_keyframe+empty_moov", NOISE),
    ("adts.aac", "-c:a aac -b:a 128k -f adts", EXACT),
    ("aac.mka", "-c:a aac -b:a 128k", NOISE),
    ("flac.mka", "-c:a flac", EXACT),
    ("mp3.mka", "-c:a libmp3lame -b:a 128k", EXACT),
    ("v2.wma", "-c:a wmav2 -b:a 128k", EXACT),
    ("opus.webm", "-c:a libopus -b:a 128k", MILLISECONDS),
    ("vorbis.webm", "-c:a libvorbis -q:a 5", MILLISECONDS),
    ("pcm.mov", "-c:a pcm_s16be", EXACT),
    ("aac.3gp", "-c:a aac -b:a 128k", NOISE),
    ("a.wv", "-c:a wavpack", EXACT),
    ("a.tta", "-c:a tta", EXACT),
    ("a.ac3", "-c:a ac3 -b:a 192k", EXACT),
    ("a.eac3", "-c:a eac3 -b:a 192k", EXACT),
    ("alac.caf", "-c:a alac", EXACT),
    ("flac.oga", "-c:a flac -f ogg", EXACT),
    ("speex.spx", "-c:a libspeex -ar 32000 -ac 1 -q:a 8", EXACT),
]


def make(folder, name, arguments):
    path = os.path.join(folder, name)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", SOUND.format(rate=44100),
                    *arguments.split(), path], check=True)
    return path


def segments(prediction):
    return {round(s["start"], 3): certainties(s) for s in prediction["segments"]}


@unittest.skipIf(MISSING, NEEDS)
class Excerpts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def test_windows_are_those_of_the_whole_file(self):
        for name, arguments, tolerance in FORMATS:
            path = make(self.folder, name, arguments)
            (whole,) = predict(path)
            for n in (1, 4):
                with self.subTest(name, n=n):
                    (some,) = predict(path, options=["--excerpts", str(n)])
                    self.assertEqual(some.get("excerpts"), n, some)
                    self.assertAlmostEqual(some["duration"], whole["duration"], delta=0.1)
                    all_starts = sorted(segments(whole))
                    expected = [all_starts[(2 * i + 1) * len(all_starts) // (2 * n)]
                                for i in range(n)]
                    self.assertEqual(sorted(segments(some)), expected)
                    for start, found in segments(some).items():
                        for genre, certainty in segments(whole)[start].items():
                            self.assertAlmostEqual(found[genre], certainty, delta=tolerance,
                                                   msg=(name, start, genre))

    def test_more_than_there_are_is_all(self):
        path = make(self.folder, "all.mp3", "-c:a libmp3lame -b:a 128k")
        (whole,), (all_of_them,) = predict(path), predict(path, options=["--excerpts", "1000"])
        self.assertEqual(all_of_them, whole)
        self.assertNotIn("excerpts", whole)

    def test_what_lies_between_is_not_decoded(self):
        # So its damage is not found.
        for name, arguments in [("a.flac", "-c:a flac"), ("a.ogg", "-c:a libvorbis"),
                                ("alac.m4a", "-c:a alac"), ("aac.m4a", "-c:a aac")]:
            with self.subTest(name):
                path = make(self.folder, "damaged-" + name, arguments)
                with open(path, "r+b") as file:
                    file.seek(os.path.getsize(path) // 3)
                    file.write(bytes(3000))
                (whole,), (some,) = predict(path), predict(path, options=["--excerpts", "1"])
                self.assertNotEqual(whole["warnings"], [])
                self.assertEqual(some["warnings"], [])
                self.assertEqual([segment["start"] for segment in some["segments"]], [15.0])
                if name in ("a.flac", "alac.m4a"):  # silence is in place of what is lost
                    self.assertIn(some["segments"][0], whole["segments"])

    def test_files_whose_headers_are_wrong(self):
        # Half of the audio is missing; the windows are spread over what is there.
        for name, arguments in [("half.flac", "-c:a flac"), ("half.mp3", "-c:a libmp3lame -b:a 128k"),
                                ("half.wav", ""), ("half.ogg", "-c:a libvorbis")]:
            with self.subTest(name):
                path = make(self.folder, name, arguments)
                os.truncate(path, os.path.getsize(path) // 2)
                (whole,), (some,) = predict(path), predict(path, options=["--excerpts", "3"])
                starts = sorted(segments(whole))
                self.assertEqual(sorted(segments(some)),
                                 [starts[(2 * i + 1) * len(starts) // 6] for i in range(3)])
                self.assertAlmostEqual(some["duration"], whole["duration"], delta=0.1)

    def test_standard_input(self):
        path = make(self.folder, "piped.mp3", "-c:a libmp3lame -b:a 128k")
        with open(path, "rb") as file:
            done = subprocess.run([GENRE, "predict", "--json", "--model", MODEL, "--excerpts", "3", "-"],
                                  stdin=file, capture_output=True, check=True)
        piped = json.loads(done.stdout)
        (named,) = predict(path, options=["--excerpts", "3"])
        self.assertEqual(piped["segments"], named["segments"])


if __name__ == "__main__":
    unittest.main()
