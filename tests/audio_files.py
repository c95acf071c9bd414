"""Audio files made in memory, and the program under test. Standard library only."""
import io
import math
import os
import random
import re
import struct
import wave

GENRE = os.environ["GENRE"]
CLIPS = os.path.join(os.environ.get("GENRE_SHARED_DIR", ""), "data", "gtzan", "clips")
SAMPLE_RATE = 22050


def is_sanitized():
    """Whether the program keeps what is freed for a while, as a sanitizer's build does."""
    with open(GENRE, "rb") as program:
        return re.search(rb"__[at]san_init", program.read()) is not None


def sine(hz=440.0, seconds=3.0, sample_rate=SAMPLE_RATE):
    return [0.5 * math.sin(2 * math.pi * hz * n / sample_rate)
            for n in range(round(seconds * sample_rate))]


def melody(hz, seed, seconds=6):
    """Tones around hz whose pitch, level and noise the seed draws: each seed sounds different."""
    rng = random.Random(seed)
    samples = []
    for _ in range(4 * seconds):
        level, noise = rng.uniform(0.1, 1), 0.003 * rng.random()
        samples += [level * x + rng.gauss(0, noise) for x in sine(hz * rng.uniform(0.5, 2), 0.25)]
    return samples


def wav(samples=None, sample_rate=SAMPLE_RATE, channels=1):
    """16-bit WAV of mono samples, copied into each channel."""
    samples = sine(sample_rate=sample_rate) if samples is None else samples
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        pcm = [round(32767 * y) for y in samples for _ in range(channels)]
        file.writeframes(struct.pack(f"<{len(pcm)}h", *pcm))
    return out.getvalue()
