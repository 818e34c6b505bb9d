import zlib
from pathlib import Path

import pytest

import connectors.local.reading.pdf as pdf_reader
from connectors.local.reading.apart import read_apart
from connectors.local.reading.pdf import read_pdf, without_running_titles
from connectors.local.reading.written import UnreadableError
from tests.connectors.local.reading.paper import encrypted, pdf

LINES = [
    (20, "Return an item"),
    (10, "You can send back whatever you bought from us within thirty"),
    (10, "days of delivery, for any reason you like. We pay for the re-"),
    (10, "turn parcel."),
    (14, "How it works"),
    (10, "1. Open the app."),
    (10, "2. Choose the order and the item you would like to send back"),
    (10, "to us."),
    (10, "3. Print the label."),
]


def test_headings_paragraphs_and_steps_are_put_together_again() -> None:
    written = read_pdf(pdf(LINES))
    assert written.title == "Return an item"
    assert written.text.split("\n") == [
        "You can send back whatever you bought from us within thirty days of delivery, for any reason you like. We pay "
        "for the return parcel.",
        "",
        "## How it works",
        "",
        "1. Open the app.",
        "2. Choose the order and the item you would like to send back to us.",
        "3. Print the label.",
    ]


def test_what_runs_along_every_page_is_left_out() -> None:
    pages = [[(9.0, "Manual, page 1"), (9.0, f"Words {number}."), (9.0, str(number))] for number in range(4)]
    assert [line for _, line in without_running_titles(pages)] == [f"Words {number}." for number in range(4)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf([]), "has no text; is it scanned?"),
        (encrypted(pdf(LINES), "secret"), "is encrypted: save it without a password"),
        (b"no pdf at all", "is damaged or no PDF"),
        (pdf(LINES)[:300], "is damaged or no PDF"),
        (b"", "is damaged or no PDF"),
        (pdf(*[[]] * 2_001), "has 2,001 pages; at most 2,000 are read"),
    ],
    ids=["scanned", "encrypted", "no pdf", "half", "empty", "pages"],
)
def test_what_cannot_be_read_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason.replace("?", r"\?")):
        read_pdf(content)


def test_one_that_only_its_owner_may_change_is_read() -> None:
    assert read_pdf(encrypted(pdf(LINES), "")).title == "Return an item"


def test_a_bomb_is_refused() -> None:
    with pytest.raises(UnreadableError, match="more time or memory"):
        read_pdf(pdf(zlib.compress(b"BT /F1 9 Tf (x) Tj ET " * 4_000_000, 1)))


HUNGRY = f"""
import sys
sys.path.insert(0, {str(Path(pdf_reader.__file__).parent)!r})
from bounds import set_bounds
set_bounds()
"""


@pytest.mark.parametrize("act", ["b = bytes(3 << 30)", "import os; os.abort()", "while True: pass"])
def test_a_script_that_takes_too_much_is_ended(tmp_path: Path, act: str) -> None:
    (tmp_path / "hungry.py").write_text(HUNGRY + act)
    with pytest.raises(UnreadableError, match=r"more time or memory|longer than 2 seconds"):
        read_apart(str(tmp_path / "hungry.py"), b"", seconds=2)
