#!/usr/bin/env python3
"""Measures how much the predictions of a model depend on the recording rather than on the music.

Alters every clip in ways that do not change its genre (bandwidth, lossy codecs, level, spectral tilt, noise,
reverberation, stereo) and compares `genre predict` on the copies with
`genre predict` on the originals. Needs ffmpeg. No condition changes speed or pitch."""
import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass

from measure import (MeasureError, Predictor, add_arguments, certainties, ffmpeg, guarded,
                     in_parallel, markdown, mean, percent, probe, progress, rms_level)

AUDIO = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".au")


@dataclass(frozen=True)
class Clip:
    path: str
    genre: str
    mono: str     # the input of every condition: the clip as a WAV file with one channel
    rate: str     # its sample rate, Hz
    level: float  # its RMS level, dB of full scale
    middle: float  # s


@dataclass(frozen=True)
class Condition:
    name: str
    filter: str = "anull"  # an ffmpeg filter graph; {rate}, {level} and {middle} are the clip's
    # 32-bit float, so that only the conditions with another encoder clip or quantise.
    encoder: str = "pcm_f32le"
    extension: str = "wav"
    bit_rate: str = ""
    restore_level: bool = False  # after the filter, so that its gain has no effect

    def make(self, clip, output):
        graph = self.filter.format(rate=clip.rate, level=clip.level, middle=clip.middle)
        bit_rate = ["-b:a", self.bit_rate] if self.bit_rate else []
        ffmpeg("-i", clip.mono, "-filter_complex", graph, "-c:a", self.encoder, *bit_rate, output)
        if self.restore_level:
            filtered = f"{output}.filtered.wav"
            os.rename(output, filtered)
            gain = clip.level - rms_level(filtered)
            ffmpeg("-i", filtered, "-af", f"volume={gain}dB", "-c:a", self.encoder, output)
            os.remove(filtered)


def low_pass(rate):
    return Condition(f"{rate} Hz sample rate ({rate / 2000:g} kHz band)",
                     f"aresample={rate}:resampler=soxr")


def stereo(rate):
    """Two equal channels: songs are encoded as stereo, and codecs have no high rates for 22050 Hz."""
    return f"aresample={rate}:resampler=soxr,pan=stereo|c0=c0|c1=c0"


def mp3(kbit):
    return Condition(f"MP3 {kbit} kbit/s", stereo(44100), "libmp3lame", "mp3", f"{kbit}k")


def vorbis(kbit):
    return Condition(f"Ogg Vorbis {kbit} kbit/s nominal", stereo(44100), "libvorbis", "ogg", f"{kbit}k")


def opus(kbit):
    return Condition(f"Opus {kbit} kbit/s", stereo(48000), "libopus", "opus", f"{kbit}k")


def tilt(slope):
    """A gain that is linear in log frequency, and constant below 30 Hz."""
    # firequalizer starts at negative time stamps; atrim removes that part.
    return Condition(f"spectral tilt {slope:+} dB per octave",
                     f"firequalizer=zero_phase=on:gain='{slope}*log(max(f,30)/1000)/log(2)',atrim=start=0",
                     restore_level=True)


def white_noise(snr):
    # ffmpeg's full-scale white noise is uniform: its RMS is 1/sqrt(3), 4.77 dB below full scale.
    return Condition(f"white noise, {snr} dB SNR",
                     "anoisesrc=seed=1:sample_rate={rate},volume=4.77dB,"
                     f"volume=-{snr}dB,volume={{level}}dB[noise];"
                     "[0:a][noise]amix=duration=first:normalize=0")


# A room as exponentially decaying noise (Moorer 1979): the direct sound, then 60 dB less in 0.8 s; the tail
# holds half the energy of the direct sound.
ROOM = ("aevalsrc=sample_rate={rate}:duration=0.8:exprs="
        "'if(eq(n,0),1,sqrt(20.7/(0.8*s))*exp(-6.9*t/0.8)*(2*random(0)-1))'[room];"
        "[0:a][room]afir=gtype=none")

CONDITIONS = (
    *map(low_pass, (7000, 8000, 11025, 16000)),
    *map(mp3, (32, 64, 128, 192)),
    *map(vorbis, (48, 96)),
    *map(opus, (32, 96)),
    Condition("FLAC", encoder="flac", extension="flac"),
    Condition("gain -20 dB, 16 bit", "volume=-20dB", "pcm_s16le"),
    Condition("gain +6 dB, clipped", "volume=6dB", "pcm_s16le"),
    *map(tilt, (-3, 3)),
    *map(white_noise, (40, 30, 10)),
    Condition("reverberation, 0.8 s", ROOM, restore_level=True),
    Condition("stereo, one channel 10 ms late", "pan=stereo|c0=c0|c1=c0,adelay=0|10"),
    Condition("44100 Hz stereo", stereo(44100)),
    Condition("1 second from the middle", "atrim=start={middle}:duration=1,asetpts=N/SR/TB"),
)


def find_clips(folder, only):
    """[(path, genre)...]: the sub-folder names the genre, or the file's name up to its first dot."""
    if not os.path.isdir(folder):
        raise MeasureError(f"{folder} is not a folder")
    found = []
    for place, _, names in sorted(os.walk(folder)):
        inside = os.path.relpath(place, folder).split(os.sep)[0]
        for name in sorted(names):
            listed = only is None or os.path.splitext(name)[0] in only
            if name.lower().endswith(AUDIO) and listed:
                found.append((os.path.join(place, name), name.split(".")[0] if inside == "." else inside))
    if not found:
        raise MeasureError(f"no audio files{'' if only is None else ' of the list'} in {folder}")
    return found


def read_list(path):
    """The names without extension of the tracks in a list with lines such as blues/blues.00012.wav."""
    try:
        with open(path, encoding="utf-8") as lines:
            return {os.path.splitext(os.path.basename(line.strip()))[0] for line in lines if line.strip()}
    except OSError as error:
        raise MeasureError(f"cannot read {path}: {error.strerror}") from error


def check_genres(clips, predictions):
    known = {genre for prediction in predictions.values() for genre in certainties(prediction)}
    unknown = sorted({genre for _, genre in clips} - known)
    if known and unknown:
        raise MeasureError(f"the model does not know {', '.join(unknown)}; it knows {', '.join(sorted(known))}")


def prepare(number, path, genre, folder):
    mono = os.path.join(folder, f"{number}.wav")
    # The mean of the channels. Without rematrix_maxval, ffmpeg would add 3 dB to stereo.
    ffmpeg("-i", path, "-map", "0:a:0", "-af", "aresample=ochl=mono:rematrix_maxval=1",
           "-c:a", "pcm_f32le", mono)
    return Clip(path, genre, mono, probe(mono, "stream=sample_rate"), rms_level(mono),
                float(probe(mono, "stream=duration")) / 2)


def predict_copies(condition, clips, predictor):
    """The predictions of degraded copies, by the original's path."""
    with tempfile.TemporaryDirectory() as folder:
        copies = {clip.path: os.path.join(folder, f"{number}.{condition.extension}")
                  for number, clip in enumerate(clips)}
        in_parallel(lambda clip: condition.make(clip, copies[clip.path]), clips)
        predictions = predictor.predict(list(copies.values()))
    return {path: predictions[copy] for path, copy in copies.items() if copy in predictions}


def compare(genres, clean, degraded):
    """The metrics of one condition. genres: the true genre of each path."""
    paths = [path for path in genres if path in degraded]
    right = [path for path in paths if degraded[path]["genre"] == genres[path]]
    windows = [window["genre"] == genres[path] for path in paths for window in degraded[path]["segments"]]
    change = {path: {genre: certainty - certainties(clean[path])[genre]
                     for genre, certainty in certainties(degraded[path]).items()} for path in paths}
    figures = {
        "clips": len(paths),
        "clips_right": len(right),
        "windows": len(windows),
        "windows_right": sum(windows),
        "true_certainty_change": mean(change[path][genres[path]] for path in paths),
        "absolute_certainty_change": mean(abs(value) for path in paths for value in change[path].values()),
        "answer_changed": mean(degraded[path]["genre"] != clean[path]["genre"] for path in paths),
    }
    if any("confident" in degraded[path] for path in paths):
        confident = [path for path in paths if degraded[path].get("confident")]
        figures["confident"] = len(confident)
        figures["confident_right"] = sum(path in right for path in confident)
    return figures


def measure(clips, clean, predictor):
    genres = {clip.path: clip.genre for clip in clips}
    rows = [{"condition": "clean", **compare(genres, clean, clean)}]
    for number, condition in enumerate(CONDITIONS, 1):
        progress(f"[{number}/{len(CONDITIONS)}] {condition.name}")
        copies = predict_copies(condition, clips, predictor)
        rows.append({"condition": condition.name, **compare(genres, clean, copies)})
    return rows


def shown(figures):
    """A row of the table."""
    def signed(value, form):
        return "-" if value is None else format(value, form)

    row = {
        "condition": figures["condition"],
        "clips right": f"{figures['clips_right']} of {figures['clips']}",
        "windows right": f"{figures['windows_right']} of {figures['windows']}",
        "change of the true genre's certainty": signed(figures["true_certainty_change"], "+.3f"),
        "absolute change of all certainties": signed(figures["absolute_certainty_change"], ".3f"),
        "answer changed": percent(figures["answer_changed"]),
    }
    if "confident" in figures:
        row["confident"] = percent(figures["confident"] / figures["clips"])
        row["right where confident"] = f"{figures['confident_right']} of {figures['confident']}"
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", metavar="FOLDER",
                        help="folder with a sub-folder of audio files for each genre, or with files named like blues.00000.wav")
    parser.add_argument("--only", metavar="LIST",
                        help="use only the clips in this list, which has one line per clip, such as blues/blues.00012.wav")
    add_arguments(parser)
    arguments = parser.parse_args()

    predictor = Predictor(arguments.genre, arguments.model)
    found = find_clips(arguments.clips, read_list(arguments.only) if arguments.only else None)
    clean = predictor.predict([path for path, _ in found])
    check_genres(found, clean)
    found = [(path, genre) for path, genre in found if path in clean]
    if not found:
        raise MeasureError("none of the clips could be predicted")
    with tempfile.TemporaryDirectory() as folder:
        clips = in_parallel(lambda item: prepare(item[0], *item[1], folder), enumerate(found))
        rows = measure(clips, clean, predictor)
    if arguments.json:
        json.dump({"model": predictor.name, "clips": len(clips), "conditions": rows}, sys.stdout, indent=1)
        print()
    else:
        listed = f" of {os.path.basename(arguments.only)}" if arguments.only else ""
        count = f"{len(clips)} clip{'s' * (len(clips) != 1)}"
        print(f"{predictor.name} on {count}{listed}\n\n{markdown([shown(row) for row in rows])}")


if __name__ == "__main__":
    guarded(main)
