"""The work after a conversation: how a matter is filed when it ends, and whether somebody has to click for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from core.model.customer import Channel
from core.policy.kinds import CHANNELS, MINUTES, NAME, TEXT, one_of
from core.policy.reader import At, Table


class Filed(StrEnum):
    """What a custom field of the helpdesk may hold of a wrap-up."""

    DISPOSITION = "disposition"
    OUTCOME = "outcome"
    NEXT_STEP = "next_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpRules:
    """`dispositions` maps an intent to the code that a matter about it is closed as. On the channels in `automatic` a
    wrap-up is written by itself `after` the matter has ended, unless somebody objects or has written one. `note` names
    the action that writes it into the CRM; empty: it stands on the ticket alone. `fields` are custom fields of the
    helpdesk, by what they are to hold. `follow_up_tag` marks tickets of which something remains."""

    dispositions: Mapping[str, Annotated[str, TEXT]] = field(default_factory=dict)
    automatic: Annotated[frozenset[Channel], CHANNELS] = frozenset()
    after: Annotated[timedelta, MINUTES, At("after_minutes")] = timedelta(minutes=60)
    note: Annotated[str, NAME] = ""
    fields: Mapping[Annotated[str, one_of(Filed)], Annotated[str, NAME]] = field(default_factory=dict)
    tags: bool = True
    follow_up_tag: Annotated[str, TEXT] = "handrail_follow_up"

    def complete(self, table: Table) -> Self:
        """One list of codes: that of `voice` counts as long as there is none here."""
        if "dispositions" in table and "dispositions" in table.root.within("voice"):
            moved = "found dispositions here and in voice, expected them here alone: voice.dispositions is written"
            table.problem(("dispositions",), f"{moved} wrap_up.dispositions now")
        return self
