"""What is peculiar to the index in files; what every engine promises is tested in `tests/connectors/sql`."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from connectors.local.index import PassageIndex
from connectors.local.index_file import DamagedError, open_rows, portion_of, write_rows
from connectors.local.index_rows import EXACT, Wanted, dead_rows
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Passage
from core.ports import Shelved, Vector

ENCODER = "any"
NORTH = np.array([0.0, 1.0], np.float32)


def at(angle: float) -> Vector:
    return np.array([[np.sin(angle), np.cos(angle)]], np.float32)


def put(store: SqlStore, number: int, angle: float, *, about: str = "") -> None:
    key = ArticleId(f"ar_{number}")
    piece = Passage(
        id=PassageId(f"pa_{number}"), article_id=key, title="Hub", path=(), text="Hub", start=0, end=3, about=(about,)
    )
    with store.begin() as unit:
        unit.articles.save(Article(id=key, title="Hub", text="Hub"), [piece], at(angle), ENCODER)


def fill(store: SqlStore, numbers: range) -> None:
    for number in numbers:
        put(store, number, number / 100)


def names(index: PassageIndex, limit: int = 100) -> list[str]:
    return [name for name, _ in index.nearest(NORTH, limit)]


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.part"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def index(store: SqlStore, folder: Path | None, in_memory: int = 3) -> PassageIndex:
    return PassageIndex(store, ENCODER, folder, in_memory=in_memory)


def test_a_few_passages_need_no_file(store: SqlStore, folder: Path) -> None:
    fill(store, range(3))
    assert names(index(store, folder)) == ["pa_0", "pa_1", "pa_2"]
    assert parts(folder) == []


def test_many_passages_are_found_again_from_the_file(store: SqlStore, folder: Path) -> None:
    fill(store, range(10))
    expected = [f"pa_{number}" for number in range(10)]
    assert names(index(store, folder)) == expected
    [file] = parts(folder)
    before = file.stat()
    assert names(index(store, folder)) == expected
    assert file.stat() == before


def test_only_what_changed_is_read_from_the_store(store: SqlStore, folder: Path) -> None:
    fill(store, range(10))
    first = index(store, folder)
    first.tend()
    [file] = parts(folder)
    put(store, 10, 0.001)
    put(store, 3, 2.0)
    assert names(first, 2) == ["pa_0", "pa_10"]
    assert names(index(store, folder))[-1] == "pa_3"
    assert parts(folder) == [file]


def test_files_are_joined_so_that_there_are_never_many(store: SqlStore, folder: Path) -> None:
    one = index(store, folder)
    for start in range(0, 80, 4):
        fill(store, range(start, start + 4))
        one.tend()
    assert 1 <= len(parts(folder)) <= 5
    assert names(one) == names(index(store, None)) == [f"pa_{number}" for number in range(80)]


def test_rows_that_are_gone_leave_the_files_in_the_end(store: SqlStore, folder: Path) -> None:
    fill(store, range(40))
    one = index(store, folder)
    one.tend()
    whole = parts(folder)[0].stat().st_size
    with store.begin() as unit:
        unit.articles.remove([f"ar_{number}" for number in range(30)])
    fill(store, range(100, 105))
    assert len(names(one)) == 15
    assert sum(path.stat().st_size for path in parts(folder)) < whole
    assert names(index(store, folder)) == names(one)


def test_a_number_used_again_is_another_passage(store: SqlStore, folder: Path) -> None:
    fill(store, range(5))
    one = index(store, folder)
    one.tend()
    for angle in (0.5, 0.6, 0.001):
        put(store, 4, angle)  # SQLite gives the last row's number again
    assert names(one, 2) == ["pa_0", "pa_4"]
    assert names(index(store, folder), 2) == ["pa_0", "pa_4"]


@pytest.mark.parametrize("harm", ["cut", "empty", "flipped", "gone", "list", "no list"])
def test_a_damaged_index_is_written_anew(store: SqlStore, folder: Path, harm: str) -> None:
    fill(store, range(10))
    index(store, folder).tend()
    [file] = parts(folder)
    raw = file.read_bytes()
    listed = next(folder.glob("*/index.json"))
    {
        "cut": lambda: file.write_bytes(raw[: len(raw) // 2]),
        "empty": lambda: file.write_bytes(b""),
        "flipped": lambda: file.write_bytes(raw[:100] + bytes([raw[100] ^ 1]) + raw[101:]),
        "gone": file.unlink,
        "list": lambda: listed.write_text(listed.read_text().replace('"version": 10', '"version": 9')),
        "no list": listed.unlink,
    }[harm]()
    assert names(index(store, folder)) == [f"pa_{number}" for number in range(10)]
    assert names(index(store, folder)) == [f"pa_{number}" for number in range(10)]
    assert len(parts(folder)) == 1


def test_every_bit_of_a_file_is_checked(store: SqlStore, folder: Path) -> None:
    fill(store, range(8))
    index(store, folder).tend()
    [file] = parts(folder)
    raw = file.read_bytes()
    used = [place for place in range(64, len(raw), 997) if raw[place]]
    for place in [*used, len(raw) - 3, len(raw) - 20]:
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        with pytest.raises(DamagedError):
            open_rows(file)


def test_the_files_of_another_store_are_not_believed(store: SqlStore, folder: Path, tmp_path: Path) -> None:
    fill(store, range(10))
    index(store, folder).tend()
    url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(url)
    other = SqlStore(url)
    fill(other, range(50, 60))
    assert names(index(other, folder)) == [f"pa_{number}" for number in range(50, 60)]
    other.close()


def test_a_store_set_back_and_changed_again_is_noticed(store: SqlStore, folder: Path, tmp_path: Path) -> None:
    fill(store, range(5))
    copy = tmp_path / "copy.db"
    with store.read() as unit:
        unit.connection.exec_driver_sql("SELECT 1")
    store.close()
    copy.write_bytes((tmp_path / "store.db").read_bytes())
    fill(store, range(5, 10))
    index(store, folder).tend()
    url = f"sqlite:///{copy}"
    back = SqlStore(url)
    fill(back, range(20, 25))
    assert names(index(back, folder)) == [f"pa_{number}" for number in (*range(5), *range(20, 25))]
    back.close()


def test_several_processes_share_the_files(store: SqlStore, folder: Path, tmp_path: Path) -> None:
    fill(store, range(12))
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "from connectors.local.index import PassageIndex; from connectors.sql.store import SqlStore;"
        "store = SqlStore(sys.argv[1]); index = PassageIndex(store, 'any', Path(sys.argv[2]), in_memory=3);"
        "found = [index.nearest(np.array([0.0, 1.0], np.float32), 100) for _ in range(20)];"
        "print(min(map(len, found)), max(map(len, found)))"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'store.db'}", str(folder)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) for _ in range(3)]
    assert [process.communicate(timeout=60)[0].split() for process in running] == [["12", "12"]] * 3
    assert len(parts(folder)) == 1


def test_a_process_takes_over_what_another_one_wrote(store: SqlStore, folder: Path) -> None:
    fill(store, range(10))
    web, worker = index(store, folder), index(store, folder)
    web.tend()
    for start in range(10, 40, 5):
        fill(store, range(start, start + 5))
        worker.tend()
        assert names(web) == names(worker)
    assert len(names(web)) == 40


def test_while_another_process_writes_the_search_goes_on_in_memory(store: SqlStore, folder: Path) -> None:
    fill(store, range(10))
    one, other = index(store, folder), index(store, folder)
    one.tend()
    other.tend()
    fill(store, range(10, 20))
    assert one._folder is not None
    with one._folder.writing(wait=True) as ours:
        assert ours
        assert len(names(other)) == 20
    assert len(parts(folder)) == 1


def test_a_sieved_search_finds_what_a_whole_one_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    count = 2 * EXACT
    vectors = rng.normal(size=(60, 64))[rng.integers(60, size=count)] + 0.7 * rng.normal(size=(count, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    rows = Shelved(
        ids=[f"pa_{n}" for n in range(count)],  # type: ignore[misc]
        serials=np.arange(count),
        changed=np.ones(count, np.int64),
        scopes=(np.arange(count) % 10 == 0).astype(np.int32),
        expires=np.full(count, np.inf),
        vectors=vectors,
    )
    write_rows(tmp_path / "a.part", [portion_of(rows)])
    sieve = open_rows(tmp_path / "a.part")

    def recall(places: NDArray[np.int64], wanted: Wanted) -> float:
        shares = []
        for query in vectors[rng.integers(count, size=25)]:
            exact = places[np.argsort(-(vectors[places] @ query), kind="stable")[:10]]
            found = sieve.nearest(query, 10, wanted)
            shares.append(len({f"pa_{n}" for n in exact} & {name for name, _ in found}) / 10)
        return float(np.mean(shares))

    assert recall(np.arange(count), Wanted()) >= 0.95
    assert recall(np.flatnonzero(rows.scopes == 0), Wanted(scopes=np.array([True, False]))) >= 0.95
    assert recall(np.flatnonzero(rows.scopes == 1), Wanted(scopes=np.array([False, True]))) >= 0.97


def test_gone_is_what_came_before_it_went() -> None:
    serials, changed = np.array([2, 3, 5, 8]), np.array([1, 4, 2, 9])
    gone = np.array([[5, 3], [2, 1], [8, 5], [8, 9], [3, 3], [3, 6], [99, 9]])
    assert dead_rows(serials, changed, gone).tolist() == [False, True, True, False]
