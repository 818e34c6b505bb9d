from typing import Any

import pytest

from core.errors import RejectedError
from core.model.event import Event, EventKind
from core.model.outreach import Verdict
from core.outreach.steps import click_of
from tests.core.campaigns import campaign
from tests.core.samples import click, event

FIELDS: dict[str, Any] = {
    "approval": "ap_one",
    "verdict": "approve",
    "digest": campaign().digest,
    "user_id": "U-PRIYA",
    "user_name": "priya",
    "channel": "#approvals",
    "ts": "1.0",
}


def clicked(payload: dict[str, Any]) -> Event:
    return event(EventKind.APPROVAL_CLICKED, "ap_one", payload=payload)


def test_a_stored_click_comes_back_as_it_was() -> None:
    assert click_of(clicked(FIELDS)) == click(campaign(), Verdict.APPROVE, event_id=clicked(FIELDS).id)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_click_that_lacks_a_field_is_refused(name: str) -> None:
    with pytest.raises(RejectedError):
        click_of(clicked({key: value for key, value in FIELDS.items() if key != name}))


def test_a_verdict_that_no_button_has_is_refused() -> None:
    with pytest.raises(RejectedError):
        click_of(clicked({**FIELDS, "verdict": "perhaps"}))
