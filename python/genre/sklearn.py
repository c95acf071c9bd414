"""A transformer for pipelines of scikit-learn: pip install genre[sklearn]."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

try:
    from sklearn.base import BaseEstimator, TransformerMixin  # type: ignore[import-untyped]
except ImportError as error:
    raise ImportError("genre.sklearn needs scikit-learn: pip install genre[sklearn]") from error

from . import _genre
from ._arguments import Array
from ._extract import extract_mean
from ._parallel import ordered_map
from ._sources import Source

__all__ = ["Features"]


class Features(TransformerMixin, BaseEstimator):
    """Files or samples to features: the means of a feature set over the segments of each file
    that are not silent.

    Parameters
    ----------
    feature_set : "texture" or "gtzan26"
    hop : float, 0.1 or more
        The seconds between the starts of two segments of three seconds.
    duration : float or None
        The seconds of each file to read at most.
    jobs : int > 0 or None
        Threads. None: one for each core that this process may use.

    Examples
    --------
    >>> model = make_pipeline(genre.sklearn.Features("texture"), StandardScaler(), SVC())
    >>> model.fit(paths, genres).predict(["song.mp3"])
    """

    def __init__(self, feature_set: str = "texture", *, hop: float = 3.0,
                 duration: float | None = None, jobs: int | None = None) -> None:
        self.feature_set = feature_set
        self.hop = hop
        self.duration = duration
        self.jobs = jobs

    def __sklearn_is_fitted__(self) -> bool:
        return True  # there is nothing to learn

    def fit(self, X: Iterable[Source], y: Any = None) -> Features:
        """Does nothing but check feature_set.

        Raises
        ------
        ValueError
            There is no such feature set.
        """
        _genre.feature_names(self.feature_set)
        return self

    def transform(self, X: Iterable[Source]) -> Array:
        """Compute the features.

        Parameters
        ----------
        X : iterable of str, os.PathLike, bytes, binary file objects or (y, sr)

        Returns
        -------
        np.ndarray [shape=(n_files, n_features), dtype=float32]

        Raises
        ------
        The errors of Predictor.predict for the first file that fails.
        """
        def mean(source: Source) -> Array:
            return extract_mean(source, self.feature_set, self.hop, self.duration)

        n_features = len(_genre.feature_names(self.feature_set))
        result = list(ordered_map(mean, X, self.jobs))
        return np.array(result, dtype=np.float32).reshape(len(result), n_features)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """The names of the features, in their order."""
        return np.array(_genre.feature_names(self.feature_set), dtype=object)
