import io
import zipfile

import pytest

from connectors.local.reading.docx import read_docx
from connectors.local.reading.written import UnreadableError
from tests.connectors.local.reading.paper import paragraph, table, word


def test_headings_steps_and_tables_are_kept() -> None:
    written = read_docx(
        word(
            paragraph("Return it", style="berschrift1"),
            paragraph("Within 14 days &amp; free."),
            paragraph("Open the app", numbered=True),
            paragraph("Choose the order", numbered=True),
            table(["Plan", "Price"], ["Plus", "£5"]),
        )
    )
    assert written.title == "Return it"
    assert written.text == "Within 14 days & free.\n\n1. Open the app\n2. Choose the order\n\nPlan | Price\nPlus | £5"


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 90_000_000)
    return packed.getvalue()


def entities() -> str:
    names = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    return f'<!DOCTYPE x [<!ENTITY e0 "boom">{names}]><w:document>&e12;</w:document>'


def with_document(text: str) -> bytes:
    packed = io.BytesIO(word())
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (word(), "has no text"),
        (b"PK no zip", "is damaged or no Word document"),
        (b"\xd0\xcf\x11\xe0old", "is an old or encrypted Word file"),
        (bomb(), "unpacks to more than 80 MB"),
    ],
    ids=["empty", "no zip", "old", "bomb"],
)
def test_what_cannot_be_read_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_docx(content)


def test_entities_that_grow_without_end_are_refused() -> None:
    with pytest.raises(UnreadableError):
        read_docx(with_document(entities()))


def test_one_nested_without_end_is_refused() -> None:
    deep = "<w:p>" * 50_000 + "</w:p>" * 50_000
    with pytest.raises(UnreadableError):
        read_docx(word(deep))
