"""The language of a turn."""

from dataclasses import replace

from core.model.conversation import CaseContext
from core.model.signals import UNKNOWN_LANGUAGE, Scored
from core.ports import LanguageReader
from core.read.turn_input import rounds
from core.read.words import join_words

FEW = 6  # words; of so few no reader can be sure: "it pulses amber"


def read_language(case: CaseContext, text: str, reader: LanguageReader) -> Scored:
    """Of a short reply whose language cannot be told: that of what the customer wrote before."""
    found = reader.language(text)
    if found.value != UNKNOWN_LANGUAGE.value or not 0 < len(text.split()) <= FEW:
        return found
    before = join_words([message for each in rounds(case.timeline)[:-1] for message in each.wrote])
    # What shows it stands in earlier messages, not in this text.
    return replace(reader.language(before), evidence=()) if before else found
