import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.slack.cards.details import alert_details, campaign_details, parked_details, request_details
from core.govern.campaign_cards import card_of
from core.model.alert import Hit
from core.model.campaign import RESULT, CampaignState
from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.knowledge import Audience
from core.model.parked import Parked
from core.model.request import RequestState, Ruling, Source
from core.ports.cards import AlertDetails
from tests.apps.slack.cards.test_alert import LONG, alert, raised
from tests.apps.slack.cards.test_campaign import WIDE, frozen, worst
from tests.apps.slack.cards.test_progress import HALF, SENT
from tests.apps.slack.cards.test_request import REQUEST
from tests.core.campaigns import standing, vote
from tests.core.outreach.slack_limits import shown, view_complaints
from tests.core.people import NOW
from tests.core.rules import policy

PARKED = Parked(
    id=EffectId("fx_1"),
    who="Emma Clarke",
    channel=Channel.SMS,
    to="+447700900123",
    text="Your parcel is late.",
    why="HTTP 500 from <Twilio>",
    since=NOW,
    rule="agent_reply",
    tries=3,
)


def read(view: Any) -> str:
    assert view_complaints(view) == []
    return shown(view["blocks"])


def test_an_alert_tells_its_rules_by_name_beside_the_policys_words() -> None:
    said = raised(facts={"Code": "30007"}, reasons=("legal_threat",))
    hits = [Hit(at=NOW, text=f"Thing {number}") for number in range(9)]
    reasons = {"legal_threat": "The customer speaks of legal steps"}
    one = alert(said, count=9, notes=("One.", "Two.", "Three."))
    text = read(alert_details(AlertDetails(alert=one, hits=hits, reasons=reasons)))
    for words in (
        "The customer speaks of legal steps (`legal_threat`)",
        "9 times since <!date^",
        "Code: 30007",
        "Thing 8",
        "One.",
        "Grouped by: `legal:co_1`",
    ):
        assert words in text


def test_a_campaign_tells_its_audience_sources_findings_and_manifest() -> None:
    of = frozen(variants=(WIDE,))
    text = read(campaign_details(card_of(standing(of), (vote(of),), policy(), NOW)))
    for words in (
        "Standard: 900",
        "SMS: 1,200",
        "German: 234",
        "Europe/City 8: 108",
        "no consent: 12",
        "asked for WhatsApp: 34",
        "65 people left alone by lot, of 1,299 people who may be written to",
        "<https://help.example/1|Outages>",
        "It is long: 4 parts. (34 people) `length`",
        f"Digest `{of.digest}`",
        "Manifest `r`, 1,299 lines",
        "<@U-Priya> (supervisor): yes",
    ):
        assert words in text


def test_a_campaign_under_way_tells_its_pace_and_failures_in_words() -> None:
    stands = standing(SENT, CampaignState.RUNNING, began_at=NOW, facts={RESULT: ["One.", "Two.", "Three.", "Four."]})
    text = read(campaign_details(card_of(stands, (), policy(), NOW + timedelta(seconds=50), HALF)))
    assert "2.0 a second so far (at most SMS 1 a second)" in text
    assert "(`30003`)" in text
    assert "(`no code`)" in text
    assert "Four." in text


def test_a_request_tells_its_sources_with_the_words_quoted_and_the_whole_digest() -> None:
    inside = Source(article_id="ar_1", title="Refund limits", audience=Audience.INTERNAL, quote="up to 200")
    ruling = Ruling(request=replace(REQUEST, sources=(inside,)), state=RequestState.APPROVED, decided_by="U1")
    text = read(request_details(ruling, None))
    assert ":lock: Refund limits (internal): “up to 200”" in text
    assert f"Digest `{ruling.request.digest}`" in text
    assert "None: the words are the agent’s own" in read(request_details(Ruling(request=REQUEST), None))


def test_what_was_parked_tells_the_vendors_words_and_the_rule_it_was_to_leave_under() -> None:
    text = read(parked_details(PARKED))
    assert "HTTP 500 from &lt;Twilio&gt;" in text
    assert "Message `fx_1`, under `agent_reply`" in text
    assert "Tried 3 times" in text


@pytest.mark.parametrize("text", [LONG, "&" * 20_000, "a\n" * 9_000, "x"])
def test_slack_takes_the_longest_details_and_nothing_in_them_becomes_a_mention(text: str) -> None:
    said = raised(text=text, why=text, who=text[:200], facts={f"f{n}": text for n in range(20)}, reasons=("a",))
    one = alert(said, count=99, notes=(text,) * 9)
    views: list[Any] = [
        alert_details(AlertDetails(alert=one, hits=[Hit(at=NOW, text=text)] * 30, reasons={"a": text})),
        campaign_details(card_of(worst(text, 40), (vote(frozen(), role=text, reason=text),), policy(), NOW)),
        request_details(Ruling(request=replace(REQUEST, text=text, findings=(text,) * 30), reason=text), None),
        parked_details(replace(PARKED, text=text, why=text, who=text)),
    ]
    for view in views:
        assert view_complaints(view) == []
        assert "<!channel>" not in json.dumps(view)
