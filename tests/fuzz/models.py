"""What a language model writes: whatever it is, it is refused in words or read."""

import contextlib
import json

from tests.fuzz.parsers import Subject

ROW = {"text": "Hold the button.", "passage": 1, "quote": "hold the button", "question": 1}
REPLY = json.dumps({"answerable": True, "sentences": [ROW, ROW]})


def json_answer() -> Subject:
    from core.prompting.json_answer import MalformedError, the_object

    def read(data: bytes) -> None:
        with contextlib.suppress(MalformedError):
            json.dumps(the_object(data.decode("utf-8", "replace")), allow_nan=False)

    fenced = (f"```json\n{REPLY}\n```", f"<think>{REPLY}</think>{REPLY}", REPLY + REPLY)
    return Subject(read=read, seeds=(REPLY.encode(), *(each.encode() for each in fenced)))


def draft_reply() -> Subject:
    """As a whole, and as it comes in pieces."""
    from core.answer.compose.compose import Rows
    from core.answer.compose.reply import read as read_reply
    from core.prompting.json_answer import MalformedError

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        with contextlib.suppress(MalformedError):
            read_reply(text)
        rows = Rows()
        with contextlib.suppress(MalformedError):
            for start in range(0, len(text), 7):
                rows.feed(text[start : start + 7])
            assert isinstance(rows.before, dict)

    return Subject(read=read, seeds=(REPLY.encode(), f"```json\n{REPLY}\n```".encode()))


def rewrite_reply() -> Subject:
    from core.answer.judge import _read as read_judgement
    from core.answer.read_back import _read as read_back
    from core.answer.rewrite import read as read_rows
    from core.assist.thread_reading import _read as read_summary
    from core.prompting.json_answer import MalformedError

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for each in (read_rows, read_judgement, read_back, read_summary):
            with contextlib.suppress(MalformedError):
                each(text)

    values = (
        {"sentences": [{"from": [1], "text": "Hold it."}, {"from": [2, 3], "text": "Then wait."}]},
        {"verdict": "yes", "why": "It says so."},
        {"sentences": [{"number": 1, "text": "Hold it."}]},
        {"lines": [{"message": 1, "text": "Asked for a refund."}]},
    )
    return Subject(read=read, seeds=tuple(json.dumps(value).encode() for value in values))
