import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.model.ids import ApprovalId
from core.model.outreach import Approval, ApprovalState, Click
from tests.connectors.sql.samples import NOW, SECOND, proposal

YES = Click(
    approval_id=ApprovalId("ap_one"),
    verdict=ApprovalState.APPROVED,
    digest=proposal().digest,
    user_id="U01",
    user_name="Priya Nair",
    channel="C01",
    ts="1.2",
)
NO = replace(YES, verdict=ApprovalState.REJECTED, user_id="U02")


@pytest.fixture
def asked(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        assert unit.approvals.add(proposal())
    return store


def test_a_proposal_waits_as_it_was_written(asked: SqlStore) -> None:
    with asked.begin() as unit:
        assert not unit.approvals.add(proposal(body="another text"))
        unit.approvals.posted(ApprovalId("ap_one"), "C01", "1.2")
        found = unit.approvals.get(ApprovalId("ap_one"))
    assert found == Approval(proposal=proposal(), slack_channel="C01", slack_ts="1.2")


def test_the_first_click_decides_and_the_second_changes_nothing(asked: SqlStore) -> None:
    with asked.begin() as unit:
        settled = unit.approvals.settle(YES, NOW + SECOND)
        assert settled is not None
        assert (settled.state, settled.decided_by, settled.decided_at) == (
            ApprovalState.APPROVED,
            "U01",
            NOW + SECOND,
        )
        assert unit.approvals.settle(NO, NOW + 2 * SECOND) is None
        assert unit.approvals.settle(YES, NOW + 2 * SECOND) is None
        assert unit.approvals.get(ApprovalId("ap_one")) == settled


def test_a_click_on_another_text_decides_nothing(asked: SqlStore) -> None:
    with asked.begin() as unit:
        assert unit.approvals.settle(replace(YES, digest=proposal(body="edited").digest), NOW) is None
        found = unit.approvals.get(ApprovalId("ap_one"))
    assert found == Approval(proposal=proposal())


def test_an_expired_approval_cannot_be_given(asked: SqlStore) -> None:
    with asked.begin() as unit:
        assert unit.approvals.settle(YES, NOW + timedelta(hours=4)) is None
        found = unit.approvals.get(ApprovalId("ap_one"))
    assert found is not None
    assert found.state is ApprovalState.EXPIRED
    with asked.begin() as unit:
        assert unit.approvals.settle(YES, NOW) is None


@pytest.mark.parametrize("verdict", [ApprovalState.PENDING, ApprovalState.EXPIRED])
def test_a_click_says_yes_or_no(asked: SqlStore, verdict: ApprovalState) -> None:
    with pytest.raises(ValueError, match="not a supervisor's verdict"), asked.begin() as unit:
        unit.approvals.settle(replace(YES, verdict=verdict), NOW)


def test_of_many_clicks_at_once_one_decides(asked: SqlStore) -> None:
    verdicts: list[Approval | None] = []
    together = threading.Barrier(6)

    def click(one: Click) -> None:
        together.wait()
        with asked.begin() as unit:
            verdicts.append(unit.approvals.settle(one, NOW))

    threads = [threading.Thread(target=click, args=(one,)) for one in (YES, NO) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(verdicts) == 6
    assert len([verdict for verdict in verdicts if verdict is not None]) == 1
