import pytest

from connectors.local.sent_files import LARGEST, LONGEST, MARKED_UP, SentFiles, kind_of
from core.errors import TransientError
from core.model.action import SeenPicture
from core.model.conversation import Attachment
from tests.connectors.local.reading.paper import pdf


class Eyes:
    name = "eyes-1"

    def __init__(self, words: str = "A broken box.") -> None:
        self.words = words
        self.shown: list[tuple[bytes, str]] = []

    def describe(self, content: bytes, media_type: str) -> str:
        self.shown.append((content, media_type))
        if not self.words:
            raise TransientError("does not answer")
        return self.words

    def examine(self, content: bytes, media_type: str, shows: str, of: str) -> SeenPicture:
        raise NotImplementedError


def file(name: str, kind: str = "", size: int | None = None) -> Attachment:
    return Attachment(name=name, type=kind, size=size)


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("a.txt", "text/plain", "plain"),
        ("hub.log", "application/octet-stream", "plain"),
        ("a.csv", "text/csv; charset=utf-8", "plain"),
        ("a.pdf", "application/pdf", "pdf"),
        ("a.docx", "", "docx"),
        ("a.html", "text/html", "html"),
        ("a.jpg", "image/jpeg", ""),
        ("a.txt", "image/png", ""),
        ("a.exe", "application/octet-stream", ""),
        ("a", "", ""),
    ],
)
def test_type_and_name_say_what_it_is(name: str, kind: str, found: str) -> None:
    assert kind_of(file(name, kind)) == found


def test_text_is_read_and_bounded() -> None:
    assert SentFiles().read(file("a.txt", "text/plain"), b"E42 \xc3\xa9").text == "E42 é"
    assert len(SentFiles().read(file("a.txt", "text/plain"), b"x" * 20_000).text) == LONGEST


def test_a_web_page_is_read_as_its_words() -> None:
    found = SentFiles().read(file("a.html", "text/html"), b"<p>Hello</p><script>alert(1)</script>")
    assert found.text == "Hello"


def test_a_pdf_is_read_in_a_process_of_its_own() -> None:
    found = SentFiles().read(file("a.pdf", "application/pdf"), pdf([(12, "Error E42 on the hub.")]))
    assert "Error E42 on the hub." in found.text


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_broken_file_is_left_unseen(name: str) -> None:
    assert not SentFiles().read(file(name), b"%PDF-1.4 nonsense").is_seen


def test_too_large_a_file_is_not_wanted() -> None:
    assert not SentFiles().wants(file("a.txt", "text/plain", LARGEST + 1))
    assert not SentFiles().read(file("a.txt", "text/plain"), b"x" * (LARGEST + 1)).is_seen


def test_without_eyes_no_picture_is_wanted_or_shown_to_anybody() -> None:
    assert not SentFiles().wants(file("a.jpg", "image/jpeg"))
    assert not SentFiles().read(file("a.jpg", "image/jpeg"), b"\xff\xd8").is_seen


def test_with_eyes_a_picture_is_put_into_words_and_says_by_whom() -> None:
    eyes = Eyes()
    found = SentFiles(eyes).read(file("a.jpg", "image/jpeg"), b"\xff\xd8")
    assert (found.text, found.described) == ("A broken box.", "eyes-1")
    assert eyes.shown == [(b"\xff\xd8", "image/jpeg")]


def test_eyes_that_fail_say_so_that_it_is_tried_another_time() -> None:
    with pytest.raises(TransientError):
        SentFiles(Eyes("")).read(file("a.jpg", "image/jpeg"), b"\xff\xd8")


@pytest.mark.parametrize("content", [b"a\x00b\x00\x00c", b"%PDF-1.4\x00\x01\x02", bytes(range(256))])
def test_a_text_file_that_is_not_text_is_left_unseen(content: bytes) -> None:
    assert not SentFiles().read(file("hub.log", "text/plain"), content).is_seen


def test_of_endless_html_only_the_beginning_is_read() -> None:
    item = b"<ul><li>a"
    beginning = item * (MARKED_UP // len(item) + 1)
    read = SentFiles().read(file("a.html", "text/html"), item * 60_000)
    assert read.is_seen
    assert read == SentFiles().read(file("a.html", "text/html"), beginning)
