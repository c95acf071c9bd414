"""Functions of the library, which release the GIL, on several cores."""
from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def ordered_map(function: Callable[[T], R], values: Iterable[T], jobs: int | None) -> Iterator[R]:
    """The results of a function that threads call, in the order of the values.

    Raises ValueError at once, not at the first result, if jobs is out of its range.
    """
    if jobs is None:
        jobs = len(os.sched_getaffinity(0))
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}; it must be 1 or more")
    return _results(function, values, jobs)


def _results(function: Callable[[T], R], values: Iterable[T], jobs: int) -> Iterator[R]:
    # Few values ahead, so that endless iterables work, but enough to keep the threads busy while the
    # consumer takes the first result.
    ahead = 2 * jobs
    waiting: deque[Future[R]] = deque()
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="genre")
    try:
        for value in values:
            waiting.append(executor.submit(function, value))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:  # also if the consumer takes no more results
        executor.shutdown(cancel_futures=True)
