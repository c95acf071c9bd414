"""Files, bytes and samples as the library's audio files."""
from __future__ import annotations

import os
from typing import Any, BinaryIO, Union

import numpy.typing as npt

from . import _genre
from ._arguments import rate, samples
from ._errors import AudioError

Bytes = Union[bytes, bytearray, memoryview]
File = Union[str, "os.PathLike[str]", Bytes, BinaryIO]
Source = Union[File, "tuple[npt.NDArray[Any], int]"]


def audio_file(source: Source) -> _genre.AudioFile:
    """Opens a path, the bytes of a file, a binary file object, or samples and their rate."""
    if isinstance(source, tuple):
        y, sr = source
        return _genre.AudioFile(samples(y), rate(sr))
    if isinstance(source, (bytearray, memoryview)):
        source = bytes(source)
    elif hasattr(source, "read"):
        source = source.read()
    if isinstance(source, bytes):
        return _genre.AudioFile(source)
    try:
        return _genre.AudioFile.open(os.fsencode(source))
    except AudioError as error:
        if error.code == "unreadable_file":
            with open(source, "rb"):  # raises Python's own error: FileNotFoundError, PermissionError, ...
                pass
        raise
