"""A genre-decode that misbehaves: what a decoder that was taken over, or is broken, could do. Its
first line is written by test_fake_decoder.py; the last one calls main with how it misbehaves."""
import array
import os
import signal
import socket
import struct
import time

MAGIC, VERSION = 0x44454347, 3
OK, AUDIO, END, LOST, JUMP = 0, 0, 1, 2, 3


def header(status=OK, sample_rate=22050, channels=1, codec=b"fake", magic=MAGIC, n_frames=0):
    return struct.pack("<IIII32sQ", magic, status, sample_rate, channels, codec, n_frames)


def block(samples, n_frames=None):
    n_frames = len(samples) if n_frames is None else n_frames
    return struct.pack("<II", AUDIO, n_frames) + array.array("f", samples).tobytes()


def lost(n_frames):
    return struct.pack("<II", LOST, n_frames)


def end(n_frames, missing=0, early=0):
    return struct.pack("<IIQQII", END, 0, n_frames, missing, early, 0)


SECOND = block([0.1, -0.1] * 11025)
ANSWERS = {
    "nothing is wrong": header() + 3 * SECOND + end(3 * 22050),
    "garbage": bytes(range(256)) * 500,
    "stops half way": header() + SECOND,
    "stops inside a block": header() + SECOND[:1000],
    "another count at the end": header() + SECOND + end(22051),
    "lost packets": header() + SECOND + lost(22050) + 2 * SECOND + end(3 * 22050),
    "ended early": header() + 3 * SECOND + end(3 * 22050, missing=22050, early=1),
    "loses for ever": header() + SECOND + 2 * lost(0),
    "jumps unasked": header() + SECOND + struct.pack("<II", JUMP, 22050) + SECOND + end(2 * 22050),
    "no channels": header(channels=0),
    "too many channels": header(channels=65),
    "no sample rate": header(sample_rate=0),
    "a low sample rate": header(sample_rate=999) + SECOND + end(22050),
    "an unknown status": header(status=99),
    "no text": header(codec=b"\x1b[2J"),
    "another magic": header(magic=1),
    "an empty block": header() + block([]),
    "a huge block": header() + block([], n_frames=2**32 - 1),
    "not a number": header() + block([float("nan")] * 22050) + end(22050),
    "out of memory": header(status=5),
    "no sandbox": header(status=6),
}


def send_all(answer, content):
    try:
        answer.sendall(content)
    except OSError:
        os._exit(0)


def answer_with(how, answer):
    if how == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how in ("hangs", "hangs in the middle"):
        send_all(answer, b"" if how == "hangs" else header() + SECOND[:100])
        time.sleep(1000)
    if how == "never ends":
        send_all(answer, header(sample_rate=1000))
        while True:
            send_all(answer, 100 * block([0.1, -0.1] * 10000))
    send_all(answer, ANSWERS[how])


def started(answer, how):
    child = os.fork()
    if child == 0:
        if os.read(GATE[0], 1):
            answer_with(how, answer)
        os._exit(0)
    message = struct.pack("<IIi", MAGIC, VERSION + (how == "another version"), 0)
    socket.send_fds(answer, [message], [os.pidfd_open(child)])
    os.write(GATE[1], b"x")
    answer.close()


GATE = os.pipe()


def main(how):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control = socket.socket(fileno=0)
    if how == "ends at once":
        os._exit(3)
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not request:
            os._exit(0)
        if how == "ends at a request":
            os._exit(3)
        if how == "never starts anything":
            time.sleep(1000)
        os.close(descriptors[0])
        started(socket.socket(fileno=descriptors[1]), how)
