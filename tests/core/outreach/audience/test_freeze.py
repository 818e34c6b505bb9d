"""From an audience to the manifest that an approval seals, on a real store."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConflictError, RejectedError
from core.model.arm import Arm
from core.model.campaign import CampaignState, Standing, message_digest, message_to
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import EffectState
from core.model.profile import Merge
from core.outreach.audience.freeze import frozen, frozen_page, thaw
from core.policy import Policy
from core.profile.merge import merge, unmerge
from tests.core.outreach.freezing import NOW, OUTAGE, POLICY, begin, campaign, freeze, person, root_of, said
from tests.core.rules import policy


def test_the_manifest_holds_everybody_who_may_be_written_to_and_its_root_seals_them(store: SqlStore) -> None:
    out = person("eve", consents=())
    made, lines = freeze(store, begin(store, *map(person, ("ada", "bea", "cleo")), out))
    assert [(each.ordinal, each.customer_id) for each in lines] == [(1, "cu_ada"), (2, "cu_bea"), (3, "cu_cleo")]
    assert [each.digest for each in lines] == [message_digest(made, each) for each in lines]
    assert (made.size, made.root) == (3, root_of(lines))
    assert made.counts == {
        "segment": {"standard": 3},
        "channel": {"sms": 3},
        "language": {"en": 3},
        "zone": {"Europe/London": 3},
        "arm": {"treated": 3},
        "variant": {"default/sms/en": 3},
        "left_out": {"no consent": 1},
    }
    assert made.cost == 3 * 40_000


@pytest.mark.parametrize("limit", [1, 2, 3, 99])
def test_the_manifest_is_the_same_in_pages_of_any_size(store: SqlStore, limit: int) -> None:
    people = [person(f"p{n:02d}") for n in range(7)]
    made, lines = freeze(store, begin(store, *people, of=campaign(holdout=0.3)), limit=limit)
    assert (made.size, made.root) == (7, root_of(lines))
    assert [each.arm for each in lines].count(Arm.HOLDOUT) == made.counts["arm"].get("holdout", 0)


def test_a_worker_that_dies_between_two_pages_leaves_what_the_next_one_goes_on_from(store: SqlStore) -> None:
    standing = begin(store, *map(person, ("ada", "bea", "cleo")))
    with store.begin() as unit:
        frozen_page(unit, standing, POLICY, NOW, 2)
    with suppress(KeyboardInterrupt), store.begin() as unit:
        read = unit.campaigns.get(OUTAGE)
        assert read is not None
        frozen_page(unit, read, POLICY, NOW, 2)
        raise KeyboardInterrupt
    with store.read() as unit:
        read = unit.campaigns.get(OUTAGE)
        assert read is not None
        assert len(unit.campaigns.lines(OUTAGE, 0, 9)) == 2
    made, lines = freeze(store, read)
    assert (made.size, made.root, len(lines)) == (3, root_of(lines), 3)


def test_whoever_has_an_older_reading_freezes_nothing(store: SqlStore) -> None:
    standing = begin(store, *map(person, ("ada", "bea")))
    with store.begin() as unit:
        frozen_page(unit, standing, POLICY, NOW, 1)
    with pytest.raises(ConflictError), store.begin() as unit:
        frozen_page(unit, standing, POLICY, NOW, 1)
    with store.read() as unit:
        assert len(unit.campaigns.lines(OUTAGE, 0, 9)) == 1


def test_after_an_edit_the_old_lines_go_before_new_ones_come(store: SqlStore) -> None:
    standing = begin(store, *map(person, ("ada", "bea", "cleo")))
    first, old = freeze(store, standing)
    with store.begin() as unit:
        read = unit.campaigns.get(OUTAGE)
        assert read is not None
        edited = replace(read.campaign, variants=(said("The app is very slow."),), revision=2)
        again = thaw(replace(read, campaign=edited, state=CampaignState.PREPARING))
        assert (again.campaign.root, again.campaign.size, again.frozen_to) == ("", 0, "")
        saved = unit.campaigns.save(again)
        assert saved is not None
    made, lines = freeze(store, saved)
    assert [each.ordinal for each in lines] == [1, 2, 3]
    assert made.root == root_of(lines) != first.root
    assert {each.digest for each in old}.isdisjoint(each.digest for each in lines)


def test_where_nobody_is_left_the_counts_say_why(store: SqlStore) -> None:
    made, lines = freeze(store, begin(store, person("ada", identities=())))
    assert (lines, made.size, made.root, made.counts) == ([], 0, "", {"left_out": {"no phone number": 1}})


def test_a_country_where_our_number_is_not_registered_is_left_out(store: SqlStore) -> None:
    people = (person("ada"), person("bea", number="+12125550123", time_zone="America/New_York"))
    bare = policy()
    made, lines = freeze(store, begin(store, *people), under=bare)
    assert [each.customer_id for each in lines] == ["cu_ada"]
    assert made.counts["left_out"] == {"our number is not registered for US": 1}
    assert any(finding.rule == "registration" for each in made.variants for finding in each.findings)


def test_who_was_told_gets_the_news_and_the_first_campaigns_messages_were_theirs(store: SqlStore) -> None:
    under = policy(
        outreach__plays={
            **{name: dict(play) for name, play in _plays().items()},
            "news": {
                "match": "told",
                "after": "outage",
                "purpose": "service",
                "channel": "sms",
                "texts": {"default": "Larkfield: news. Reply STOP to opt out."},
            },
        }
    )
    first, lines = freeze(store, begin(store, *map(person, ("ada", "bea"))), under=under)
    with store.begin() as unit:
        read = unit.campaigns.get(OUTAGE)
        assert read is not None
        unit.campaigns.save(replace(read, began_at=NOW, state=CampaignState.RUNNING))
        sent = message_to(first, lines[1], NOW)
        unit.outbox.add(sent)
        unit.campaigns.mark_queued(OUTAGE, {2: sent.id})
        unit.outbox.mark(sent.id, EffectState.SENT, NOW)
        news = campaign(id=ApprovalId("ap_news"), play="news")
        second = Standing(campaign=news, state=CampaignState.PREPARING, version=1, changed_at=NOW)
        unit.campaigns.add(second)
        second = frozen_page(unit, second, under, NOW, 9)
        assert [each.customer_id for each in unit.campaigns.lines(news.id, 0, 9)] == ["cu_bea"]
        assert frozen(frozen_page(unit, second, under, NOW, 9))


def _plays() -> Mapping[str, Any]:
    from tests.core.rules import POLICY as FIELDS

    plays: Mapping[str, Any] = FIELDS["outreach"]["plays"]
    return plays


def page(store: SqlStore, standing: Standing, under: Policy = POLICY, limit: int = 1) -> Standing:
    with store.begin() as unit:
        return frozen_page(unit, standing, under, NOW, limit)


def joined(store: SqlStore, kept: str, other: str) -> Merge:
    with store.begin() as unit:
        return merge(unit, CustomerId(f"cu_{kept}"), CustomerId(f"cu_{other}"), "Priya", "same", NOW)


def test_who_goes_into_a_profile_of_a_later_page_gets_one_message(store: SqlStore) -> None:
    standing = page(store, begin(store, *map(person, ("ada", "bea", "cleo"))))
    joined(store, "cleo", "ada")
    made, lines = freeze(store, standing)
    assert [each.customer_id for each in lines] == ["cu_ada", "cu_bea"]
    assert made.counts["left_out"] == {"same person": 1}
    assert (made.size, made.root) == (2, root_of(lines))


def test_two_who_become_one_after_both_were_listed_get_one_message(store: SqlStore) -> None:
    standing = page(store, begin(store, *map(person, ("ada", "bea", "cleo"))), limit=2)
    joined(store, "bea", "ada")
    _, lines = freeze(store, standing)
    assert [(each.customer_id, each.state) for each in lines] == [
        ("cu_ada", "planned"),
        ("cu_bea", "stopped"),
        ("cu_cleo", "planned"),
    ]


def test_two_who_are_two_again_while_they_are_listed_do_not_bring_it_to_a_halt(store: SqlStore) -> None:
    people = tuple(map(person, ("ada", "bea", "cleo")))
    made = campaign(play="usage_friction")
    names = ("cleo@shop.example", "bea@shop.example", "ada@shop.example")
    standing = begin(store, *people, of=made, facts={"customers": names})
    undo = joined(store, "ada", "cleo")
    standing = page(store, standing)
    with store.begin() as unit:
        unmerge(unit, undo.id, "Priya", NOW)
    _, lines = freeze(store, standing)
    assert [each.customer_id for each in lines] == ["cu_ada", "cu_bea"]


def test_a_list_is_made_under_one_version_of_the_policy(store: SqlStore) -> None:
    standing = page(store, begin(store, *map(person, ("ada", "bea", "cleo"))))
    dearer = policy(outreach__costs={"sms": 0.08}, outreach__law={"registered": ["US"]})
    assert dearer.version != POLICY.version
    made, lines = freeze(store, standing, under=dearer)
    assert (made.cost, made.size, len(lines)) == (3 * 80_000, 3, 3)


def test_a_play_that_the_policy_has_no_more_freezes_nothing(store: SqlStore) -> None:
    standing = begin(store, person("ada"), of=campaign(play="gone"))
    with pytest.raises(RejectedError, match="no play 'gone'"), store.begin() as unit:
        frozen_page(unit, standing, POLICY, NOW, 9)
