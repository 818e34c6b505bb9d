"""A small help centre on a shelf, and the questions that come to it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors.local.index import PassageIndex
from connectors.sql.store import SqlStore
from core.answer.answer import Answer
from core.knowledge.library import Library
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience
from tests.core import people, samples
from tests.core.encoder import WordEncoder

REFUNDS = """\
A refund for a returned item reaches you within 5 to 9 working days.

## Time after we start the refund

You paid with | The refund arrives within
Credit card | 3 to 5 working days
PayPal | 24 hours

## Follow your refund

The refund status is shown under Account > Orders > Return details.
"""
RETURNS = """\
You can return any item within 30 days of delivery, for any reason.

## Start a return

1. Sign in and open Account > Orders.
2. Select the order and choose Return items.
3. Print the prepaid label.

## Pack the parcel

Use the original box if you still have it. Any sturdy box is fine.
"""
SHORT_POLICY = "Items can be returned within 28 days of delivery, for any reason at all."
LIMITS = "Agents may approve a refund of up to £60 without asking. The refund needs a note."
GERMAN = "Die Erstattung erreicht Sie innerhalb von 5 bis 9 Werktagen."


def article(key: str, title: str, text: str, **changes: Any) -> Article:
    fields: dict[str, Any] = {"updated_at": people.NOW - timedelta(days=30), "url": f"https://help.example/{key}"}
    return Article(id=ArticleId(key), title=title, text=text.strip(), **{**fields, **changes})


ARTICLES = (
    article("refunds", "How long does a refund take?", REFUNDS),
    article("returns", "How to return an item", RETURNS),
    article("limits", "Refund limits for agents", LIMITS, audience=Audience.INTERNAL),
    article("erstattung", "Wie lange dauert eine Erstattung?", GERMAN, locale="de"),
)
CONFLICTING = article("brief", "Returns policy in brief", SHORT_POLICY)


def answer(store: SqlStore, *more: Article, without: str = "", **settings: Any) -> Answer:
    encoder = WordEncoder()
    Library(store=store, encoder=encoder).add([*(a for a in ARTICLES if a.id != without), *more])
    return Answer(store, encoder, PassageIndex(store, encoder.name), **settings)


def asks(text: str, *before: Message, brand: str = "", **changes: Any) -> CaseContext:
    number = len(before) + 1
    case = samples.case(*before, samples.message(number, text=text, channel=Channel.SMS), **changes)
    return replace(case, conversation=replace(case.conversation, brand=brand))


def said(number: int, text: str, role: Role = Role.CUSTOMER) -> Message:
    return samples.message(number, text=text, role=role)


def ago(days: int) -> datetime:
    return people.NOW - timedelta(days=days)
