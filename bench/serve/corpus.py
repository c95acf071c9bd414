"""Valid requests in every format, and invalid requests."""
import os
import random
import subprocess
import tempfile

from harness import head, multipart
from load import BIN, CLIP, clip, request

PREDICT = "/v1/predict"


def clips():
    """Three seconds of audio in every format, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(BIN, "genre_clips"), CLIP, folder], check=True)
        audio = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                audio[name] = file.read()
    return audio


def form(target, *parts, **options):
    return request(target, *multipart(*parts, **options))


def good(audio):
    """(name, request) for every format, as the request body and as a form field."""
    for name, file in audio.items():
        for target in ("/predict", PREDICT):
            yield f"{name} to {target}", request(target, file, "application/octet-stream")
            yield f"{name} in a form to {target}", form(
                target, (f'name="file"; filename="{name}"', file))


def bad(audio):
    """(name, request) for the mistakes that a client can make."""
    wav = clip()
    noise = random.Random(1).randbytes(len(wav))
    for name in ("1ch-22050-16bit.wav", "2ch-44100-float.wav", "2ch-44100-16bit.flac",
                 "2ch-44100-16bit.aiff"):
        half = audio[name][:len(audio[name]) // 2]
        yield f"half of {name}", request(f"{PREDICT}?strict=true", half)
        yield f"half of {name} in a form", form(f"{PREDICT}?strict=true", ('name="file"', half))
    for name in ("2ch-44100-vorbis.ogg", "1ch-48000-opus.ogg"):  # Ogg does not state its length
        yield f"the start of {name}", request(PREDICT, audio[name][:100])
    yield "nothing", request(PREDICT, b"")
    yield "no samples", request(PREDICT, wav[:44])
    yield "noise", request(PREDICT, noise)
    yield "noise in a form", form("/predict", ('name="file"', noise))
    yield "a text", request(PREDICT, b"no audio " * 10_000)
    yield "a WAV of noise", request(PREDICT, b"RIFF" + noise[4:])

    yield "another field", form(PREDICT, ('name="song"', wav))
    yield "a form without an end", form(PREDICT, ('name="file"', wav), end="")
    yield "a form without a part", request(
        PREDICT, wav, multipart(('name="file"', wav))[1])
    yield "a form without a boundary", request(PREDICT, wav, "multipart/form-data")
    yield "a part without a name", form(PREDICT, ('filename="x"', wav))

    yield "JSON for audio", request(PREDICT, b'{"file": "song.wav"}', "application/json")
    yield "half of a JSON text", request(
        "/v2/models/default/infer", b'{"inputs": [{"name": "au', "application/json")
    yield "wrong JSON", request("/v2/models/default/infer", b'[1, {}, "x"]', "application/json")
    yield "a parameter out of range", request(f"{PREDICT}?top=0", wav)
    yield "a parameter that is no number", request(f"{PREDICT}?hop=long", wav)
    yield "no such route", request("/v1/predictions", wav)
    yield "another method", head("PUT", PREDICT, wav).encode() + wav
    yield "no method at all", b"\x16\x03\x01 \r\n\r\n"
    yield "a head too large", head("POST", PREDICT, b"", None, "X: " + "x" * 70_000).encode()
    yield "a body too large", head("POST", PREDICT, range(10**12), None).encode()
