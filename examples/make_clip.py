#!/usr/bin/env python3
"""Writes clip.wav: three seconds of music made here, so that anyone may use it for anything."""
import math
import random
import struct
import wave

SAMPLE_RATE = 22050
SECONDS = 3
BEATS_PER_SECOND = 2
CHORDS = [(220.00, 261.63, 329.63), (174.61, 220.00, 261.63), (196.00, 246.94, 293.66)]  # Am F G


def sample(n, noise):
    t = n / SAMPLE_RATE
    beat, in_beat = divmod(t * BEATS_PER_SECOND, 1)
    chord = CHORDS[int(t) % len(CHORDS)]
    y = 0.0
    for hz in chord:  # plucked strings: harmonics that fade faster the higher they are
        for harmonic in range(1, 7):
            fade = math.exp(-(1 + harmonic) * in_beat)
            y += 0.10 / harmonic * fade * math.sin(2 * math.pi * harmonic * hz * t)
    y += 0.22 * math.exp(-2 * in_beat) * math.sin(2 * math.pi * chord[0] / 2 * t)  # bass
    if int(beat) % 2 == 0:  # drums: a kick, then a snare
        y += 0.35 * math.exp(-9 * in_beat) * math.sin(2 * math.pi * 55 * t)
    else:
        y += 0.18 * math.exp(-12 * in_beat) * noise
    return y


def main():
    random.seed(1)
    samples = [sample(n, random.uniform(-1, 1)) for n in range(SAMPLE_RATE * SECONDS)]
    peak = max(abs(y) for y in samples)
    pcm = [round(0.8 * 32767 * y / peak) for y in samples]
    with wave.open("clip.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(struct.pack(f"<{len(pcm)}h", *pcm))


if __name__ == "__main__":
    main()
