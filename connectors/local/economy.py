"""Taking no more of the machine than thinking needs: other processes work beside this one."""

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


def one_thread() -> None:
    """Let numpy's linear algebra compute in the calling thread, for the rest of the process.

    The matrices of one question are small: two workers with helpers on two cores took twice the processor time for the
    same answers, most of it for waiting for each other."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    threadpool_limits(1, user_api="blas")
