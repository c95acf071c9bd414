#!/usr/bin/env python3
"""Measures how often a model is confident about audio that belongs to none of its genres.

Collects silence, noise, tones, speech, sounds and other kinds of music: ffmpeg makes them, or they come from
Debian packages, which are downloaded (`apt-get download`) and unpacked (`dpkg -x`) but not installed. Then runs
`genre predict` on them. If a category cannot be collected, its row contains the error."""
import argparse
import glob
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass

from measure import (MeasureError, Predictor, add_arguments, certainties, ffmpeg, guarded,
                     in_parallel, markdown, mean, percent, probe, progress, rms_level, run)

MAX_CLIPS = 40       # per category
MAX_SECONDS = 30     # per clip
MADE_SECONDS = 12    # per clip that ffmpeg makes: it only repeats itself after that
SILENT = -60         # dB RMS: quieter files of a package are neither speech nor music
WAV = ("-t", str(MAX_SECONDS), "-ar", "22050", "-c:a", "pcm_s16le")


@dataclass(frozen=True)
class Made:
    """Clips that ffmpeg generates, the same in every run."""
    name: str
    what: str
    graphs: tuple

    def collect(self, folder):
        def make(item):
            number, graph = item
            ffmpeg("-f", "lavfi", "-i", f"{graph},atrim=duration={MAX_SECONDS}", *WAV,
                   os.path.join(folder, f"{number:02}.wav"))
        in_parallel(make, list(enumerate(self.graphs[:MAX_CLIPS])))


@dataclass(frozen=True)
class Packaged:
    """Clips from Debian packages: {package: pattern of its files}."""
    name: str
    what: str
    packages: dict
    joined: int = 1  # files per clip, concatenated, because phrases are short

    def collect(self, folder):
        share = MAX_CLIPS // len(self.packages)
        clips = []
        for package, pattern in self.packages.items():
            files = unpack(package, pattern, os.path.join(folder, "unpacked", package))
            groups = [files[first:first + self.joined] for first in range(0, len(files), self.joined)]
            clips += spread(groups, share)
        in_parallel(lambda item: cut(item[1], os.path.join(folder, f"{item[0]:02}.wav")),
                    list(enumerate(clips)))


def unpack(package, pattern, folder):
    """The files of the package that match the pattern, sorted by path."""
    os.makedirs(folder)
    progress(f"downloading {package}")
    run("apt-get", "-q", "download", package, cwd=folder)
    run("dpkg", "-x", *glob.glob(os.path.join(folder, "*.deb")), folder)
    found = glob.glob(os.path.join(folder, "usr/share", pattern), recursive=True)
    files = sorted(path for path in found if os.path.isfile(path) and not os.path.islink(path))
    if not files:
        raise MeasureError(f"{package} contains no {pattern}")
    return files


def spread(items, count):
    """At most count of the items, evenly spaced."""
    return [items[i * len(items) // count] for i in range(count)] if len(items) > count else items


def cut(files, output):
    """Writes 30 s of one file, or of several short files concatenated."""
    inputs = [argument for file in files for argument in ("-i", file)]
    start = []
    if len(files) == 1:
        # After a fade-in, but early, because modules may end with a minute of silence.
        seconds = float(probe(files[0], "format=duration"))
        start = ["-ss", f"{max(0, min(seconds / 10, seconds - MAX_SECONDS)):.3f}"]
    audio = "".join(f"[{i}:a:0]" for i in range(len(files)))
    ffmpeg(*start, *inputs, "-filter_complex",
           f"{audio}concat=n={len(files)}:v=0:a=1,aresample=ochl=mono:rematrix_maxval=1", *WAV, output)
    if rms_level(output) < SILENT:
        os.remove(output)


def wave(expression, seconds=MADE_SECONDS):
    return f"aevalsrc=sample_rate=22050:duration={seconds}:exprs='{expression}'"


def noise(color):
    """Five levels, two seeds each."""
    return tuple(f"anoisesrc=sample_rate=22050:duration={MADE_SECONDS}:color={color}:seed={seed},"
                 f"volume={level}dB" for seed in (1, 2) for level in (-50, -40, -30, -20, -10))


def dtmf():
    """The sixteen keys, each pressed five times a second."""
    return tuple(wave(f"0.4*lt(mod(t,0.2),0.1)*(sin(2*PI*{low}*t)+sin(2*PI*{high}*t))")
                 for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633))


def chirps():
    """Repeated exponential sweeps from 20 Hz to 10 kHz, each of t seconds."""
    return tuple(wave(f"0.5*sin(2*PI*20*{t}/log(500)*(exp(mod(t,{t})/{t}*log(500))-1))")
                 for t in (0.5, 1, 2, 3, 6, 12))


def hum():
    """The mains frequency and its harmonics at three levels."""
    harmonics = "+".join(f"sin(2*PI*{{mains}}*{n}*t+{n})/{n}" for n in (1, 2, 3, 5, 7))
    return tuple(wave(f"{level}*({harmonics.format(mains=mains)})")
                 for mains in (50, 60) for level in (0.003, 0.03, 0.3))


def synthetic_speech():
    """The voices of flite, which is part of ffmpeg, each with four texts."""
    texts = (
        "Good morning. The library opens at nine. Please return the books that you borrowed last week. "
        "If you need another month, ask at the desk. The reading room is on the second floor.",
        "The weather for tomorrow. In the north it will rain until noon. The south stays dry with some wind. "
        "In the evening the temperature falls to four degrees. The weekend will be warmer.",
        "To bake bread you need flour, water, salt and yeast. Mix them in a bowl and wait for two hours. "
        "Then heat the oven and shape the dough. After forty minutes the bread is done.",
        "The train to the coast leaves from platform seven at ten fifteen. It stops at every station. "
        "Passengers for the airport change at the second stop. Please keep your luggage with you.",
    )
    return tuple(f"flite=voice={voice}:text='{text}'"
                 for voice in ("awb", "kal", "kal16", "rms", "slt") for text in texts)


PITCHES = (50, 110, 220, 440, 880, 1760, 3520, 5000, 7040, 9900)
CATEGORIES = (
    Made("silence", "digital silence", (f"anullsrc=sample_rate=22050,atrim=duration={MADE_SECONDS}",)),
    Made("dither", "noise of 1 to 4 steps of 16 bits",
         tuple(f"anoisesrc=sample_rate=22050:duration={MADE_SECONDS}:seed={seed}:amplitude={steps / 32768}"
               for steps in (1, 2, 3, 4) for seed in (1, 2))),
    *(Made(f"{color} noise", "five levels, 10 dB apart", noise(color)) for color in ("white", "pink", "brown")),
    Made("sine", "50 Hz to 9.9 kHz", tuple(wave(f"0.5*sin(2*PI*{hz}*t)") for hz in PITCHES)),
    Made("square", "50 Hz to 9.9 kHz", tuple(wave(f"0.3*sgn(sin(2*PI*{hz}*t))") for hz in PITCHES)),
    Made("clicks", "0.5 to 16 a second", tuple(wave(f"0.8*lt(mod(t,{1 / rate}),0.001)")
                                              for rate in (0.5, 1, 2, 4, 8, 16))),
    Made("chirps", "20 Hz to 10 kHz", chirps()),
    Made("DTMF", "a telephone's sixteen keys", dtmf()),
    Made("mains hum", "50 and 60 Hz with harmonics", hum()),
    Packaged("telephone speech", "prompts of 8 kHz, English and French",
             {"asterisk-core-sounds-en-wav": "asterisk/sounds/*/*.wav",
              "asterisk-core-sounds-fr-wav": "asterisk/sounds/*/*.wav"}, joined=15),
    Packaged("16 kHz speech", "prompts and read numbers, English",
             {"asterisk-core-sounds-en-g722": "asterisk/sounds/*/*.g722",
              "pocketsphinx-testdata": "pocketsphinx/test/data/**/*.wav"}, joined=12),
    Packaged("acted speech", "dialogues of a game, Czech and Dutch",
             {"fillets-ng-data-cs": "games/fillets-ng/sound/**/*.ogg",
              "fillets-ng-data-nl": "games/fillets-ng/sound/**/*.ogg"}, joined=12),
    Made("synthetic speech", "flite, five English voices", synthetic_speech()),
    Packaged("sounds", "of a town: works, traffic, water, crowds",
             {"lincity-ng-data": "games/lincity-ng/sounds/*.wav"}, joined=3),
    Packaged("orchestral music", "Battle for Wesnoth (near classical)",
             {"wesnoth-1.16-music": "games/wesnoth/**/music/*.ogg"}),
    Packaged("electronic music", "Warzone 2100",
             {"warzone2100-music": "games/warzone2100/music/**/*.opus"}),
    Packaged("ambient music", "Endgame: Singularity and HyperRogue",
             {"singularity-music": "games/singularity/music/**/*.ogg",
              "hyperrogue-music": "hyperrogue/music/hr3-*.ogg"}),
    # The only category that differs a little from run to run: modules may randomize pan and volume.
    Packaged("tracker music", "modules of Pingus and Frozen Bubble",
             {"pingus-data": "games/pingus/data/music/*.[is][t3]*",
              "fb-music-high": "games/frozen-bubble/snd/*.xm"}),
)
NAMES = [category.name for category in CATEGORIES]


def collected(category, work):
    """The clips of a category. Clips in the work folder from an earlier run are reused."""
    folder = os.path.join(work, category.name.replace(" ", "-"))
    if not os.path.isdir(folder):
        progress(f"collecting {category.name}")
        with tempfile.TemporaryDirectory(dir=work, prefix=".") as making:
            made = os.path.join(making, "clips")
            os.makedirs(made)
            category.collect(made)
            wavs = sorted(glob.glob(os.path.join(made, "*.wav")))
            if not wavs:
                raise MeasureError("no clips")
            # Moved at the end, so that an interrupted run leaves no incomplete category.
            os.makedirs(folder)
            for path in wavs:
                os.rename(path, os.path.join(folder, os.path.basename(path)))
    return sorted(glob.glob(os.path.join(folder, "*.wav")))


def summarise(predictions, threshold):
    """The metrics of the predictions of one category."""
    tops = [max(certainties(prediction).values()) for prediction in predictions]
    figures = {"clips": len(predictions), "top_certainty": mean(tops)}
    if any("confident" in prediction for prediction in predictions):
        figures["confident"] = mean(bool(prediction.get("confident")) for prediction in predictions)
    else:
        figures["above_threshold"] = mean(top >= threshold for top in tops)
    if predictions:
        answers = Counter(prediction["genre"] for prediction in predictions)
        # The first by name if several are equally frequent, so that runs are reproducible.
        genre, times = min(answers.items(), key=lambda item: (-item[1], item[0]))
        figures["most_frequent"] = {"genre": genre, "times": times}
    return figures


def measure(category, work, predictor, threshold):
    row = {"category": category.name, "what": category.what}
    try:
        predictions = predictor.predict(collected(category, work))
        return {**row, **summarise(list(predictions.values()), threshold)}
    except MeasureError as error:
        progress(f"{category.name}: {error}")
        return {**row, "clips": 0, "error": str(error)}


def shown(figures, sure):
    """A row of the table. sure: the heading of the column of confident predictions."""
    frequent = figures.get("most_frequent")
    top = figures.get("top_certainty")
    return {
        "category": figures["category"],
        "what": f"{figures['what']}; not measured: {figures['error']}" if "error" in figures else figures["what"],
        "clips": figures["clips"],
        sure: percent(figures.get("confident", figures.get("above_threshold"))),
        "mean top certainty": "-" if top is None else f"{top:.2f}",
        "most frequent answer": f"{frequent['genre']} ({frequent['times']})" if frequent else "-",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", metavar="FOLDER",
                        help="keep the clips in this folder, one sub-folder per category, and reuse existing ones")
    parser.add_argument("--category", action="append", choices=NAMES,
                        metavar="NAME", help="use only this category (can be repeated): %(choices)s")
    parser.add_argument("--threshold", type=float, default=0.5,
                        help="certainty that counts as confident, for a model without thresholds (default: %(default)s)")
    add_arguments(parser)
    arguments = parser.parse_args()

    predictor = Predictor(arguments.genre, arguments.model)
    wanted = [category for category in CATEGORIES if category.name in (arguments.category or NAMES)]
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or temporary
        os.makedirs(work, exist_ok=True)
        rows = [measure(category, work, predictor, arguments.threshold) for category in wanted]
    if arguments.json:
        json.dump({"model": predictor.name, "threshold": arguments.threshold, "categories": rows},
                  sys.stdout, indent=1)
        print()
    else:
        says = any("confident" in row for row in rows)
        sure = "confident" if says else f"certainty at least {arguments.threshold:g}"
        print(f"{predictor.name}\n\n{markdown([shown(row, sure) for row in rows])}")


if __name__ == "__main__":
    guarded(main)
