"""The library works without the GIL, and from several threads."""
import os
import sys
import threading

import numpy as np
import pytest

import genre

CALLS = {
    "load": lambda y, clip: genre.load(clip),
    "stft": lambda y, clip: genre.stft(y),
    "mfcc": lambda y, clip: genre.feature.mfcc(y=y),
    "tempo": lambda y, clip: genre.feature.tempo(y=y),
    "predict": lambda y, clip: genre.Predictor().predict((y, 22050)),
}


@pytest.fixture
def no_switches():
    """From now on a thread gives the GIL away only by itself."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize("name", CALLS)
def test_the_gil_is_released(name, y, clip, no_switches):
    long = np.tile(y, 10)
    CALLS[name](long, clip)
    start, ran = threading.Lock(), []
    start.acquire()

    def other():
        with start:
            ran.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    start.release()  # the other thread waits for the GIL now
    for _ in range(1000):
        if ran:
            break
        CALLS[name](long, clip)
    happened = bool(ran)
    thread.join()
    assert happened


def test_a_file_that_waits_does_not_stop_other_threads(tmp_path, clip):
    fifo = tmp_path / "clip.wav"
    os.mkfifo(fifo)
    results = []
    thread = threading.Thread(target=lambda: results.append(genre.load(fifo)[0]))
    thread.start()
    with open(fifo, "wb") as to, open(clip, "rb") as file:  # waits until the thread reads
        to.write(file.read())
    thread.join()
    np.testing.assert_array_equal(results[0], genre.load(clip)[0])


def test_one_predictor_in_several_threads(clip, y):
    predictor = genre.Predictor()
    expected = [predictor.predict(clip), predictor.predict((y, 22050))]
    results = {}

    def work(name):
        results[name] = [[predictor.predict(clip), predictor.predict((y, 22050))] for _ in range(20)]

    threads = [threading.Thread(target=work, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(each == expected for name in range(4) for each in results[name])
