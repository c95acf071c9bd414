"""The same sound in every format, made with Debian's ffmpeg, and what is known of each."""
import json
import math
import os
import random
import shutil
import struct
import subprocess
import zlib
from dataclasses import dataclass

from audio_files import GENRE, wav

SAMPLE_RATE = 44100
SECONDS = 4.0
MISSING = [tool for tool in ["ffmpeg"] if shutil.which(tool) is None]
NEEDS = f"needs {', '.join(MISSING)} (Debian: ffmpeg)"


@dataclass(frozen=True)
class Made:
    name: str  # of the file
    arguments: str  # of ffmpeg
    format: str  # what genre calls it
    lossless: bool = False
    exact: bool = True  # whether nothing stands before the sound that was not in it
    frame: int = 1024  # samples of the codec's frame, by which the length may differ


PICTURE = "-f lavfi -i testsrc=duration=4:size=160x120 -map 1:v -map 0:a "
MADE = [
    Made("aac.m4a", "-c:a aac -b:a 256k", "M4A (AAC)"),
    Made("alac.m4a", "-c:a alac", "M4A (ALAC)", lossless=True, frame=4096),
    Made("adts.aac", "-c:a aac -b:a 256k -f adts", "AAC", frame=2048),
    Made("aac.mka", "-c:a aac -b:a 256k", "Matroska (AAC)", frame=2048),
    Made("v2.wma", "-c:a wmav2 -b:a 256k", "WMA (WMA 2)", exact=False, frame=4096),
    Made("opus.webm", "-c:a libopus -b:a 256k", "WebM (Opus)"),
    Made("vorbis.webm", "-c:a libvorbis -q:a 9", "WebM (Vorbis)"),
    Made("flac.mka", "-c:a flac", "Matroska (FLAC)", lossless=True),
    Made("mp3.mka", "-c:a libmp3lame -b:a 256k", "Matroska (MP3)", exact=False, frame=2304),
    Made("video.mp4", PICTURE + "-c:v mpeg4 -c:a aac -b:a 256k", "MP4 (AAC)"),
    Made("video.mkv", PICTURE + "-c:v mpeg4 -c:a ac3 -b:a 320k", "Matroska (AC-3)", exact=False,
         frame=1536),
    Made("video.ogv", PICTURE + "-c:v libtheora -c:a libvorbis -q:a 9", "Ogg (Vorbis)"),
    Made("pcm.mov", "-c:a pcm_s16be", "MOV (PCM)", lossless=True),
    Made("aac.3gp", "-c:a aac -b:a 256k", "3GP (AAC)"),
    Made("a.wv", "-c:a wavpack", "WavPack", lossless=True),
    Made("a.tta", "-c:a tta", "TTA", lossless=True),
    Made("a.ac3", "-c:a ac3 -b:a 320k", "AC-3", exact=False, frame=1536),
    Made("a.eac3", "-c:a eac3 -b:a 320k", "E-AC-3", exact=False, frame=1536),
    Made("alac.caf", "-c:a alac", "CAF (ALAC)", lossless=True, frame=4096),
    Made("flac.oga", "-c:a flac -f ogg", "Ogg (FLAC)", lossless=True),
    Made("speex.spx", "-c:a libspeex -ar 32000 -ac 1 -q:a 10", "Ogg (Speex)", exact=False),
]


def is_lossless(name):
    return next(made for made in MADE if made.name == name).lossless


def chord():
    """Chords with a beat: mono samples."""
    noise = random.Random(1)
    samples = []
    for n in range(round(SECONDS * SAMPLE_RATE)):
        t = n / SAMPLE_RATE
        tones = sum(math.sin(2 * math.pi * hz * t) for hz in (220, 277.2, 329.6, 440, 880))
        beat = noise.uniform(-1, 1) * math.exp(-30 * (t % 0.5))
        samples.append(0.1 * tones * math.exp(-2 * (t % 1)) + 0.2 * beat)
    return samples


def encode(source, target, arguments, before=""):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *before.split(), "-i", source,
                    *arguments.split(), target], check=True, capture_output=True)


def make_all(folder):
    """Writes plain.wav and every file of MADE."""
    source = os.path.join(folder, "plain.wav")
    with open(source, "wb") as file:
        file.write(wav(chord(), SAMPLE_RATE, channels=2))
    for made in MADE:
        encode(source, os.path.join(folder, made.name), made.arguments)
    return source


def amr():
    """AMR-NB of 200 frames, 4 s: any bits are speech of a kind."""
    bits = random.Random(2)
    toc, size = b"\x3c", 31  # 12.2 kbit/s
    return b"#!AMR\n" + b"".join(toc + bits.randbytes(size) for _ in range(200))


def ape(n_frames=44100):
    """Silence in stereo, as one frame that is marked as such: Monkey's Audio 3.99."""
    silence = 3
    checksum = 1 << 31 | zlib.crc32(bytes(4 * n_frames)) >> 1
    frame = struct.pack("<II", checksum, silence) + bytes(64)
    descriptor = struct.pack("<4sHHIIIIIII16s", b"MAC ", 3990, 0, 52, 24, 4, 0, len(frame), 0, 0,
                             bytes(16))
    header = struct.pack("<HHIIIHHI", 2000, 0, 294912, n_frames, 1, 16, 2, 44100)
    start = len(descriptor) + len(header) + 4
    return descriptor + header + struct.pack("<I", start) + frame


def dsf(seconds=0.5):
    """DSD64 in mono: a tone by a sigma-delta modulator of the first order."""
    rate, block = 2822400, 4096
    total, bits = 0.0, bytearray()
    for _ in range(round(seconds * rate / 8 / block) or 1):
        for _ in range(block):
            byte = 0
            for k in range(8):
                n = len(bits) * 8 + k
                total += 0.5 * math.sin(2 * math.pi * 440 * n / rate)
                bit = total >= 0
                total -= 1 if bit else -1
                byte |= bit << k
            bits.append(byte)
    form = struct.pack("<4sQIIIIIIQII", b"fmt ", 52, 1, 0, 1, 1, rate, 1, 8 * len(bits), block, 0)
    data = struct.pack("<4sQ", b"data", 12 + len(bits)) + bits
    return struct.pack("<4sQQQ", b"DSD ", 28, 28 + len(form) + len(data), 0) + form + data


# Its certainties change little with what lossy coding changes, so that they show wrong samples.
MODEL = os.path.join(os.path.dirname(__file__), os.pardir, "texture_lda.onnx")


def predict(*paths, environment=None, options=()):
    """What genre says of each file, in their order."""
    done = subprocess.run([GENRE, "predict", "--json", "--model", MODEL, *options, *paths], capture_output=True,
                          check=False, env=environment)
    return [json.loads(line) for line in done.stdout.splitlines()]


def certainties(prediction):
    return {genre["genre"]: genre["certainty"] for genre in prediction["genres"]}
