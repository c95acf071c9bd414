"""The table of docs/formats.md: how far the certainties of each format are from those of the plain
WAV. Takes songs as WAV: GENRE=build/release/bin/genre PYTHONPATH=tests python3 tests/formats/table.py
SONG.wav ..."""
import shutil
import statistics
import subprocess
import sys
import tempfile

from made_files import MADE, Made, certainties, encode, predict

SNDFILE, MPG123, FFMPEG = "libsndfile", "libmpg123", "genre-ffmpeg"
CORE = [
    (SNDFILE, Made("a.wav", "-c:a pcm_s24le", "WAV", lossless=True)),
    (SNDFILE, Made("a.aiff", "-c:a pcm_s16be", "AIFF", lossless=True)),
    (SNDFILE, Made("a.au", "-c:a pcm_s16be", "AU", lossless=True)),
    (SNDFILE, Made("a.caf", "-c:a pcm_s16be", "CAF", lossless=True)),
    (SNDFILE, Made("a.w64", "-c:a pcm_s16le", "W64", lossless=True)),
    (SNDFILE, Made("a.flac", "-c:a flac", "FLAC", lossless=True)),
    (SNDFILE, Made("a.ogg", "-c:a libvorbis -q:a 9", "Ogg Vorbis")),
    (SNDFILE, Made("a.opus", "-c:a libopus -b:a 256k", "Opus")),
    (MPG123, Made("a.mp3", "-c:a libmp3lame -b:a 256k", "MP3")),
]
RATE = "128k"  # bit/s of the lossy ones


def at_the_rate(arguments):
    for rate in ["256k", "320k"]:
        arguments = arguments.replace(rate, RATE)
    return arguments.replace("-q:a 9", "-q:a 4")  # Vorbis: 128 kbit/s


def encode_musepack(source, target):
    subprocess.run(["mpcenc", "--silent", "--overwrite", "--quality", "5", source, target],
                   check=True, capture_output=True)


def difference(path, reference):
    (prediction,) = predict(path)
    assert "error" not in prediction, prediction
    a, b = certainties(prediction), certainties(reference)
    return max(abs(a[genre] - b[genre]) for genre in b)


def main(songs):
    rows = [*CORE, *((FFMPEG, made) for made in MADE)]
    if shutil.which("mpcenc"):
        rows.append((FFMPEG, Made("a.mpc", "", "Musepack")))
    differences = {made.name: [] for _, made in rows}
    with tempfile.TemporaryDirectory() as folder:
        plain = f"{folder}/plain.wav"
        for song in songs:
            encode(song, plain, "-c:a pcm_s16le -ar 44100 -ac 2")
            (reference,) = predict(plain)
            for _, made in rows:
                path = f"{folder}/{made.name}"
                if made.name == "a.mpc":
                    encode_musepack(plain, path)
                else:
                    encode(plain, path, at_the_rate(made.arguments).replace("duration=4", "duration=1"))
                differences[made.name].append(difference(path, reference))
    print("| format | file | decoded by | difference (mean, greatest) |")
    print("|---|---|---|---|")
    for decoder, made in rows:
        values = differences[made.name]
        name = made.format + (", lossless" if made.lossless else "")
        print(f"| {name} | `.{made.name.split('.')[1]}` | {decoder} | "
              f"{statistics.mean(values):.3f}, {max(values):.3f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
