"""Whether Slack would take what a card or a modal is made of: by its own SDK, and by the sandbox's stricter list."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from apps.sandbox.slack.blocks import block_faults, view_faults

LONGEST_MESSAGE = 12_000  # characters of text in all the blocks of one message


def complaints(blocks: Any) -> list[str]:
    for block in blocks:
        parsed = Block.parse(dict(block))
        assert parsed is not None
        parsed.validate_json()
    long = sum(len(text) for _, text in texts(blocks))
    return block_faults(list(blocks)) + ([f"{long} characters in all"] if long > LONGEST_MESSAGE else [])


def view_complaints(view: Any) -> list[str]:
    View(**view).validate_json()
    return view_faults(view)


def texts(blocks: Any) -> Iterator[tuple[str, str]]:
    """(what kind of place, its text) of everything that is shown."""
    for block in blocks:
        kind = block["type"]
        if kind in ("header", "section") and "text" in block:
            yield kind, block["text"]["text"]
        for field in block.get("fields", ()):
            yield "field", field["text"]
        for element in block.get("elements", ()):
            if "text" in element:
                text = element["text"]
                yield ("button", text["text"]) if kind == "actions" else ("context", text)


def shown(blocks: Any) -> str:
    return "\n".join(text for _, text in texts(blocks))


def buttons(blocks: Any) -> dict[str, Any]:
    """By action id."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}
