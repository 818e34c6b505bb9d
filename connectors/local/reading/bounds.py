"""The bounds of a process that reads one file. Run on its own: it imports nothing of ours."""

import resource

MEMORY = 1 << 30  # bytes
SECONDS = 40  # of computing
OUTPUT = 6_000_000  # characters of text that one file may give


def set_bounds() -> None:
    """From here on this process cannot take more than MEMORY and SECONDS."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
