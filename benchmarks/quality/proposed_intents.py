"""Whether proposals about intents are right: a month in which some are missing, made twice, or have a wrong example."""

import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from apps.bootstrap import OfflineContainer
from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of, share
from apps.policy_file import read_policy
from benchmarks.quality.intents import BANKING77, CLINC150, DRAWS, Pair, read_pairs
from benchmarks.quality.month import AGENTS, BEGIN, MONTH, add_answer, add_case, case_of
from benchmarks.quality.retrieval import OURS
from benchmarks.quality.sources import Sources
from connectors.local.intents import NOWHERE
from core.improve.intents import IntentChanges
from core.measure.statistics import Interval
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.model.ids import ConversationId, EventId, derive_id
from core.model.lesson import Proposal, ProposalKind
from core.model.signals import OUT_OF_SCOPE, Correction
from core.privacy.mask import redact

MESSAGES = 1_000
KNOWN_BY = 20  # examples of each intent
MISSING, CUT, MISLED = 10, 4, 5  # intents that nobody made, that were made twice, that have an example of another
CORRECTS = 0.5  # how often an agent who sees a wrong intent says so
SLIPS = 0.02  # how often an agent takes a right one for wrong
OF_ONE = 0.5  # more than so much of a proposal's evidence has to be of what was planted
_FILES = Path("apps/demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """`examples` by intent as the company has them. `missing` are intents that it has not, `halves` the two that it
    made of one, `strays` examples by the intent under which they wrongly stand."""

    examples: Mapping[str, Sequence[str]]
    missing: frozenset[str]
    halves: Mapping[str, tuple[str, str]]
    strays: Mapping[str, str]

    def right(self, intent: str, agent: int) -> str:
        """What this agent calls it: of two halves each has their own habit."""
        if intent in self.missing:
            return OUT_OF_SCOPE
        return self.halves[intent][agent % 2] if intent in self.halves else intent


@dataclass(slots=True)
class Found:
    """The proposals of several months: which are right, by kind, and how much of what was planted they name."""

    right: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    named: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))


def measure_banking77(sources: Sources) -> list[Score]:
    """Messages are the rows of `train` with md5(text) % 5 = 0, examples are others."""
    rows = read_pairs(sources.tuning(BANKING77, "train*"))
    written = [row for row in rows if fold_of(row[0]) == 0]
    return _measured(sources, BANKING77, [row for row in rows if fold_of(row[0]) != 0], written)


def measure_clinc150(sources: Sources) -> list[Score]:
    """Messages are the rows of `val`, examples those of `train`; a tenth as many out-of-scope ones come besides."""
    rows, written = (read_pairs(sources.tuning(CLINC150, f"{part}*")) for part in ("train", "val"))
    outside = read_pairs(sources.tuning(CLINC150, "oos_val*"))
    return _measured(sources, CLINC150, rows, [*written, *outside])


def _measured(sources: Sources, name: str, rows: Sequence[Pair], written: Sequence[Pair]) -> list[Score]:
    found = Found()
    for seed in DRAWS:
        judge(_month(sources.cache, rows, written, seed), found)
    part = f"{len(DRAWS)} months of {MESSAGES} messages"
    figures = {f"{kind}, right": values for kind, values in found.right.items()}
    figures |= {f"{what}, named": values for what, values in found.named.items()}
    return [_score(name, figure, values, part) for figure, values in figures.items() if values]


def _score(name: str, figure: str, values: Sequence[bool], part: str) -> Score:
    told = share(values)
    value = told.value or 0.0
    return Score(
        set=f"{name}, proposed",
        figure=figure,
        system=OURS,
        value=value,
        cases=told.cases,
        interval=Interval(value=value, low=told.low, high=told.high),
        part=part,
    )


# ------------------------------------------------------------------ planted


def plant(rows: Sequence[Pair], chance: random.Random) -> Company:
    of: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in sorted(rows):
        if intent != NOWHERE:
            of[intent].append(text)
    for texts in of.values():
        chance.shuffle(texts)
    drawn = chance.sample(sorted(of), MISSING + CUT + 2 * MISLED)
    missing, cut, swapped = drawn[:MISSING], drawn[MISSING : MISSING + CUT], drawn[MISSING + CUT :]
    examples = {intent: texts[:KNOWN_BY] for intent, texts in of.items() if intent not in missing}
    halves = {}
    for intent in cut:
        halves[intent] = (f"{intent} one", f"{intent} two")
        texts = examples.pop(intent)
        for place, half in enumerate(halves[intent]):
            examples[half] = texts[place::2]
    strays = {}
    for intent, other in zip(swapped[:MISLED], swapped[MISLED:], strict=True):
        strays[of[other][KNOWN_BY]] = intent
        examples[intent] = [*examples[intent], of[other][KNOWN_BY]]
    return Company(examples=examples, missing=frozenset(missing), halves=halves, strays=strays)


def _file(company: Company, folder: Path) -> str:
    rows = [
        {"name": name, "label": name.replace("_", " ").capitalize(), "examples": list(texts)}
        for name, texts in company.examples.items()
    ]
    path = folder / "intents.yaml"
    path.write_text(yaml.safe_dump({"intents": rows}), encoding="utf-8")
    return str(path)


# ------------------------------------------------------------------ played


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    company: Company
    meant: Mapping[ConversationId, str]
    proposals: Sequence[Proposal]


def _month(cache: Path, rows: Sequence[Pair], written: Sequence[Pair], seed: int) -> Month:
    """Every message is read by the product's own parts and answered by an agent, who may correct the intent."""
    chance = random.Random(seed)
    company = plant(rows, chance)
    messages = chance.sample(sorted(written), min(MESSAGES, len(written)))
    with tempfile.TemporaryDirectory(prefix="handrail-intents-") as folder:
        container = OfflineContainer(
            folder=Path(folder),
            cache=cache,
            policy=read_policy(_FILES / "policy.yaml"),
            intents_file=_file(company, Path(folder)),
        )
        meant = {}
        for place, (text, intent) in enumerate(messages):
            case = case_of(place, MESSAGES, text)
            meant[case.conversation.id] = intent
            decision = container.evaluator.decide(EventId(derive_id("ev", "intents", str(place))), case)
            _answer(container, company, case, decision, intent, chance)
        changes = IntentChanges(
            policy=lambda: container.policy,
            encoder=lambda: container.multilingual,
            english=lambda: container.encoder,
            examples=lambda: container.intents.examples,
            labels=lambda: container.intents.labels,
        )
        with container.store.read() as unit:
            return Month(company=company, meant=meant, proposals=changes(unit, BEGIN + MONTH))


def _answer(
    container: OfflineContainer,
    company: Company,
    case: CaseContext,
    decision: Decision,
    intent: str,
    chance: random.Random,
) -> None:
    agent = chance.randrange(AGENTS)
    read = decision.signals.intent.value if decision.signals.intents else ""
    right = company.right(intent, agent) if intent != NOWHERE else OUT_OF_SCOPE
    said = ""
    if read and read != right:
        said = right if chance.random() < CORRECTS else ""
    elif read and chance.random() < SLIPS:
        said = chance.choice(sorted(company.examples))
    message = case.timeline[0]
    with container.store.begin() as unit:
        add_case(unit, case)
        unit.decisions.add(decision)
        at = add_answer(unit, case, f"agent {agent}")
        if said:
            unit.corrections.add(
                Correction(
                    message_id=message.id,
                    conversation_id=case.conversation.id,
                    text=redact(message.text),
                    intent=said,
                    by=f"agent {agent}",
                    at=at,
                )
            )


# ------------------------------------------------------------------ judged


def judge(month: Month, found: Found) -> None:
    company = month.company
    named: set[str] = set()
    for proposal in month.proposals:
        row = proposal.change["intents"]
        planted: Iterable[str]
        if proposal.kind in (ProposalKind.INTENT_NEW, ProposalKind.INTENT_SPLIT):
            planted = _most(month, proposal) & company.missing
        elif proposal.kind is ProposalKind.INTENT_MERGE:
            planted = {one for one, halves in company.halves.items() if {row["name"], row["into"]} == set(halves)}
        else:
            planted = {text for text in row["examples"] if company.strays.get(text) == row["name"]}
        found.right[proposal.kind].append(bool(planted))
        named |= set(planted)
    found.named["missing intents"] += [intent in named for intent in sorted(company.missing)]
    found.named["intents made twice"] += [intent in named for intent in sorted(company.halves)]
    found.named["examples of another intent"] += [text in named for text in sorted(company.strays)]


def _most(month: Month, proposal: Proposal) -> set[str]:
    """The intent that more than half of the evidence is of, if there is one."""
    of = Counter(month.meant[piece.conversation_id] for piece in proposal.evidence)
    return {intent for intent, count in of.items() if count > OF_ONE * len(proposal.evidence)}
