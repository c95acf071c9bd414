"""Windows by scipy's names (scipy.signal.get_window), as values or as functions."""
from __future__ import annotations

from typing import Any, Callable, Dict, Tuple, Union

import numpy as np
import numpy.typing as npt

Window = Union[str, float, Tuple[Any, ...], npt.ArrayLike, Callable[[int], npt.ArrayLike]]
Values = npt.NDArray[np.float64]

NONE: Values = np.empty(0)
IN_THE_LIBRARY = ("hann", "hamming", "blackman", "boxcar", "ones")


def _cosines(n: int, *weights: float) -> Values:
    phase = np.linspace(-np.pi, np.pi, n)
    values: Values = np.sum([a * np.cos(k * phase) for k, a in enumerate(weights)], axis=0)
    return values


def _triang(n: int) -> Values:
    distance = np.abs(np.arange(n) - (n - 1) / 2)
    values: Values = 1 - 2 * distance / (n if n % 2 == 0 else n + 1)
    return values


def _bohman(n: int) -> Values:
    x = np.abs(np.linspace(-1, 1, n))
    values: Values = (1 - x) * np.cos(np.pi * x) + np.sin(np.pi * x) / np.pi
    values[[0, -1]] = 0
    return values


def _parzen(n: int) -> Values:
    distance = np.abs(np.arange(n) - (n - 1) / 2)
    x = 2 * distance / n
    values: Values = np.where(distance <= (n - 1) / 4, 1 - 6 * x**2 + 6 * x**3, 2 * (1 - x) ** 3)
    return values


def _barthann(n: int) -> Values:
    x = np.arange(n) / (n - 1) - 0.5
    values: Values = 0.62 - 0.48 * np.abs(x) + 0.38 * np.cos(2 * np.pi * x)
    return values


def _tukey(n: int, alpha: float = 0.5) -> Values:
    x = np.minimum(np.arange(n), np.arange(n)[::-1]) / (n - 1)
    if alpha <= 0:
        return np.ones(n)
    alpha = min(alpha, 1.0)
    values: Values = np.where(x < alpha / 2, 0.5 - 0.5 * np.cos(2 * np.pi * x / alpha), 1)
    return values


def _gaussian(n: int, std: float) -> Values:
    values: Values = np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / std) ** 2)
    return values


# Symmetric windows of n values, 2 or more.
_SYMMETRIC: Dict[str, Callable[..., Values]] = {
    "barthann": _barthann,
    "bartlett": lambda n: np.bartlett(n),
    "blackmanharris": lambda n: _cosines(n, 0.35875, 0.48829, 0.14128, 0.01168),
    "bohman": _bohman,
    "cosine": lambda n: np.sin(np.pi / n * (np.arange(n) + 0.5)),
    "flattop": lambda n: _cosines(n, 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
    "gaussian": _gaussian,
    "kaiser": lambda n, beta: np.kaiser(n, beta),
    "lanczos": lambda n: np.sinc(2 * np.arange(n) / (n - 1) - 1),
    "nuttall": lambda n: _cosines(n, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "parzen": _parzen,
    "triang": _triang,
    "tukey": _tukey,
}
_N_PARAMETERS = {"gaussian": (1,), "kaiser": (1,), "tukey": (0, 1)}
_USAGE = {"gaussian": 'it must be ("gaussian", std)', "kaiser": 'it must be ("kaiser", beta)',
          "tukey": 'it must be "tukey" or ("tukey", alpha)'}


def window_of(window: Window, win_length: int) -> tuple[str, Values]:
    """The window's name, if the library has it, or its values."""
    if isinstance(window, str) and window in IN_THE_LIBRARY:
        return window, NONE
    return "ones", _values(window, win_length)


def _values(window: Window, win_length: int) -> Values:
    if callable(window):
        return _array(window(win_length))
    if isinstance(window, (str, tuple)):
        name, *parameters = (window,) if isinstance(window, str) else window
        return _named(window, str(name), parameters, win_length)
    if np.ndim(window) == 0:  # scipy's short form
        return _named(window, "kaiser", [window], win_length)
    return _array(window)


def _named(window: Any, name: str, parameters: list[Any], win_length: int) -> Values:
    if name not in _SYMMETRIC:
        names = ", ".join([*IN_THE_LIBRARY, *_SYMMETRIC])
        raise ValueError(f"window is {window!r}; it must be one of {names}, or an array of its values")
    if len(parameters) not in _N_PARAMETERS.get(name, (0,)):
        raise ValueError(f"window is {window!r}; {_USAGE.get(name, f'{name} has no parameter')}")
    if win_length < 2:
        return np.ones(win_length)
    # Periodic: without the last value of a symmetric window that is one longer.
    return _array(_SYMMETRIC[name](win_length + 1, *map(float, parameters))[:-1])


def _array(values: npt.ArrayLike) -> Values:
    array = np.asarray(values)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise ValueError(f"window has the shape {array.shape} and the type {array.dtype}; it must be "
                         "[win_length] real numbers")
    return np.ascontiguousarray(array, dtype=np.float64)
