"""Memory that was needed once."""

import ctypes
import sys


def give_back_memory() -> None:
    """Return freed memory to the system.

    Loading the encoder takes 75 MB more than it keeps, and the C library of Linux would hold on to them in every worker
    process. Elsewhere nothing is done."""
    if sys.platform != "linux":
        return
    # Not every C library has it (musl has not, and needs it less).
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
