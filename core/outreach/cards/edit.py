"""A supervisor writes other words: the modal with the texts of a campaign, what is wrong with what was written into it,
and the campaign with the new words. Pure but for its last step, which `core.outreach.decide` takes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.answer.style import StyleCard
from core.cards.actions import EDITED, PICK, TEXT
from core.cards.blocks import Block, context, escaped, people, section
from core.govern.campaign_cards import value_of
from core.model.campaign import PLACE, Campaign, CampaignState, GroundedIn, Standing, Variant, Weight
from core.outreach.audience.freeze import thawed
from core.outreach.cards.texts import finding_line, for_whom, most_first, readers, sources
from core.outreach.law.findings import findings_of
from core.outreach.spoken import for_template
from core.policy import Policy

LONGEST = 3000  # characters of a field in Slack
A_VIEW = 20  # texts in one modal; the others are on further pages
PAGES = 100  # that Slack's menu can name
HAND = ", edited by "  # in a campaign's `composer`
Errors = dict[str, str]


def edit_view(standing: Standing, page: int = 0) -> dict[str, Any]:
    """The modal: a field for each text that is said, and a menu of pages where there are many. Its `private_metadata`
    says which campaign, exactly as it was when the modal was made, and where its card stands."""
    campaign = standing.campaign
    groups = fields_of(campaign)
    first = page * A_VIEW
    shown = list(enumerate(groups))[first : first + A_VIEW]
    carried = json.loads(value_of(campaign)) | {
        "channel": standing.slack_channel,
        "ts": standing.slack_ts,
        "page": page,
    }
    return {
        "type": "modal",
        "callback_id": EDITED,
        "private_metadata": json.dumps(carried),
        "title": {"type": "plain_text", "text": "Edit what is said"},
        "submit": {"type": "plain_text", "text": "Check and show"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            section(_intro(campaign)),
            *_menu(len(groups), page),
            *(block for number, variants in shown for block in _field(campaign, number, variants)),
        ],
    }


def _intro(campaign: Campaign) -> str:
    places = places_of(campaign)
    named = " · ".join(f"`{{{each}}}`" for each in sorted(places))
    own = f" You may use {named}: each person’s own." if places else ""
    return (
        f"What you write is checked again, the list of recipients is made again, and whoever had said yes has to "
        f"look at it anew.{own}"
    )


def _menu(texts: int, page: int) -> list[Block]:
    pages = min(-(-texts // A_VIEW), PAGES)
    if pages < 2:
        return []
    names = [f"Texts {n * A_VIEW + 1} to {min((n + 1) * A_VIEW, texts)} of {texts}" for n in range(pages)]
    options = [{"text": {"type": "plain_text", "text": name}, "value": str(n)} for n, name in enumerate(names)]
    menu = {
        "type": "static_select",
        "action_id": PICK,
        "options": options,
        "initial_option": options[min(page, pages - 1)],
    }
    return [
        {"type": "actions", "block_id": "pages", "elements": [menu]},
        context("Show your changes before you turn to other texts: what is not shown is not kept."),
    ]


def fields_of(campaign: Campaign) -> list[list[Variant]]:
    """Which variants each field is for: a text is written once, and those that somebody gets come first."""
    return most_first(campaign, campaign.variants)


def _field(campaign: Campaign, number: int, variants: Sequence[Variant]) -> list[Block]:
    variant = variants[0]
    if len(variant.text) > LONGEST:
        return [section(f"*{escaped(for_whom(variants))}*: too long to be edited here")]
    written = {
        "type": "plain_text_input",
        "action_id": TEXT,
        "multiline": True,
        "initial_value": variant.text,
        "max_length": LONGEST,
    }
    return [
        {
            "type": "input",
            "block_id": field_id(number),
            "optional": True,  # an empty one is answered in our own words
            "label": {"type": "plain_text", "text": for_whom(variants)[:2000]},
            "element": written if variant.text else {k: v for k, v in written.items() if k != "initial_value"},
        },
        context(
            _got(campaign, variants),
            f"_From:_ {sources(variant.sources)}",
            *(finding_line(each) for each in variant.findings[:6]),
        ),
    ]


def _got(campaign: Campaign, variants: Sequence[Variant]) -> str:
    number = readers(campaign, variants)
    if "variant" not in campaign.counts:
        return ""
    return f"{people(number)} will get it" if number else "Nobody on the list of recipients gets it"


def field_id(number: int) -> str:
    return f"text:{number}"


def texts_of(standing: Standing, view: Mapping[str, Any]) -> dict[str, str]:
    """What was written into the modal's fields, by the name of each variant that it is for. Empty where the modal was
    made for another state of the campaign: its fields would be somebody else's."""
    if metadata_of(view).get("digest") != standing.campaign.digest:
        return {}
    values = (view.get("state") or {}).get("values") or {}
    written: dict[str, str] = {}
    for number, variants in enumerate(fields_of(standing.campaign)):
        field = values.get(field_id(number), {}).get(TEXT)
        if field is not None:
            written |= dict.fromkeys((each.name for each in variants), _tidied(field.get("value") or ""))
    return written


def metadata_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a modal of ours carries; empty for any other."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return carried if isinstance(carried, dict) else {}


def edit_errors(standing: Standing, texts: Mapping[str, str], policy: Policy, style: StyleCard) -> Errors:
    """What is wrong with the words, by the block of the modal that they stand in; empty where they may be shown."""
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
    return " · ".join(dict.fromkeys(f"{each.text} ({each.rule})" for each in against))[:1900]


def places_of(campaign: Campaign) -> frozenset[str]:
    """The facts that each recipient has of their own."""
    return frozenset(place for variant in campaign.variants for place in variant.personal)


def changed(standing: Standing, texts: Mapping[str, str], by: str, policy: Policy, style: StyleCard) -> Campaign | None:
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
        thawed(replace(standing, campaign=campaign)),
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


def _tidied(text: str) -> str:
    """Without the blanks at the ends of lines and text, which nobody sees and a vendor would count."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
