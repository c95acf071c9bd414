"""Shared by robustness.py and unknown.py: ffmpeg, `genre predict`, Markdown tables."""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys


class MeasureError(Exception):
    """A measurement failed. The message is for the user."""


def run(*command, **options):
    """The standard output of a command. Raises MeasureError if the command fails."""
    package = {"ffprobe": "ffmpeg", "apt-get": "apt", "dpkg": "dpkg"}.get(command[0], command[0])
    if not shutil.which(command[0]):
        raise MeasureError(f"{command[0]} is not installed; it is in Debian's package {package}")
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            errors="replace", **options)
    if result.returncode:
        said = result.stderr.strip().splitlines() or ["no error message"]
        raise MeasureError(f"{' '.join(command[:2])} ... failed: {said[-1]}")
    return result.stdout


def ffmpeg(*arguments):
    run("ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", *arguments)


def probe(path, entry):
    """A field such as stream=sample_rate of an audio file."""
    return run("ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", entry,
               "-of", "csv=p=0", path).split("\n")[0]


def rms_level(path):
    """dB of full scale."""
    told = run("ffmpeg", "-nostdin", "-v", "error", "-i", path, "-af",
               "astats=measure_perchannel=none:measure_overall=RMS_level:metadata=1:reset=0,"
               "ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-", "-f", "null", "-")
    level = float(told.rsplit("=", 1)[1])
    return max(level, -200.0)  # silence is -inf, which filters do not accept


def in_parallel(function, items):
    """[function(item)...], on all cores. Each ffmpeg runs on one thread (see ffmpeg())."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


def progress(message):
    print(message, file=sys.stderr, flush=True)


class Predictor:
    """A model that predicts through `genre predict --json`."""

    FILES_PER_CALL = 100  # well below the limit of a command line's length

    def __init__(self, program, model=None):
        if not shutil.which(program):
            raise MeasureError(f"{program} is not a program; build it with ./run, or set --genre")
        self.command = [program, "predict", "--json"] + (["--model", model] if model else [])
        self.name = None  # of the model, after the first prediction

    def predict(self, files):
        """The predictions of the files that could be read, by path."""
        predictions = {}
        for first in range(0, len(files), self.FILES_PER_CALL):
            predictions.update(self._ask(files[first:first + self.FILES_PER_CALL]))
        return predictions

    def _ask(self, files):
        result = subprocess.run([*self.command, *files], capture_output=True, text=True)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        if len(answers) != len(files):
            raise MeasureError(f"{' '.join(self.command)} failed: {result.stderr.strip()}")
        for answer in answers:
            if "error" in answer:
                progress(f"skipped: {answer['file']}: {answer['error']}")
        good = [answer for answer in answers if "error" not in answer]
        self.name = good[0].get("model") if good else self.name
        return {answer["file"]: answer for answer in good}


def certainties(prediction):
    return {row["genre"]: row["certainty"] for row in prediction["genres"]}


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def percent(share):
    return "-" if share is None else f"{100 * share:.0f} %"


def markdown(rows):
    """A Markdown table of rows with the same keys."""
    lines = [list(rows[0]), ["---"] * len(rows[0])] + [row.values() for row in rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def add_arguments(parser):
    """Adds the options of both programs."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--genre", default=os.path.join(root, "build/release/bin/genre"),
                        help="the genre program (default: build/release/bin/genre)")
    parser.add_argument("--model", help="ONNX model to use instead of the built-in one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a Markdown table")


def guarded(main):
    """Runs main. A MeasureError becomes one line on standard error and exit status 1."""
    try:
        main()
    except MeasureError as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")
