"""What glibc would keep of freed memory, given back to the system. Elsewhere than on glibc, nothing is done."""

from __future__ import annotations

import ctypes
import gc

_ARENAS = -8  # M_ARENA_MAX of mallopt(3)


def few_arenas() -> None:
    """For a long-lived server, before its threads begin: by default each thread gets a heap of its own, and Chroma's readers,
    opened anew for each generation, left 130 MB in them after eighty openings; with two heaps 66 MB.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENAS, 2)


def give_back() -> None:
    """After something large was let go. The caches of a closed library refer to it in circles: left alone, ten of them are kept
    at 10 MB and more each. What they leave is spread over the heap, of which glibc returns only the end: twelve changes kept
    70 MB.
    """
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
