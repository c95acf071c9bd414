"""Exceptions and warnings."""
from __future__ import annotations


class AudioError(ValueError):
    """Audio that cannot be read.

    Attributes
    ----------
    code : str
        The stable name of the error, as in the server's responses: ``"not_audio"``,
        ``"unsupported"``, ``"empty_file"``, ``"truncated"``, ``"too_short"``, ...
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[AudioError], tuple[str, str]]:
        return type(self), (self.code, str(self))


class AudioWarning(UserWarning):
    """The audio may differ from that of the complete, undamaged music."""


def exception(code: str, message: str) -> Exception:
    """The exception for an error of the library."""
    if code in ("bad_parameter", "bad_model"):
        return ValueError(message)
    if code == "out_of_memory":
        return MemoryError(message)
    if code == "internal":
        return RuntimeError(message)
    return AudioError(code, message)
