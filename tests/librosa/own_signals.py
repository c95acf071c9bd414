"""The signals of own_signals.cpp, by the same formulas: float64, mono at 22050 Hz."""
import numpy as np

SR = 22050


def noise(n):
    """A linear congruential generator (Knuth's MMIX), in [-1, 1)."""
    out = np.empty(n)
    state = 1
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out[i] = (state >> 40) / 2**23 - 1
    return out


def chord(n, cents):
    """A major chord on A, each note with eight harmonics, out of tune by so many cents."""
    t = np.arange(n) / SR
    y = np.zeros(n)
    for semitone in (0, 4, 7):
        hz = 220 * 2 ** ((semitone + cents / 100) / 12)
        for harmonic in range(1, 9):
            y += 0.1 / harmonic * np.sin(2 * np.pi * harmonic * hz * t)
    return y


def signals():
    n = 3 * SR
    t = np.arange(n) / SR
    clicks = np.zeros(n)
    clicks[::5000] = 0.9
    return {
        "noise": 0.5 * noise(n),
        "quiet_noise": 0.0005 * noise(n),
        "sine_1000": 0.5 * np.sin(2 * np.pi * 1000 * t),
        "chord_in_tune": chord(n, 0),
        "chord_minus_35_cents": chord(n, -35),
        "chord_and_noise": 0.8 * chord(n, 17) + 0.05 * noise(n),
        "sweep": 0.5 * np.sin(2 * np.pi * (50 * t + 1500 * t * t)),
        "clicks": clicks,
        "silence": np.zeros(n),
        "half_silent": np.where(t < 1.5, chord(n, 0), 0),
        "short": chord(2205, 0),
        "odd_length": 0.3 * noise(12345) + chord(12345, 8),
    }
