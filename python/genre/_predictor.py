"""Predictions of the genre of files."""
from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Union

from . import _genre
from ._arguments import positive, seconds
from ._errors import AudioError
from ._parallel import ordered_map
from ._sources import Source, audio_file

# What a source can do wrong. Others are mistakes of the caller.
ERRORS = (AudioError, MemoryError, OSError, ValueError)


@dataclass(frozen=True)
class Warning:
    """A reason why a result may differ from that of the complete, undamaged music.

    Attributes
    ----------
    code : str
        "truncated", "damaged", "silence" or "opposite_channels".
    message : str
        One sentence.
    start, end : float
        The part of the audio in seconds. Equal if it is not known how much is missing.
    """

    code: str
    message: str
    start: float
    end: float


@dataclass(frozen=True)
class Segment:
    """The prediction for a part of the audio.

    Attributes
    ----------
    start, end : float
        In seconds.
    genre, certainty
        The most likely genre.
    genres : dict of str to float
        The certainty of each genre, the most likely one first.
    silent : bool
        A silent segment says nothing about the genre, and does not count for the file.
    """

    start: float
    end: float
    genre: str
    certainty: float
    genres: dict[str, float]
    silent: bool


@dataclass(frozen=True)
class Prediction:
    """The prediction for a file.

    Attributes
    ----------
    genre : str
        The most likely genre.
    certainty : float
        Its certainty, 0 to 1.
    genres : dict of str to float
        The certainty of each genre, the most likely one first.
    confident : bool or None
        Whether the prediction can be relied on. None: the model has no thresholds.
    none_of_these : float or None
        The certainty that no genre of the model fits, 0 to 1. None: the model does not know it.
    tags : dict of str to float, or None
        What is heard beside the genre, with its probability, 0 to 1, the most probable first. None:
        no tags were asked for.
    segments : tuple of Segment
        In the order of time, at least one.
    excerpts : bool
        Whether the file has more segments than these.
    warnings : tuple of Warning
    duration : float
        The seconds of audio used; with excerpts, also what lies between them.
    sample_rate : int
        The sample rate of the file in Hz.
    """

    genre: str
    certainty: float
    genres: dict[str, float]
    confident: bool | None
    none_of_these: float | None
    tags: dict[str, float] | None
    segments: tuple[Segment, ...]
    excerpts: bool
    warnings: tuple[Warning, ...]
    duration: float
    sample_rate: int


class _OfThread(threading.local):
    """A predictor of the library holds scratch memory, so each thread has its own."""

    predictor: _genre.Predictor | None = None


class Predictor:
    """Predicts the genre of music.

    Several threads may use one predictor at the same time.

    Parameters
    ----------
    model : str, os.PathLike, bytes or None
        A built-in model, "default", "best" or "seed"; or an ONNX file, or its bytes. None:
        "default". "best" and other models need networks, which `genre model pull` installs in
        $XDG_DATA_HOME/genre/networks.
    strict : bool
        Whether damaged audio is an error. If not, the part that can be decoded is used, and the
        prediction has warnings.

    Attributes
    ----------
    labels : tuple of str
        The genres that the model knows.

    Raises
    ------
    ValueError
        The model cannot be used; the message says why.
    FileNotFoundError, OSError
        The model cannot be opened.

    Examples
    --------
    >>> prediction = genre.Predictor().predict("song.mp3")
    >>> prediction.genre, prediction.certainty
    ('jazz', 0.93)
    """

    def __init__(self, model: str | os.PathLike[str] | bytes | None = None, *,
                 strict: bool = False) -> None:
        self._model = _load_model(model)
        self._strict = strict
        self._of_thread = _OfThread()
        self.labels = tuple(self._model.labels)

    def predict(self, source: Source, *, hop: float | None = None,
                duration: float | None = None, excerpts: int | None = None,
                tags: int | None = None) -> Prediction:
        """Predict the genre of one file.

        Parameters
        ----------
        source : str, os.PathLike, bytes, binary file object or (y, sr)
            A file, its bytes, or mono samples and their rate in Hz.
        hop : float, 0.1 or more, or None
            The seconds between the starts of two segments. None: the model's own.
        duration : float, 0.1 or more, or None
            The seconds to read at most.
        excerpts : int > 0 or None
            The number of segments to use, spread evenly over the file. What lies between them is not
            decoded, so 10 cost a fraction of the time of a whole song. None: all.
        tags : int > 0 or None
            The number of tags to list: speech, singing, instruments. Only models that build on a
            network with tags hear them, such as "best". None: none.

        Returns
        -------
        Prediction

        Raises
        ------
        FileNotFoundError, OSError
            The file cannot be opened.
        AudioError
            The file is not audio, or cannot be decoded, or is too short or too long.
        ValueError
            A parameter is out of its range, or the model hears no tags.
        """
        raw = self._predictor().predict(
            audio_file(source), hop, seconds(duration),
            None if excerpts is None else positive("excerpts", excerpts),
            0 if tags is None else positive("tags", tags))
        return _prediction(raw)

    def predict_many(self, sources: Iterable[Source], *, jobs: int | None = None,
                     hop: float | None = None, duration: float | None = None,
                     excerpts: int | None = None,
                     tags: int | None = None) -> Iterator[Prediction | Exception]:
        """Predict the genres of many files at the same time.

        Parameters
        ----------
        sources : iterable
            What predict takes. It is read only a few elements ahead.
        jobs : int > 0 or None
            Threads. None: one for each core that this process may use.
        hop, duration, excerpts, tags
            See predict.

        Yields
        ------
        Prediction or Exception
            The result for each source, in their order. A file that fails does not end the others:
            its error is the value.

        Examples
        --------
        >>> for path, result in zip(paths, predictor.predict_many(paths)):
        ...     print(path, result if isinstance(result, Exception) else result.genre)
        """
        def predict(source: Source) -> Prediction | Exception:
            try:
                return self.predict(source, hop=hop, duration=duration, excerpts=excerpts,
                                    tags=tags)
            except ERRORS as error:
                return error

        return ordered_map(predict, sources, jobs)

    def _predictor(self) -> _genre.Predictor:
        of_thread = self._of_thread
        if of_thread.predictor is None:
            of_thread.predictor = _genre.Predictor(self._model, self._strict)
        return of_thread.predictor


def _load_model(model: Union[str, os.PathLike[str], bytes, None]) -> _genre.Model:
    if model is None or model == "default":
        return _genre.Model.builtin()
    if model == "best":
        return _genre.Model.best()
    if model == "seed":
        return _genre.Model.seed()
    if isinstance(model, bytes):
        return _genre.Model.load(model)
    with open(model, "rb") as file:
        return _genre.Model.load(file.read())


def _ranked(labels: list[str], certainties: list[float]) -> dict[str, float]:
    pairs = sorted(zip(labels, certainties), key=lambda pair: -pair[1])
    return dict(pairs)


def _prediction(raw: _genre.Prediction) -> Prediction:
    labels = raw.labels
    genres = _ranked(labels, raw.certainties)
    best = next(iter(genres))
    return Prediction(genre=best, certainty=genres[best], genres=genres, confident=raw.confident,
                      none_of_these=raw.none_of_these,
                      tags=None if raw.tags is None else {tag.name: tag.probability
                                                          for tag in raw.tags},
                      segments=tuple(_segment(labels, segment) for segment in raw.segments),
                      excerpts=raw.excerpts,
                      warnings=tuple(Warning(each.code, each.message, each.start, each.end)
                                     for each in raw.warnings),
                      duration=raw.duration, sample_rate=raw.sample_rate)


def _segment(labels: list[str], raw: _genre.Segment) -> Segment:
    genres = _ranked(labels, raw.certainties)
    best = next(iter(genres))
    return Segment(start=raw.start, end=raw.end, genre=best, certainty=genres[best], genres=genres,
                   silent=raw.silent)
