"""What the report tells, each measure with what it is a share of. `docs/measures.md` is this page in full sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.measure.statistics import Share
from core.model.matter import Tally


class Side(StrEnum):
    """Of the balanced scorecard."""

    CUSTOMER = "Customers"
    OUTCOME = "Outcome"
    ASSISTANT = "The assistant"
    AGENT = "Agents"


class Better(StrEnum):
    """UNSAID: whether more of it is good hangs on what the company wants."""

    UP = "up"
    DOWN = "down"
    UNSAID = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A share. `of` says in words what it is a share of; `inferred`: read from words, nobody said so."""

    name: str
    title: str
    short: str
    side: Side
    of: str
    better: Better = Better.UNSAID
    inferred: bool = False

    def share(self, tally: Tally) -> Share:
        hits, cases = tally.shares.get(self.name, (0, 0))
        return Share(hits=hits, cases=cases)


UP, DOWN = Better.UP, Better.DOWN
MEASURES: Sequence[Measure] = (
    Measure(
        name="resolved_first",
        title="Solved at the first contact",
        short="First contact",
        side=Side.OUTCOME,
        of="answered matters closed seven days ago or more, with a known intent",
        better=UP,
    ),
    Measure(
        name="contained",
        title="Contained: closed without a person",
        short="Contained",
        side=Side.OUTCOME,
        of="closed matters",
    ),
    Measure(
        name="verified",
        title="Contained, and the customer said it was solved",
        short="Verified",
        side=Side.OUTCOME,
        of="contained matters",
        better=UP,
    ),
    Measure(
        name="contained_recontacted",
        title="Contained, and back with the same in seven days",
        short="Contained, back",
        side=Side.OUTCOME,
        of="contained matters closed seven days ago or more, with a known intent",
        better=DOWN,
    ),
    Measure(
        name="recontacted",
        title="Back with the same within seven days",
        short="Back in 7 days",
        side=Side.OUTCOME,
        of="matters closed seven days ago or more, with a known intent",
        better=DOWN,
    ),
    Measure(
        name="reopened",
        title="Reopened",
        short="Reopened",
        side=Side.OUTCOME,
        of="matters that were ever closed",
        better=DOWN,
    ),
    Measure(
        name="satisfied",
        title="Satisfied (4 or 5 of 5, or good)",
        short="Satisfied",
        side=Side.CUSTOMER,
        of="matters that were rated",
        better=UP,
    ),
    Measure(name="rated", title="Rated at all", short="Rated", side=Side.CUSTOMER, of="closed matters"),
    Measure(
        name="recovered",
        title="A bad mood that came back",
        short="Mood recovered",
        side=Side.CUSTOMER,
        of="matters whose mood was bad before the last turn",
        better=UP,
    ),
    Measure(
        name="likely_dissatisfied",
        title="Probably dissatisfied (inferred)",
        short="Dissatisfied ≈",
        side=Side.CUSTOMER,
        of="matters in which the reader could tell",
        better=DOWN,
        inferred=True,
    ),
    Measure(
        name="reasked",
        title="Asked for what was known",
        short="Asked anew",
        side=Side.CUSTOMER,
        of="matters in which we said anything",
        better=DOWN,
    ),
    Measure(
        name="repeated",
        title="Had to repeat the question",
        short="Repeated",
        side=Side.CUSTOMER,
        of="matters that were decided about",
        better=DOWN,
    ),
    Measure(
        name="answered",
        title="Answered at all",
        short="Answered",
        side=Side.CUSTOMER,
        of="all matters",
        better=UP,
    ),
    Measure(
        name="bypassed",
        title="Went round the assistant",
        short="Bypass",
        side=Side.ASSISTANT,
        of="matters in which the assistant was asked",
        better=DOWN,
    ),
    Measure(
        name="handed_over",
        title="Handed to a person",
        short="Handed over",
        side=Side.ASSISTANT,
        of="matters that were decided about",
    ),
    Measure(
        name="facts_used",
        title="Known facts that were used",
        short="Context used",
        side=Side.ASSISTANT,
        of="facts about the customer that were at hand",
        better=UP,
    ),
    Measure(
        name="corrected",
        title="Intent corrected by an agent",
        short="Corrected",
        side=Side.ASSISTANT,
        of="matters with an intent",
        better=DOWN,
    ),
    Measure(
        name="drafts_taken",
        title="Drafts used or edited",
        short="Drafts taken",
        side=Side.AGENT,
        of="drafts beside which an agent answered",
        better=UP,
    ),
    Measure(
        name="drafts_unchanged",
        title="Drafts sent as they were",
        short="Unchanged",
        side=Side.AGENT,
        of="drafts beside which an agent answered",
        better=UP,
    ),
    Measure(
        name="transferred",
        title="Passed from person to person",
        short="Transferred",
        side=Side.AGENT,
        of="matters that people had",
        better=DOWN,
    ),
)
BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}
# What a table of groups shows; the whole scorecard has all.
COLUMNS: Sequence[str] = (
    "resolved_first",
    "contained",
    "recontacted",
    "reopened",
    "satisfied",
    "bypassed",
    "handed_over",
    "drafts_taken",
    "transferred",
)
