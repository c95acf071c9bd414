"""The response times of a short clip beside clients that send many songs at once."""
import base64
import io
import json
import time
import wave

from corpus import form
from load import Load, clip, load, request
from report import ms
from server import Server

N_SONGS = 16
SONG_SECONDS = 240
CLIP_RATE = 50  # requests/s: a few percent of what the server sustains
RATE = 16000  # Hz, of the songs; with 8 bits, 16 of them fit into the default --max-body
INFER = "/v2/models/genre/infer"


def song():
    """Four minutes of audio: the clip, again and again, as 8-bit samples."""
    with wave.open(io.BytesIO(clip())) as file:
        frames = file.readframes(file.getnframes())
    high = bytes((byte + 128) % 256 for byte in frames[1::2])
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        n = SONG_SECONDS * RATE
        file.writeframes((high * (n // len(high) + 1))[:n])
    return out.getvalue()


def audio_tensor(file, n):
    data = [base64.b64encode(file).decode()] * n
    body = json.dumps({"inputs": [{"name": "audio", "datatype": "BYTES", "shape": [n], "data": data}]})
    return request(INFER, body.encode(), "application/json")


def clips(server, ask, seconds):
    """Clips at a constant rate. Their times count from when they are due, so that one that waits
    does not keep the others from being counted."""
    return load(server, [ask], connections=64, seconds=seconds, rate=CLIP_RATE)


def beside(report, server, ask, seconds, what, other):
    alone = clips(server, ask, seconds)
    batches = Load(server, [other], connections=2, seconds=seconds + 1)
    time.sleep(0.5)  # until their bodies have arrived
    beside_them = clips(server, ask, seconds)
    for result in (alone, beside_them, batches.wait()):
        report.expect(set(result.count()) == {200}, f"{what}: not only 200: {dict(result.count())}")
    before, p99 = alone.percentile(0.99), beside_them.percentile(0.99)
    report.add("clip alone: p50, p99", f"{ms(alone.percentile(0.5))}, {ms(before)}")
    report.add(f"beside two clients that send {what}: p50", ms(beside_them.percentile(0.5)))
    report.add(f"beside two clients that send {what}: p99", ms(p99), "below 250 ms")
    report.add("p99 to the p99 alone", f"{p99 / before:.1f}", "at most 20")


def run(report, quick):
    seconds = 5 if quick else 30
    n_clips = 4 if quick else 64
    rounds = 1 if quick else 9
    ask = request("/v1/predict", clip())
    file = song()
    songs = form("/v1/predict?segments=0", *[('name="file"', file)] * N_SONGS)
    long = request("/v1/predict?segments=0", file[:44] + file[44:] * N_SONGS)
    with Server("--quiet", "--max-body", "128MiB") as server:
        beside(report, server, ask, seconds, f"forms of {N_SONGS} songs", songs)
        beside(report, server, ask, seconds, f"tensors of {N_SONGS} songs as JSON",
               audio_tensor(file, N_SONGS))
        beside(report, server, ask, seconds, "a song of an hour", long)
        batch = form("/v1/predict", *[('name="file"', clip())] * n_clips)
        ratios = []
        for _ in range(rounds):
            one_by_one = load(server, [ask], connections=16, count=n_clips).elapsed
            ratios.append(load(server, [batch], connections=1, count=1).elapsed / one_by_one)
    ratios.sort()
    report.expect(server.status == 0, "the server did not stop well")
    report.add(f"{n_clips} clips in one form, to {n_clips} requests on 16 connections",
               f"{ratios[len(ratios) // 2]:.2f}", "at most 1")
