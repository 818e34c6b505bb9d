"""The text of an article as a proposal would have it. Pure."""

from core.improve.differences import plain
from core.knowledge.passages import lines
from core.model.lesson import Proposal


def rewritten(text: str, proposal: Proposal) -> str:
    """The article with the sentence changed, taken out, or put at its end. Unchanged where the sentence that is to be
    changed is no longer there."""
    change = proposal.change["article"]
    before, after = change["before"], proposal.says
    if not before:
        return f"{text.rstrip()}\n\n{after}\n"
    told = plain(before)
    found = next((line for line in lines(text) if plain(line.text) == told), None)
    if found is None:
        return text
    return f"{text[: found.start]}{after}{text[found.end :]}"
