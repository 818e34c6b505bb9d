"""From a business signal to campaigns: which plays it starts, the words for each segment, channel and language with
where they come from, and what the checks find in them. The audience is frozen afterwards, page by page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.answer.style import StyleCard
from core.errors import RejectedError
from core.model.campaign import (
    MOST_TOLD,
    PLACE,
    Campaign,
    CampaignState,
    GroundedIn,
    LawFinding,
    Standing,
    Variant,
    variant_name,
)
from core.model.customer import TEXTED, Channel
from core.model.draft import Draft
from core.model.ids import ApprovalId, derive_id
from core.model.outreach import BusinessSignal
from core.outreach.law.findings import findings_of
from core.outreach.law.words import form_fits
from core.outreach.signals.needs import NO_NAME, lacking, names_matter, personal, plays_of
from core.outreach.spoken import for_template
from core.policy import Play, Policy
from core.policy.outreach import ADDRESS, ANSWER, NAMING, Consenting
from core.ports import Unit

DEFAULT = "default"
BY_TEMPLATE, BY_ARTICLE = "policy template", "policy template with quotations"
LONGEST_ANSWER = 200  # characters of an article in a text; its address leads to the rest
# Behind a sentence, but not behind the number of a step.
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)\s+|(?<=[。!?])\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class HowTo:
    """What the company's articles say to a play's question, word for word, in one language."""

    text: str
    url: str
    sources: tuple[GroundedIn, ...]


HowTos = Mapping[tuple[str, str], HowTo]  # by play and language


def how_to(draft: Draft | None) -> HowTo | None:
    """As much of the first article that a draft cites as a text has room for, with its address; None where nothing
    answers."""
    cited = draft.cited if draft else ()
    if not cited:
        return None
    first = cited[0].passage
    same = [c for c in cited if c.passage.url == first.url]
    sources = tuple(GroundedIn(kind="article", name=c.passage.title, quote=c.quote, url=c.passage.url) for c in same)
    return HowTo(text=shorten_answer(" ".join(c.quote for c in same)), url=first.url, sources=sources)


def shorten_answer(text: str) -> str:
    """Its first sentences, word for word; one at least."""
    said = ""
    for sentence in _SENTENCE.split(text):
        if said and len(f"{said} {sentence}") > LONGEST_ANSWER:
            break
        said = f"{said} {sentence}".strip()
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    policy: Policy
    style: StyleCard
    now: datetime

    def campaigns(self, unit: Unit, signal: BusinessSignal, how_tos: HowTos) -> list[Standing]:
        """One for each play that the signal starts; each in the making, its audience not yet read.

        Raises:
            RejectedError: no play for this kind of signal, a fact that its text needs is missing, or no article
                answers a play's question.
        """
        plays = plays_of(self.policy, signal.kind)
        if not plays:
            raise RejectedError(f"the policy has no play for {signal.kind!r} signals")
        made = [self._campaign(unit, name, play, signal, how_tos) for name, play in plays.items()]
        return [standing for standing in made if standing is not None]

    def _campaign(self, unit: Unit, name: str, play: Play, signal: BusinessSignal, how_tos: HowTos) -> Standing | None:
        matter = matter_of(signal, play)
        if play.follows and not followed_campaigns(unit, matter, play):
            return None  # nobody heard of it, so nobody need hear more
        _needed(name, play, signal)
        outreach = self.policy.outreach
        named = ApprovalId(derive_id("ap", signal.event_id, name))
        expires_at = self.now + outreach.expires_after
        variants = tuple(self._variants(name, play, signal, how_tos))
        campaign = Campaign(
            id=named,
            play=name,
            signal_id=signal.event_id,
            matter=matter,
            purpose=play.purpose,
            facts=statable_facts(signal.facts),
            variants=variants,
            policy_version=self.policy.version,
            composer=BY_ARTICLE if play.article else BY_TEMPLATE,
            created_at=self.now,
            expires_at=expires_at,
            not_after=expires_at + play.valid_for,
            why=play.why,
            holdout=play.holdout,
            people=0 if play.approval is Consenting.STANDING else 1,
            standing=f"play:{name}" if play.approval is Consenting.STANDING else "",
            channel=outreach.channel,
            salt=unit.keys.keyed_hash("campaign", named),
        )
        return Standing(
            campaign=campaign, state=CampaignState.PREPARING, version=1, changed_at=self.now, facts=_naming(signal)
        )

    def _variants(self, name: str, play: Play, signal: BusinessSignal, how_tos: HowTos) -> Iterator[Variant]:
        home = self.policy.language
        worded = {home: play.texts, **play.texts_in}
        for language, texts in worded.items():
            found = how_tos.get((name, language))
            if play.article and found is None:
                if language == home:
                    raise RejectedError(f"no article answers {play.article!r}, which play {name!r} needs")
                continue  # who reads that language gets the words of the house's own
            for segment, template in texts.items():
                for channel in channels_of(play, self.policy):
                    yield self._variant(play, signal, found, (segment, channel, language, template))

    def _variant(
        self, play: Play, signal: BusinessSignal, found: HowTo | None, form: tuple[str, Channel, str, str]
    ) -> Variant:
        segment, channel, language, template = form
        facts = {each: for_template(value, language) for each, value in statable_facts(signal.facts).items()}
        if found is not None:
            facts = {**facts, ANSWER: for_template(found.text, language), ADDRESS: found.url}
        own = personal(signal.facts)
        text = fill_template(template, facts, own)
        places = set(PLACE.findall(template))
        used = sorted(places & set(statable_facts(signal.facts)))
        variant = Variant(
            name=variant_name(segment, channel, language),
            segment=segment,
            channel=channel,
            language=language,
            text=text,
            personal=tuple(sorted(places & own)),
            sources=(
                GroundedIn(kind="policy", name=f"play text, version {self.policy.version}"),
                *(GroundedIn(kind="signal", name=each, quote=facts[each]) for each in used),
                *(found.sources if found is not None else ()),
            ),
        )
        return replace(variant, findings=self._found(variant, play))

    def _found(self, variant: Variant, play: Play) -> tuple[LawFinding, ...]:
        style = self.style
        return findings_of(variant, play.purpose, self.policy, style.company, play=play, rules=style.rules)


def channels_of(play: Play, policy: Policy) -> list[Channel]:
    """The usual one first, then those to which a customer's own wish may move it: texts, and WhatsApp only where there
    is a form that takes it for who has not written there lately."""
    others = [each for each in sorted(TEXTED) if each is not play.channel]
    formed = form_fits(play.purpose, policy)
    return [play.channel, *(each for each in others if each is not Channel.WHATSAPP or formed)]


def matter_of(signal: BusinessSignal, play: Play) -> str:
    """What ties the messages about it together: the fact that names it, else the signal itself.

    Raises:
        RejectedError: an update's signal does not name it; or the fact is neither a text nor a whole number, so that no
            other signal would state the same.
    """
    fact = play.matter.fact
    name = signal.facts.get(fact)
    if name in (None, ""):
        if play.follows:
            raise RejectedError(f"a {signal.kind} signal does not name its matter ({fact or 'no fact of its play'})")
        return str(signal.event_id)
    if not names_matter(name):
        raise RejectedError(f"{fact} of a {signal.kind} signal names its matter and {NO_NAME}")
    return str(name).strip()


def followed_campaigns(unit: Unit, matter: str, play: Play) -> tuple[ApprovalId, ...]:
    """The campaigns about the same matter whose messages this play follows."""
    earlier = unit.campaigns.recent(MOST_TOLD, matter=matter, play=play.after)
    return tuple(each.campaign.id for each in earlier if each.began_at is not None)


def statable_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a message may state: nobody's address goes to Slack or to another customer."""
    return {name: value for name, value in facts.items() if name not in NAMING and value not in (None, "")}


def fill_template(template: str, facts: Mapping[str, str], own: frozenset[str]) -> str:
    """The template with the facts in their places, as they are said, and those of each person left open; a place
    without a fact is refused, never guessed.

    Raises:
        RejectedError: naming the missing facts.
    """
    missing = sorted({name for name in PLACE.findall(template) if name not in own and name not in facts})
    if missing:
        raise RejectedError(f"the message needs facts that the signal does not state: {', '.join(missing)}")
    said = PLACE.sub(lambda place: place[0] if place[1] in own else facts[place[1]], template)
    return re.sub(r"[ \t]+", " ", said).strip()


def _needed(name: str, play: Play, signal: BusinessSignal) -> None:
    missing = lacking(play, signal.facts, personal(signal.facts))
    if missing:
        raise RejectedError(f"a {signal.kind} signal needs {', '.join(missing)} for play {name!r}")


def _naming(signal: BusinessSignal) -> dict[str, Any]:
    return {name: signal.facts[name] for name in NAMING if signal.facts.get(name)}


def questions_to_look_up(policy: Policy, kind: str) -> list[tuple[str, str, str]]:
    """What has to be looked up before a signal of this kind can be drafted: play, language and question."""
    return [
        (name, language, play.article)
        for name, play in plays_of(policy, kind).items()
        if play.article
        for language in (policy.language, *play.texts_in)
    ]
