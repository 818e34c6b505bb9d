"""Models are asked only as long as the policy's budget lasts; then the sources answer themselves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sql.store import SqlStore
from core.answer.compose.choice import Choice
from core.answer.compose.compose import Composer
from core.answer.compose.job import Fallback, Wish, Worded
from core.errors import RejectedError, TransientError
from core.model.ids import ConversationId
from core.policy import Models, Price
from core.prompting.budget import MeteredModel, ModelBudget
from tests.core.answer.compose.models import GOOD, PASSAGE, Clock, Model, patience, says

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCHEMA: Mapping[str, object] = {"title": "reply", "type": "object"}
HERE = ConversationId("co-1")
STRONG = Choice(strong=True, reason="risk: fraud")


def purse(store: SqlStore, now: datetime = NOON, **changes: object) -> ModelBudget:
    """A token is a letter and costs a millionth."""
    given = {"light": Price(read=1, written=1), "strong": Price(read=10, written=10), "currency": "EUR"}
    models = Models(**(given | changes))  # type: ignore[arg-type]
    return ModelBudget(store=store, models=lambda: models, now=lambda: now)


def asked(model: MeteredModel, prompt: str = "x" * 100, most: int = 50) -> str:
    return model.complete(system="", user=prompt, schema=SCHEMA, max_tokens=most)


def spent(store: SqlStore, name: str) -> int:
    with store.read() as unit:
        return unit.spend.spent(name)


def test_a_request_costs_what_was_read_and_written(store: SqlStore) -> None:
    model = purse(store).meter(Model("y" * 30), "light", HERE)
    asked(model)
    assert spent(store, "day:2026-11-20") == spent(store, "conversation:co-1") == 130
    [cost] = model.costs
    assert (cost.read, cost.written, cost.tier, cost.currency) == (100, 30, "light", "EUR")
    assert cost.amount == pytest.approx(0.00013)


def test_a_request_that_could_go_past_the_days_limit_is_never_made(store: SqlStore) -> None:
    inner = Model("y")
    model = purse(store, per_day=149 / 1_000_000).meter(inner, "light", HERE)
    with pytest.raises(RejectedError, match="the budget of this day") as refused:
        asked(model)
    assert refused.value.code == "budget"
    assert not inner.prompts
    assert spent(store, "day:2026-11-20") == spent(store, "conversation:co-1") == 0


def test_a_conversation_has_a_limit_of_its_own_and_the_day_gets_its_share_back(store: SqlStore) -> None:
    bound = purse(store, per_conversation=200 / 1_000_000)
    asked(bound.meter(Model("y" * 60), "light", HERE))
    with pytest.raises(RejectedError, match="for one conversation"):
        asked(bound.meter(Model("y"), "light", HERE))
    asked(bound.meter(Model("y"), "light", ConversationId("co-2")))
    assert spent(store, "day:2026-11-20") == 160 + 101


def test_the_next_day_has_a_budget_again(store: SqlStore) -> None:
    asked(purse(store, per_day=160 / 1_000_000).meter(Model("y" * 50), "light", HERE))
    tomorrow = purse(store, NOON + timedelta(days=1), per_day=160 / 1_000_000)
    assert asked(tomorrow.meter(Model("y"), "light", HERE)) == "y"


def test_a_request_that_fails_is_paid_as_if_it_had_been_read(store: SqlStore) -> None:
    model = purse(store).meter(Model(TransientError("away")), "light", HERE)
    with pytest.raises(TransientError):
        asked(model)
    assert spent(store, "day:2026-11-20") == 100


def test_a_stream_that_is_closed_early_costs_what_came(store: SqlStore) -> None:
    model = purse(store).meter(Model("y" * 70, size=7), "light", HERE)
    pieces = model.stream(system="", user="x" * 100, schema=SCHEMA, max_tokens=80)
    next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]
    assert spent(store, "day:2026-11-20") == 107


def composed(purse: ModelBudget, light: Model, strong: Model) -> Worded | Fallback:
    composer = Composer(
        light=purse.meter(light, "light", HERE),
        strong=purse.meter(strong, "strong", HERE),
        patience=patience(Clock()),
    )
    wish = Wish(asked="How long?", passages=(PASSAGE,), language="en", choice=STRONG)
    return composer.write(wish)


def test_the_light_model_writes_where_the_strong_one_is_too_dear(store: SqlStore) -> None:
    light, strong = says(GOOD), says(GOOD)
    written = composed(purse(store, per_day=0.012), light, strong)
    assert isinstance(written, Worded)
    assert written.model.endswith("(light: the budget does not reach for the strong model)")
    assert light.prompts
    assert not strong.prompts


def test_past_the_limit_the_sources_answer_themselves_and_say_why(store: SqlStore) -> None:
    light, strong = says(GOOD), says(GOOD)
    written = composed(purse(store, per_day=0.0001), light, strong)
    assert isinstance(written, Fallback)
    assert "the budget of this day, 0.00 EUR, is used up" in written.reason
    assert not light.prompts
    assert not strong.prompts
