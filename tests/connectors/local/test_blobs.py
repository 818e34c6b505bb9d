import sqlite3
from pathlib import Path

from connectors.local.encoder import Blobs


def test_what_is_kept_is_found_by_another_process(tmp_path: Path) -> None:
    Blobs(tmp_path / "b.db", "vectors").keep({"a": b"1", "b": b"2"})
    assert Blobs(tmp_path / "b.db", "vectors").look(["b", "c"]) == {"b": b"2"}


def test_tables_of_one_file_are_apart(tmp_path: Path) -> None:
    Blobs(tmp_path / "b.db", "vectors").keep({"a": b"1"})
    pieces = Blobs(tmp_path / "b.db", "pieces")
    assert pieces.look(["a"]) == {}
    pieces.keep({"a": b"2"})
    assert (pieces.look(["a"]), Blobs(tmp_path / "b.db", "vectors").look(["a"])) == ({"a": b"2"}, {"a": b"1"})


def test_more_is_looked_up_than_one_statement_takes(tmp_path: Path) -> None:
    many = {f"key-{number}": b"v" for number in range(1500)}
    blobs = Blobs(tmp_path / "b.db", "vectors")
    blobs.keep(many)
    assert blobs.look(list(many)) == many


def test_a_damaged_file_loses_what_it_held_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_bytes(b"no database at all" * 100)
    blobs = Blobs(tmp_path / "b.db", "vectors")
    blobs.keep({"a": b"1"})
    assert blobs.look(["a"]) == {}


def test_without_a_path_nothing_is_kept() -> None:
    blobs = Blobs(None, "vectors")
    blobs.keep({"a": b"1"})
    assert blobs.look(["a"]) == {}


def test_the_file_is_a_plain_table(tmp_path: Path) -> None:
    Blobs(tmp_path / "b.db", "vectors").keep({"a": b"1"})
    with sqlite3.connect(tmp_path / "b.db") as connection:
        assert connection.execute("SELECT key, vector FROM vectors").fetchall() == [("a", b"1")]
