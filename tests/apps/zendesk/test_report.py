"""The report in the navigation: the command's figures, each with the conversations that whoever asks may read."""

from datetime import datetime
from typing import Any

import pytest

from apps.zendesk.report import CUTS, LOOKED_AT, SHOWN
from apps.zendesk.session import Visitor
from benchmarks.year import WORSE, Year, fill
from core.measure.report.measures import MEASURES
from core.measure.report.report import report_of
from core.model.matter import By, Span
from tests.apps.zendesk.desk import Desk
from tests.apps.zendesk.test_overview import AISHA, looked

PERIOD = "since=2026-09-20&until=2026-11-20"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """With two months of matters, among them one intent that comes back more often than the others."""
    fill(desk.store, Year(matters=4_000, days=60, now=desk.clock()))
    return desk


def cell(desk: Desk, query: str, who: Visitor = AISHA) -> dict[str, Any]:
    return looked(desk, f"report/conversations?{PERIOD}&{query}", who)


def test_its_figures_are_those_of_the_command(desk: Desk) -> None:
    found = looked(desk, f"report?{PERIOD}&by=intent")
    with desk.store.read() as unit:
        span = Span(since=_at(found["since"]), until=_at(found["until"]), now=desk.clock())
        report = report_of(unit, span, (By.INTENT,))
    assert found["all"]["matters"] == report.whole.matters > 3_000
    assert [each["measure"] for each in found["scorecard"]] == [measure.name for measure in MEASURES]
    assert {each["name"] for each in found["measures"]} == {measure.name for measure in MEASURES}
    assert [(row["key"], row["matters"]) for row in found["groups"]] == [
        (tally.key, tally.matters) for tally in report.tables[By.INTENT]
    ]
    worse = next(row for row in found["groups"] if row["key"] == WORSE)
    assert worse["marked"]["recontacted"] is True
    assert [mark["key"] for mark in found["marks"] if mark["measure"] == "recontacted"] == [WORSE]


@pytest.mark.parametrize("by", CUTS)
def test_every_cut_adds_up_to_the_whole(desk: Desk, by: By) -> None:
    found = looked(desk, f"report?{PERIOD}&by={by.value}")
    assert sum(row["matters"] for row in found["groups"]) == found["all"]["matters"]
    assert found["compared"] is (by in (By.TIER, By.CHANNEL, By.INTENT, By.LANGUAGE, By.BRAND, By.MONTH))


def test_nobody_sees_how_it_went_by_agent(desk: Desk) -> None:
    assert desk.get("overview/report?by=agent", bearer=desk.signed_in(AISHA)).status_code == 400


@pytest.mark.parametrize(
    "query", ["since=2026-11-20&until=2026-11-01", "since=2020-01-01", "since=0001-01-01", "until=soon", "by=agent"]
)
def test_a_period_that_is_none_is_refused(desk: Desk, query: str) -> None:
    assert desk.get(f"overview/report?{query}", bearer=desk.signed_in(AISHA)).status_code == 400


def test_a_figure_opens_the_conversations_on_its_worse_side(desk: Desk) -> None:
    found = cell(desk, f"by=intent&key={WORSE}&measure=recontacted")
    assert found["counted"] is True
    assert len(found["conversations"]) == SHOWN
    assert found["more"] is True
    with desk.store.read() as unit:
        for each in found["conversations"]:
            matter = unit.matters.get(each["conversation"])
            assert matter is not None
            assert (matter.intent, matter.recontacted_at is not None) == (WORSE, True)
    assert cell(desk, "measure=resolved_first")["counted"] is False
    assert cell(desk, "measure=resolved_first&counted=true")["counted"] is True


def test_what_the_helpdesk_does_not_show_a_reader_is_counted_and_not_named(desk: Desk) -> None:
    before = cell(desk, "measure=recontacted")["conversations"]
    hidden = before[0]["ticket"]
    desk.access.hidden.add((AISHA.agent_id, hidden))
    desk.looks.clear()
    found = cell(desk, "measure=recontacted")
    assert hidden not in {each["ticket"] for each in found["conversations"]}
    assert found["withheld"] == 1
    assert hidden not in {ref for _, _, ref in desk.looks}


def test_who_may_read_nothing_sees_a_number_alone(desk: Desk) -> None:
    with desk.store.read() as unit:
        span = Span(since=_at("2026-09-01T00:00:00+00:00"), until=desk.clock(), now=desk.clock())
        listed = unit.matters.listed(span, "answered", hit=None, limit=10_000)
    desk.access.hidden |= {(AISHA.agent_id, each.ticket_id or "") for each in listed}
    found = cell(desk, "measure=answered&counted=true")
    assert (found["conversations"], found["withheld"]) == ([], LOOKED_AT)
    assert desk.looks == []


def test_whose_conversations_were_listed_is_noted(desk: Desk) -> None:
    found = cell(desk, "measure=recontacted")
    whose = {each["ticket"] or each["conversation"] for each in found["conversations"]}
    assert {ref for _, _, ref in desk.looks} == whose
    assert {what for _, what, _ in desk.looks} == {"the conversations behind a figure (recontacted)"}
    assert {who for who, _, _ in desk.looks} == {"agent 503 Aisha Rahman"}


def test_its_pictures_are_the_pages_in_the_colours_and_the_language_of_the_app(desk: Desk) -> None:
    desk.language = "de-AT"
    found = looked(desk, f"report/pictures?{PERIOD}&by=intent")
    assert found["unavailable"] == ""
    names = [each["name"] for each in found["pictures"]]
    assert names[0] == "volume"
    assert {"recontacted", "resolved_first:intent"} <= set(names)
    volume = found["pictures"][0]
    assert volume["title"] == "Begonnene Anliegen"
    assert volume["svg"].startswith("<svg")
    assert "Okt" in volume["svg"]
    assert "Anliegen je Tag" in volume["svg"]
    assert "var(--series-1)" in volume["svg"]
    assert "#2563a8" not in volume["svg"]
    assert "<script" not in volume["svg"]


def test_measures_are_told_in_the_readers_language(desk: Desk) -> None:
    desk.language = "fr"
    found = looked(desk, f"report?{PERIOD}")
    titles = {each["name"]: each["title"] for each in found["measures"]}
    assert titles["recontacted"] == "Revenu pour la même chose sous sept jours"
    assert all(each["title"] and each["of"] and each["short"] for each in found["measures"])


def _at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
