"""Every format that genre-decode reads, beside the plain WAV of the same sound."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import made_files
from audio_files import GENRE, is_sanitized
from made_files import MADE, MISSING, MODEL, NEEDS, SECONDS, certainties, predict


def difference(prediction, reference):
    a, b = certainties(prediction), certainties(reference)
    return max(abs(a[genre] - b[genre]) for genre in b)


@unittest.skipIf(MISSING, NEEDS)
class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.plain = made_files.make_all(cls.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_each_is_heard_as_the_wav_is(self):
        plain, *others = predict(self.plain, *(self.path(made.name) for made in MADE))
        for made, other in zip(MADE, others):
            with self.subTest(made.name):
                self.assertNotIn("error", other)
                self.assertAlmostEqual(other["duration"], SECONDS,
                                       delta=1.01 * made.frame / other["sample_rate"])
                if made.lossless:
                    self.assertEqual(certainties(other), certainties(plain))
                elif made.exact:
                    self.assertLess(difference(other, plain), 0.05)

    def test_what_starts_elsewhere_is_heard_as_ffmpeg_decodes_it(self):
        # The codec puts silence before the sound, and the file does not say how much.
        for made in MADE:
            if made.exact:
                continue
            with self.subTest(made.name):
                decoded = self.path(made.name + ".wav")
                made_files.encode(self.path(made.name), decoded, "-vn -c:a pcm_f32le")
                ours, theirs = predict(self.path(made.name), decoded)
                self.assertAlmostEqual(ours["duration"], theirs["duration"], delta=0.06)
                self.assertLess(difference(ours, theirs), 0.05)

    def test_a_folder_of_them_has_no_error(self):
        rows = predict(self.folder)
        self.assertEqual([row for row in rows if "error" in row], [])
        videos = {"video.mp4", "video.mkv", "video.ogv", "pcm.mov", "aac.3gp"}
        self.assertTrue({made.name for made in MADE} - videos <=
                        {os.path.basename(row["file"]) for row in rows})
        self.assertFalse(videos & {os.path.basename(row["file"]) for row in rows})

    def test_formats_that_ffmpeg_does_not_write(self):
        amr, dsf, ape = predict(self.write("a.amr", made_files.amr()),
                                self.write("a.dsf", made_files.dsf()),
                                self.write("a.ape", made_files.ape()))
        self.assertEqual((ape["duration"], ape["sample_rate"]), (1.0, 44100))
        self.assertAlmostEqual(amr["duration"], 4.0, delta=0.02)
        self.assertAlmostEqual(dsf["duration"], 0.5, delta=0.02)
        self.assertEqual((amr["sample_rate"], dsf["sample_rate"]), (8000, 352800))

    def test_bytes_from_a_pipe_and_tags_in_front(self):
        tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
        tagged = self.write("tagged.aac", tag + self.read("adts.aac"))
        piped = subprocess.run([GENRE, "predict", "--json", "--model", MODEL, "-"], input=self.read("adts.aac"),
                               capture_output=True, check=True)
        plain, behind = predict(self.path("adts.aac"), tagged)
        self.assertEqual(certainties(json.loads(piped.stdout)), certainties(plain))
        self.assertEqual(certainties(behind), certainties(plain))

    def test_a_stream_that_was_recorded_from_the_middle(self):
        whole = self.read("adts.aac")
        cut = len(whole) // 4
        (heard,) = predict(self.write("middle.aac", whole[cut:]))
        self.assertAlmostEqual(heard["duration"], 3 / 4 * SECONDS, delta=0.3)

    def test_every_link_of_a_chain(self):
        made_files.encode(self.plain, self.path("a.ogg"), "-c:a libvorbis -q:a 6")
        made_files.encode(self.plain, self.path("a.opus"), "-c:a libopus -b:a 160k")
        made_files.encode(self.plain, self.path("mono.ogg"), "-c:a libvorbis -ac 1 -ar 22050")
        for name, links in {"a_a.ogg": ("a.ogg", "a.ogg"), "a_mono.ogg": ("a.ogg", "mono.ogg"),
                            "a_a_a.opus": ("a.opus",) * 3}.items():
            with self.subTest(name):
                chain = self.write(name, b"".join(map(self.read, links)))
                (heard,) = predict(chain)
                self.assertAlmostEqual(heard["duration"], len(links) * SECONDS, delta=0.05)

    def test_an_opus_file_that_was_cut_without_being_coded_anew(self):
        made_files.encode(self.plain, self.path("b.opus"), "-c:a libopus -b:a 160k")
        made_files.encode(self.path("b.opus"), self.path("cut.opus"), "-c copy",
                          before="-ss 0.7 -t 2.3")
        (heard,) = predict(self.path("cut.opus"))
        self.assertGreater(heard["duration"], 2.3)

    def test_what_nobody_can_play_says_why(self):
        made_files.encode(self.plain, self.path("silent.mp4"),
                          made_files.PICTURE.replace("-map 0:a", "") + "-c:v mpeg4 -an")
        drm = self.write("drm.m4a", self.read("aac.m4a").replace(b"mp4a", b"drms"))
        silent, encrypted = predict(self.path("silent.mp4"), drm)
        self.assertIn("no audio track", silent["error"]["message"])
        self.assertIn("DRM", encrypted["error"]["message"])

    def test_operators_can_do_without(self):
        rows = predict(self.path("aac.m4a"), self.plain, options=["--formats", "core"])
        self.assertIn("this is M4A, and formats decoded by FFmpeg are disabled",
                      rows[0]["error"]["message"])
        self.assertNotIn("error", rows[1])

    @unittest.skipIf(is_sanitized(), "a copy of a program with a sanitizer says no more")
    def test_without_genre_decode_it_says_what_to_install(self):
        alone = self.path("bin")
        os.mkdir(alone)
        shutil.copy(GENRE, alone)
        done = subprocess.run([os.path.join(alone, "genre"), "predict", self.path("aac.m4a")],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            self.skipTest("genre-ffmpeg is installed on this system")
        self.assertIn("this is M4A, which needs the package genre-ffmpeg", done.stderr)


if __name__ == "__main__":
    unittest.main()
