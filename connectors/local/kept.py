"""Trained numbers on disk: written whole or not at all, and not trusted when damaged."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def load(file: Path, names: frozenset[str]) -> Mapping[str, NDArray[Any]] | None:
    """The arrays kept under `names`; None when there is no such file or it is not whole."""
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    return found if names <= found.keys() else None


def keep(file: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Several processes may do this at once: each writes its own file and puts it in place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as stream:
        # numpy's types mistake the arrays for its one flag
        np.savez(stream, **cast(Any, dict(arrays)))
    part.replace(file)
