"""Pictures are paid for as words are."""

from datetime import UTC, datetime

import pytest

from connectors.sql.store import SqlStore
from core.answer.compose.vision import READ, WRITTEN, MeteredVision
from core.errors import RejectedError
from core.model.action import SeenPicture
from core.model.cost import MICRO
from core.policy import Models, Price
from core.prompting.budget import ModelBudget

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIGHT, STRONG = READ + WRITTEN, 10 * READ + 10 * WRITTEN


class Eyes:
    name = "eyes-1"

    def __init__(self) -> None:
        self.looked = 0

    def describe(self, content: bytes, media_type: str) -> str:
        self.looked += 1
        return "A dented box."

    def examine(self, content: bytes, media_type: str, shows: str, of: str) -> SeenPicture:
        self.looked += 1
        return SeenPicture(words="A dented box.", shows=True, fits=True, sure=0.9, made_by=self.name)


def paid(store: SqlStore, eyes: Eyes, tier: str = "light", per_day: float | None = None) -> MeteredVision:
    """A token costs a millionth with the light model, ten with the strong one."""
    models = Models(light=Price(read=1, written=1), strong=Price(read=10, written=10), per_day=per_day)
    return MeteredVision(eyes=eyes, tier=tier, purse=ModelBudget(store=store, models=lambda: models, now=lambda: NOON))


@pytest.mark.parametrize(("tier", "cost"), [("light", LIGHT), ("strong", STRONG)])
def test_each_look_costs_the_day_what_it_costs_at_most(store: SqlStore, tier: str, cost: int) -> None:
    eyes = Eyes()
    model = paid(store, eyes, tier)
    assert model.describe(b"\xff\xd8", "image/jpeg") == "A dented box."
    assert model.describe(b"\xff\xd8", "image/jpeg") == "A dented box."
    with store.read() as unit:
        assert unit.spend.spent("day:2026-11-20") == 2 * cost
    assert (model.name, eyes.looked) == ("eyes-1", 2)


def test_past_the_limit_of_the_day_nobody_looks(store: SqlStore) -> None:
    eyes = Eyes()
    model = paid(store, eyes, per_day=1.5 * LIGHT / MICRO)
    model.describe(b"\xff\xd8", "image/jpeg")
    with pytest.raises(RejectedError) as refused:
        model.describe(b"\xff\xd8", "image/jpeg")
    with pytest.raises(RejectedError):
        model.examine(b"\xff\xd8", "image/jpeg", "a dent", "a box")
    assert (refused.value.code, eyes.looked) == ("budget", 1)
