"""The modal in which a supervisor writes other words: its fields, and what was written into them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from apps.slack.cards.actions import EDITED, PICK, TEXT
from apps.slack.cards.blocks import Block, context, escape, people, section
from apps.slack.cards.progress import value_of
from apps.slack.cards.texts import finding_line, sources
from core.model.campaign import Campaign, Standing, Variant
from core.outreach.edit import LONGEST, field_id, fields_of, places_of
from core.outreach.texts import for_whom, readers
from core.text.line import one_line

A_VIEW = 20  # texts in one modal; the others are on further pages
PAGES = 100  # that Slack's menu can name


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


def _field(campaign: Campaign, number: int, variants: Sequence[Variant]) -> list[Block]:
    variant = variants[0]
    if len(variant.text) > LONGEST:
        return [section(f"*{escape(for_whom(variants))}*: too long to be edited here")]
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
            "label": {"type": "plain_text", "text": one_line(for_whom(variants))[:2000]},
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


def _tidied(text: str) -> str:
    """Without the blanks at the ends of lines and text, which nobody sees and a vendor would count."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
