"""Three weeks of drafts, edited by scripted agents: which of their ways are proposed, and what the accepted ones save.

EDITS is a file of ways and of noise (docs/improve.md tells its format). The customers' messages are those of TICKETS
(the sandbox's history). Two weeks of drafts are edited and stored as replies are; then lessons are looked for. A
proposal names a way when most of its evidence was done by it, and is false when most was done by none. Two are
accepted, the third week is drafted with and without them, and the same agents edit both."""

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

from apps.bootstrap import OfflineContainer
from apps.cache import cache_option
from apps.evaluate.scripted import Asked, Edited, Script, edit, read_script
from apps.evaluate.statistics import bootstrap
from apps.policy_file import read_policy
from apps.run.command import take_in
from apps.style_file import read_style
from core.answer.style_changes import Step, StyleChange, changed
from core.govern.draft_edits import distance
from core.improve.find import Lessons
from core.measure.learn import Reply, record_outcome
from core.measure.statistics import Interval
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.decision import Decision
from core.model.draft import Draft, DraftState
from core.model.ids import ConversationId, CustomerId, EventId, MessageId, TicketId, derive_id
from core.model.knowledge import Article
from core.model.lesson import Proposal, ProposalKind
from core.privacy.find import of_customer
from core.privacy.mask import redact

BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
NAMES = ("Ada Moss", "Ben Carver", "Chloe Park", "Dev Rao", "Ewa Lis", "Finn Holt", "Greta Beck", "Hugo Marsh")
_COMPANY = Path("apps/sandbox/company")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One customer's message, and when it comes."""

    name: str
    asked: Asked
    at: datetime
    case: CaseContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A draft and what an agent made of it."""

    matter: Matter
    draft: Draft
    agent: int
    edited: Edited

    @property
    def words(self) -> int:
        return distance(self.draft.body, self.edited.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A proposal with the way that most of its evidence was done by; None where there is no such way."""

    proposal: Proposal
    way: str | None
    share: float


# ------------------------------------------------------------------ the customers' messages


def matters_of(tickets: Sequence[Path], chance: random.Random) -> list[Matter]:
    """In an order by lot, spread over three weeks."""
    found = [row for path in tickets for row in _messages(path)]
    chance.shuffle(found)
    return [_matter(place, len(found), *row) for place, row in enumerate(found)]


def _messages(path: Path) -> Iterator[tuple[str, str, str]]:
    """(intent, language, words) of each first message; of intents their examples."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    for ticket in found.get("tickets", ()):
        first = next((row["text"] for row in ticket["comments"] if row["by"] == "customer"), "")
        if first:
            yield ticket["intent"], "en", "\n".join(filter(None, [ticket.get("subject", ""), first]))
    for intent in found.get("intents", ()):
        for key, language in (("examples", "en"), ("examples_de", "de")):
            yield from ((intent["name"], language, text) for text in intent.get(key, ()))


def _matter(place: int, of: int, intent: str, language: str, text: str) -> Matter:
    name = NAMES[place % len(NAMES)]
    at = BEGIN + 3 * WEEK * place / of
    customer = Customer(id=CustomerId(derive_id("cu", "improve", str(place))), name=name, locale=language)
    conversation = Conversation(
        id=ConversationId(derive_id("co", "improve", str(place))),
        customer_id=customer.id,
        subject="",
        channel=Channel.EMAIL,
        updated_at=at,
        ticket_id=TicketId(str(place + 1)),
    )
    message = Message(
        id=MessageId(derive_id("ms", "improve", str(place))),
        conversation_id=conversation.id,
        channel=Channel.EMAIL,
        role=Role.CUSTOMER,
        author=name,
        text=text,
        at=at,
        vendor_ref=f"improve:{place}",
    )
    case = CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=at)
    asked = Asked(intent=intent, message=text, language=language, name=name.split()[0])
    return Matter(name=str(place + 1), asked=asked, at=at, case=case)


# ------------------------------------------------------------------ played


def drafted(container: OfflineContainer, matters: Sequence[Matter]) -> Iterator[tuple[Matter, Decision, Draft]]:
    for matter in matters:
        decision = container.evaluator.decide(EventId(derive_id("ev", "improve", matter.name)), matter.case)
        if decision.draft is not None and decision.draft.cited:
            yield matter, decision, decision.draft


def answered(matter: Matter, draft: Draft, script: Script, seed: int) -> Sent:
    """By the agent whose turn it is; the same one, in the same mood, whatever the draft says."""
    chance = random.Random(f"{seed}:{matter.name}")
    agent = chance.randrange(script.agents)
    return Sent(matter=matter, draft=draft, agent=agent, edited=edit(draft.body, matter.asked, agent, script, chance))


def keep(container: OfflineContainer, sent: Sent, decision: Decision) -> None:
    """As it is when an agent's public comment comes in."""
    matter, draft = sent.matter, sent.draft
    at = matter.at + timedelta(minutes=20)
    comment = Message(
        id=MessageId(derive_id("ms", "improve", matter.name, "reply")),
        conversation_id=matter.case.conversation.id,
        channel=Channel.EMAIL,
        role=Role.AGENT,
        author=f"agent {sent.agent}",
        text=sent.edited.text,
        at=at,
        vendor_ref=f"improve:reply:{matter.name}",
    )
    with container.store.begin() as unit:
        unit.customers.save(matter.case.customer)
        unit.conversations.add(matter.case.conversation)
        unit.conversations.add_message(matter.case.timeline[0])
        unit.decisions.add(decision)
        unit.conversations.add_message(comment)
        record_outcome(unit, draft, DraftState.INSERTED, Reply(comment=comment), at)


# ------------------------------------------------------------------ named


def named(proposal: Proposal, sent: Mapping[str, Sent]) -> Named:
    """The way that did most of the evidence."""
    found: Counter[str] = Counter()
    for piece in proposal.evidence:
        one = sent.get(piece.conversation_id)
        found.update(_did(piece.before, piece.after, _masked(one)) if one is not None else ())
    way, count = found.most_common(1)[0] if found else (None, 0)
    share = count / max(len(proposal.evidence), 1)
    return Named(proposal=proposal, way=way if share > 0.5 else None, share=share)


def _masked(sent: Sent) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    known = of_customer(sent.matter.case.customer)

    def masked(texts: frozenset[str]) -> frozenset[str]:
        return frozenset(redact(text, known=known) for text in texts)

    return {name: (masked(gone), masked(come)) for name, (gone, come) in sent.edited.made.items()}


def _did(before: str, after: str, made: Mapping[str, tuple[frozenset[str], frozenset[str]]]) -> list[str]:
    """The ways that took out this sentence or put it in, by their words: evidence is masked."""
    return [
        name
        for name, (gone, come) in made.items()
        if any(_same(after, text) for text in come) or (not after and any(_same(before, text) for text in gone))
    ]


def _same(a: str, b: str) -> bool:
    left, right = set(a.casefold().split()), set(b.casefold().split())
    return bool(left) and len(left & right) >= 0.7 * max(len(left | right), 1)


# ------------------------------------------------------------------ accepted


def choose(found: Sequence[Named]) -> list[Proposal]:
    """Two, of those that change drafts, that would have saved the most words: one for the style and one for what is
    said, else two of the one kind."""
    usable = sorted((each.proposal for each in found), key=_saved, reverse=True)
    style = [p for p in usable if p.kind is ProposalKind.STYLE_RULE and p.change["style"]["step"] == Step.LINE]
    said = [p for p in usable if p.kind in (ProposalKind.ARTICLE_CHANGE, ProposalKind.POLICY_LINE)]
    return [*style[:1], *said[:1], *style[1:], *said[1:]][:2]


def _saved(proposal: Proposal) -> int:
    return proposal.words


def with_accepted(container: OfflineContainer, accepted: Sequence[Proposal]) -> OfflineContainer:
    """The same company after a person put these in force; an article is published as it was proposed."""
    styles, policy = [], container.policy
    for each in accepted:
        if "style" in each.change:
            row = each.change["style"]
            styles.append(StyleChange(**{**row, "step": Step(row["step"])}))
        elif "policy" in each.change:
            lines = dict.fromkeys(each.change["policy"]["disclaimers"], each.says)
            policy = replace(policy, disclaimers={**policy.disclaimers, **lines})
        else:
            publish(container, each)
    return replace(container, style=changed(container.style, styles), policy=policy)


def publish(container: OfflineContainer, proposal: Proposal) -> None:
    from core.improve.articles import rewritten

    with container.store.read() as unit:
        article = unit.articles.get(proposal.change["article"]["id"])
    if article is not None:
        container.library.add([_published(article, rewritten(article.text, proposal))])
        container.index_beside.tend(lambda done, of: None)


def _published(article: Article, text: str) -> Article:
    return replace(article, text=text)


# ------------------------------------------------------------------ the command


@click.command()
@click.argument("edits", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tickets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    default=[_COMPANY / "tickets.yaml", _COMPANY / "intents.yaml"],
    show_default="the sandbox's tickets and the examples of its intents",
    help="YAML files whose messages customers write.",
)
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    default=_COMPANY / "articles",
    show_default="the sandbox's",
    help="The company's articles.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False),
    default="apps/demo/policy.yaml",
    show_default="the demo's",
    help="The policy that decides.",
)
@click.option(
    "--style",
    type=click.Path(exists=True, dir_okay=False),
    default="apps/demo/style.yaml",
    show_default="the demo's",
    help="How drafts sound.",
)
@click.option(
    "--intents",
    type=click.Path(exists=True, dir_okay=False),
    default=str(_COMPANY / "intents.yaml"),
    show_default="the sandbox's",
    help="The intents that are known, with examples.",
)
@click.option("--seed", default=20, show_default=True, metavar="N", help="What chance begins with.")
@click.option("--drafts", "show_drafts", is_flag=True, help="Print the drafts of the fortnight as JSON Lines and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
@cache_option
def command(
    edits: Path,
    tickets: Sequence[Path],
    articles: Path,
    policy: str,
    style: str,
    intents: str,
    seed: int,
    show_drafts: bool,
    as_json: bool,
    cache: Path,
) -> None:
    """Play three weeks of agents who edit drafts as the file EDITS says, and see what is learned."""
    script = read_script(edits)
    matters = matters_of(tickets, random.Random(seed))
    with tempfile.TemporaryDirectory(prefix="handrail-improve-") as folder:
        container = OfflineContainer(
            folder=Path(folder),
            cache=cache,
            policy=read_policy(Path(policy)),
            intents_file=intents,
            style=read_style(style, company="our team"),
        )
        _take_in(container, articles)
        first = [matter for matter in matters if matter.at < BEGIN + 2 * WEEK]
        third = [matter for matter in matters if matter.at >= BEGIN + 2 * WEEK]
        if show_drafts:
            for matter, _, draft in drafted(container, first):
                click.echo(
                    json.dumps({"intent": matter.asked.intent, "message": matter.asked.message, "draft": draft.body})
                )
            return
        sent: dict[str, Sent] = {}
        for matter, decision, draft in drafted(container, first):
            one = answered(matter, draft, script, seed)
            keep(container, one, decision)
            sent[matter.case.conversation.id] = one
        lessons = Lessons(store=container.store, encoder=lambda: container.multilingual, card=lambda: container.style)
        proposals = lessons.find(BEGIN + 2 * WEEK)
        found = [named(each, sent) for each in proposals]
        accepted = choose(found)
        control = [answered(matter, draft, script, seed) for matter, _, draft in drafted(container, third)]
        treated = with_accepted(container, accepted)
        again = {m.name: answered(m, draft, script, seed) for m, _, draft in drafted(treated, third)}
    pairs = [(one, again[one.matter.name]) for one in control if one.matter.name in again]
    fewer = [one.words - other.words for one, other in pairs]
    interval = bootstrap(len(fewer), lambda chosen: float(sum(fewer[i] for i in chosen) / max(len(chosen), 1)))
    if as_json:
        click.echo(json.dumps(_plain(script, sent, found, accepted, pairs, interval), indent=2, ensure_ascii=False))
    else:
        _print(script, sent, found, accepted, pairs, interval)


def _take_in(container: OfflineContainer, articles: Path) -> None:
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        take_in(container, articles, progress, lambda text: click.echo(text, err=True))


def _plain(
    script: Script,
    sent: Mapping[str, Sent],
    found: Sequence[Named],
    accepted: Sequence[Proposal],
    pairs: Sequence[tuple[Sent, Sent]],
    interval: Interval,
) -> dict[str, Any]:
    done = Counter(name for one in sent.values() for name in one.edited.made)
    ways = {way.name for way in script.ways}
    hit = {each.way for each in found} & ways
    causes = {way.name: way.cause for way in script.ways}
    return {
        "set": script.kind,
        "drafts": len(sent),
        "edited": sum(one.words > 0 for one in sent.values()),
        "ways": [
            {
                "name": way.name,
                "done": done[way.name],
                "proposals": sum(each.way == way.name for each in found),
                "cause_right": any(each.way == way.name and each.proposal.cause == way.cause for each in found),
            }
            for way in script.ways
        ],
        "noise": {way.name: done[way.name] for way in script.noise},
        "recall": len(hit) / len(script.ways),
        "proposals": [
            {
                "kind": each.proposal.kind,
                "cause": each.proposal.cause,
                "title": each.proposal.title,
                "way": each.way,
                "matters": each.proposal.matters,
                "could": each.proposal.could,
                "agents": each.proposal.agents,
                "replayed": each.proposal.replayed,
                "wanted": causes.get(each.way or ""),
            }
            for each in found
        ],
        "false": sum(each.way not in ways for each in found),
        "accepted": [each.title for each in accepted],
        "third_week": {
            "drafts": len(pairs),
            "words_before": sum(one.words for one, _ in pairs) / max(len(pairs), 1),
            "words_after": sum(other.words for _, other in pairs) / max(len(pairs), 1),
            "fewer": {"value": interval.value, "low": interval.low, "high": interval.high},
        },
    }


def _print(
    script: Script,
    sent: Mapping[str, Sent],
    found: Sequence[Named],
    accepted: Sequence[Proposal],
    pairs: Sequence[tuple[Sent, Sent]],
    interval: Interval,
) -> None:
    row = _plain(script, sent, found, accepted, pairs, interval)
    out = Console()
    out.print(f"{row['drafts']} drafts in two weeks, {row['edited']} of them edited ({row['set']} set)")
    table = Table("way", "done", "proposals", "right cause", box=None, pad_edge=False)
    for way in row["ways"]:
        table.add_row(way["name"], str(way["done"]), str(way["proposals"]), "yes" if way["cause_right"] else "no")
    out.print(table)
    out.print("noise: " + ", ".join(f"{name} {count}" for name, count in row["noise"].items()))
    for each in row["proposals"]:
        told = f"{each['matters']} of {each['could']} by {each['agents']}"
        out.print(
            f"  [{each['way'] or 'FALSE'}] {each['kind']} ({each['cause']}), {told}: {each['title']}", markup=False
        )
    right = len(row["proposals"]) - row["false"]
    out.print(f"recall {row['recall']:.2f}; {right} proposals name a way, {row['false']} are false")
    out.print("accepted: " + "; ".join(row["accepted"]), markup=False)
    week = row["third_week"]
    out.print(
        f"third week, {week['drafts']} drafts: {week['words_before']:.2f} words of edits without, "
        f"{week['words_after']:.2f} with; {interval.value:.2f} fewer ({interval.low:.2f} to {interval.high:.2f})"
    )
