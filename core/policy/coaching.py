"""Whether agents are told about their own words: the section `coaching`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """`while_writing`: what stands in the helpdesk's reply is read by rules while an agent types it. `afterwards`: who
    answered in a matter that has ended is told what could have gone better. Neither is kept or shown to others."""

    while_writing: bool = True
    afterwards: bool = True
