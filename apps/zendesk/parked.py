"""What did not reach a customer, for those who lead: sent again or dismissed from the nav bar's page."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.parts import Route, read_body
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.execute.parked import list_parked, settle_parked
from core.model.ids import EffectId
from core.model.parked import Parked, ParkedWish
from core.ports import Now, Publisher, Store

MOST = 50


class WishSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    wish = fields.String(required=True, validate=validate.OneOf(list(ParkedWish)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedMessages:
    store: Store
    publisher: Callable[[], Publisher]
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/parked", "GET", self.show, "lead"),
            Route("overview/parked/<effect_id>", "POST", self.settle, "lead"),
        )

    def show(self, _: Visitor) -> Response:
        with self.store.read() as unit:
            found = list_parked(unit, MOST)
        return jsonify(parked=[_row(each) for each in found])

    def settle(self, who: Visitor, effect_id: str) -> Response:
        """What is left afterwards. Refused where somebody else has settled it."""
        wish, name = ParkedWish(WishSchema().load(read_body())["wish"]), EffectId(effect_id)
        with self.store.begin() as unit:
            done, said = settle_parked(unit, name, wish, who.name, secrets.token_hex(8), self.now())
        if not done:
            raise RejectedError(said)
        if wish is ParkedWish.SEND:
            self.publisher().effect(name)
        return self.show(who)


def _row(parked: Parked) -> dict[str, Any]:
    return {
        "id": parked.id,
        "who": parked.who,
        "channel": parked.channel.value,
        "to": parked.to,
        "text": parked.text,
        "why": parked.why,
        "since": parked.since.isoformat(),
        "ticket": parked.ticket,
        "unclear": parked.unclear,
    }
