"""A supervisor writes other words: what can be written, what is wrong with what was written, and the campaign with the
new words. Pure but for its last step, which `core.outreach.decide` takes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.answer.style import StyleCard
from core.model.campaign import PLACE, Campaign, CampaignState, GroundedIn, Standing, Variant, Weight
from core.outreach.audience.freeze import thaw
from core.outreach.law.findings import findings_of
from core.outreach.spoken import for_template
from core.outreach.texts import most_first
from core.policy import Policy

LONGEST = 3000  # characters of a text
HAND = ", edited by "  # in a campaign's `composer`
Errors = dict[str, str]


def fields_of(campaign: Campaign) -> list[list[Variant]]:
    """Which variants each field is for: a text is written once, and those that somebody gets come first."""
    return most_first(campaign, campaign.variants)


def field_id(number: int) -> str:
    return f"text:{number}"


def edit_errors(standing: Standing, texts: Mapping[str, str], policy: Policy, style: StyleCard) -> Errors:
    """What is wrong with the words, by the field that they stand in; empty where they may be shown."""
    campaign, errors = standing.campaign, Errors()
    for number, variants in enumerate(fields_of(campaign)):
        for variant in variants:
            if variant.name in texts and (fault := fault_in(campaign, variant, texts[variant.name], policy, style)):
                errors.setdefault(field_id(number), fault)
    return errors


def fault_in(campaign: Campaign, variant: Variant, text: str, policy: Policy, style: StyleCard) -> str:
    """Why this cannot be said in the variant's place; empty where it can. Words that were left alone are not judged."""
    if text == variant.text:
        return ""
    if not text:
        return "Write what is to be said. To send nothing, reject the card."
    if len(text) > LONGEST:
        return f"No more than {LONGEST:,} characters fit here."
    known = places_of(campaign) | frozenset(campaign.facts)
    unknown = [place for place in PLACE.findall(text) if place not in known]
    if unknown:
        may = ", ".join(f"{{{each}}}" for each in sorted(known)) or "no places"
        return f"Nothing is known for {{{unknown[0]}}}. You may use {may}."
    if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
        return "A brace stands alone: it would be sent as it is."
    found = _rewritten(campaign, variant, text, "", policy, style).findings
    against = [each for each in found if each.weight is Weight.BLOCKS]
    return " · ".join(dict.fromkeys(each.text for each in against))[:1900]


def places_of(campaign: Campaign) -> frozenset[str]:
    """The facts that each recipient has of their own."""
    return frozenset(place for variant in campaign.variants for place in variant.personal)


def change_words(
    standing: Standing, texts: Mapping[str, str], by: str, policy: Policy, style: StyleCard
) -> Campaign | None:
    """The campaign with the new words, its manifest yet to be made; None where no word is another."""
    campaign = standing.campaign
    new = {v.name: texts[v.name] for v in campaign.variants if texts.get(v.name, v.text) != v.text}
    if not new:
        return None
    variants = tuple(
        _checked(campaign, v, policy, style)
        if v.name not in new
        else _rewritten(campaign, v, new[v.name], by, policy, style)
        for v in campaign.variants
    )
    written = campaign.composer.split(HAND)[0]
    return replace(
        campaign,
        variants=variants,
        revision=campaign.revision + 1,
        composer=f"{written}{HAND}{by}",
        policy_version=policy.version,
    )


def prepared_again(standing: Standing, campaign: Campaign, by: str, now: datetime) -> Standing:
    """How it stands after an edit: in the making once more, from the first of its people."""
    return replace(
        thaw(replace(standing, campaign=campaign)),
        state=CampaignState.PREPARING,
        reason=f"edited by {by}, and the list of recipients is being made again",
        changed_at=now,
    )


def _rewritten(campaign: Campaign, variant: Variant, text: str, by: str, policy: Policy, style: StyleCard) -> Variant:
    """With the campaign's facts in their places, and where the new words come from."""
    own = places_of(campaign)
    said = PLACE.sub(
        lambda place: place[0] if place[1] in own else for_template(campaign.facts[place[1]], variant.language), text
    )
    made = replace(
        variant,
        text=said,
        personal=tuple(sorted(set(PLACE.findall(said)) & own)),
        sources=_grounds(campaign, variant, said, by),
    )
    return _checked(campaign, made, policy, style)


def _checked(campaign: Campaign, variant: Variant, policy: Policy, style: StyleCard) -> Variant:
    """By the policy of now, under which the campaign is asked about from here on. What was found in its audience is
    found again when that is frozen."""
    bare = replace(variant, findings=())
    play = policy.outreach.plays.get(campaign.play)
    return replace(
        bare, findings=findings_of(bare, campaign.purpose, policy, style.company, play=play, rules=style.rules)
    )


def _grounds(campaign: Campaign, variant: Variant, text: str, by: str) -> tuple[GroundedIn, ...]:
    """The supervisor, the facts of the signal that the words still state, and the passages that they still quote."""
    facts = [
        GroundedIn(kind="signal", name=name, quote=said)
        for name, value in sorted(campaign.facts.items())
        if (said := for_template(value, variant.language)) and said in text
    ]
    quoted = [s for s in variant.sources if s.kind == "article" and s.quote and s.quote in text]
    return (GroundedIn(kind="supervisor", name=by), *facts, *quoted)
