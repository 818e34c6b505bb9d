import ctypes
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from connectors.local.encoder import give_back_memory, one_thread


def _resident() -> int:
    """Kilobytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("this C library gives memory back by itself")
    # Small pieces, because large ones never enter the heap; every other one stays, so that its top cannot shrink.
    c = ctypes.CDLL(None)
    c.malloc.restype, c.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    pieces = [c.malloc(60_000) for _ in range(1000)]
    for piece in pieces:
        ctypes.memset(piece, 1, 60_000)
    for piece in pieces[:-1]:
        c.free(piece)
    held = _resident()
    give_back_memory()
    assert _resident() < held - 40_000
    c.free(pieces[-1])


def test_linear_algebra_stays_in_one_thread() -> None:
    one_thread()
    np.ones((2, 2)) @ np.ones((2, 2))
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
