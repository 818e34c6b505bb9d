from pathlib import Path

import pytest

from connectors.sql.store import SqlStore
from core.answer.compose.vision import MeteredVision
from tests.apps.container import quiet_container

ENDPOINT = {"HANDRAIL_OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "HANDRAIL_OPENAI_API_KEY": "fake-key"}


@pytest.mark.parametrize(("model", "tier"), [("eyes-1", "light"), ("words-1", "strong")])
def test_who_looks_at_pictures_is_paid_from_the_purse(store: SqlStore, tmp_path: Path, model: str, tier: str) -> None:
    container = quiet_container(
        store, tmp_path, **ENDPOINT, HANDRAIL_OPENAI_VISION="eyes-1", HANDRAIL_OPENAI_MODEL=model
    )
    eyes = container.metered_vision
    assert isinstance(eyes, MeteredVision)
    assert (eyes.name, eyes.tier, eyes.purse) == ("eyes-1", tier, container.purse)


def test_nobody_looks_where_no_model_is_named(store: SqlStore, tmp_path: Path) -> None:
    assert quiet_container(store, tmp_path, **ENDPOINT).metered_vision is None
