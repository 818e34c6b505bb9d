"""Whether a message needs an article at all: thanks, greetings, a "yes, please" do not."""

from typing import Protocol

from core.text.stems import content

UNLIKELY = 0.25  # below this a message is taken to ask nothing that an article could answer
_SHORT = 9  # content words; whoever writes more has something to say, and is searched for


class NeedReader(Protocol):
    def need(self, text: str, before: str) -> float:
        """How likely, 0 to 1, the reply to `text` has to look something up; `before` is what was said before it."""


def asks_nothing(reader: NeedReader | None, text: str, before: str) -> bool:
    """Sure only of what is short and without a question mark: a question passed over costs more than a search."""
    if reader is None or "?" in text or len(content(text)) > _SHORT:
        return False
    return reader.need(text, before) < UNLIKELY
