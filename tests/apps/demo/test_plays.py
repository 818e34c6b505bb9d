"""Each play of the demo, from the signal that the company sends to the texts that its customers would get."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from apps.policy_file import read_policy
from apps.sandbox.company_rows import signal_of, status_events
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.model.campaign import CampaignState, GroundedIn, Recipient, Standing
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.model.helpdesk import Person
from core.outreach.draft import Drafting, HowTo, questions_to_look_up
from core.outreach.sending.prepare import Preparation
from core.outreach.signals.needs import unmet
from core.outreach.steps import start_campaigns
from core.policy.outreach import Consenting
from core.profile.identity import recognise
from webhooks.signals.view import plain

COMPANY = Path("apps/sandbox/company")
POLICY = read_policy(Path("apps/demo/policy.yaml"))
NOON = datetime(2026, 11, 24, 13, 0, tzinfo=ZoneInfo("Europe/London"))
KINDS = [row["kind"] for row in status_events(COMPANY, NOON)]


def people() -> Iterator[Person]:
    """The company's customers as the helpdesk gives them."""
    for row in yaml.safe_load((COMPANY / "customers.yaml").read_text())["customers"]:
        consents = [
            " | ".join(str(c.get(name, "")) for name in ("channel", "purpose", "granted_at", "source", "wording"))
            for c in row["consents"]
        ]
        fields = {"tier": row["tier"], "region": row["region"], "consents": "\n".join(consents)}
        if "renews_in_days" in row:
            fields["renews_on"] = (NOON + timedelta(days=row["renews_in_days"])).date().isoformat()
        if "churn_risk" in row:
            fields["churn_risk"] = row["churn_risk"]
        yield Person(
            id=str(row["id"]),
            name=row["name"],
            role="end-user",
            email=row.get("email"),
            phone=row.get("phone"),
            locale=row["locale"],
            time_zone=row["time_zone"],
            verified=True,
            fields=fields,
        )


@pytest.fixture
def container(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        for person in people():
            recognise(unit, person, NOON)
    return store


def begun(store: SqlStore, kind: str, facts: dict[str, Any], delivery: str = "s1") -> Standing:
    """The one campaign that a signal of this kind starts, as far as it goes before anybody is asked."""
    payload = SignalStated(kind=kind, facts=plain(facts))
    assert unmet(POLICY, kind, payload.facts) == {}
    event = Event(
        source="signals",
        delivery_id=delivery,
        kind=EventKind.BUSINESS_SIGNAL,
        subject=kind,
        occurred_at=NOON,
        received_at=NOON,
        payload=payload,
    )
    source = (
        GroundedIn(kind="article", name="An article", quote="Restart the hub.", url="https://help.example.com/1"),
    )
    found = HowTo(text="Restart the hub.", url="https://help.example.com/1", sources=source)
    how_tos = {(name, language): found for name, language, _ in questions_to_look_up(POLICY, kind)}
    drafting = Drafting(policy=POLICY, style=StyleCard(company="Larkfield Home"), now=NOON)
    with store.begin() as unit:
        (standing,), _ = start_campaigns(unit, event, drafting, how_tos)
    preparation = Preparation(store=store, policy=POLICY, now=lambda: NOON)
    while preparation.step() is not None:
        pass
    with store.read() as unit:
        after = unit.campaigns.get(standing.campaign.id)
    assert after is not None
    return after


def texts(store: SqlStore, standing: Standing) -> list[tuple[Recipient, str]]:
    with store.read() as unit:
        lines = unit.campaigns.lines(standing.campaign.id, 0, 1000)
    found = [(line, standing.campaign.variant(line.variant)) for line in lines]
    return [(line, variant.said_to(line.fields)) for line, variant in found if variant is not None]


def facts_of(kind: str) -> dict[str, Any]:
    event = next(row for row in status_events(COMPANY, NOON) if row["kind"] == kind)
    facts: dict[str, Any] = signal_of(event)["facts"]
    return facts


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_of_the_company_becomes_a_campaign_that_may_be_approved(container: SqlStore, kind: str) -> None:
    standing = begun(container, kind, facts_of(kind))
    campaign = standing.campaign
    assert [f"{f.rule}: {f.text}" for f in campaign.blocked] == []
    assert campaign.treated > 0, campaign.counts
    alone = POLICY.outreach.plays[campaign.play].approval is Consenting.STANDING
    assert standing.state is (CampaignState.RUNNING if alone else CampaignState.PENDING)
    for _, text in texts(container, standing):
        assert text.startswith("Larkfield Home")
        assert "STOP" in text
        assert "{" not in text
        assert len(text) <= 459  # three parts of an SMS


def test_an_outage_is_told_by_segment_and_in_german_where_it_is_read(container: SqlStore) -> None:
    standing = begun(container, "outage", facts_of("outage"))
    said = {line.variant: text for line, text in texts(container, standing)}
    assert "for Business" in said["business/sms/en"]
    assert said["default/sms/en"].endswith("No action is needed. Reply STOP to opt out.")
    german = next(v for v in standing.campaign.variants if v.name == "default/sms/de")
    assert "12:25 UTC gestört" in german.text


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("recap", {"matter": "Ihr Anliegen", "next_steps": "Bitte warten Sie."}, "um Ihr Anliegen gekümmert."),
        ("csat", {"matter": "Ihr Anliegen"}, "mit einer Zahl von 1 (schlecht) bis 5 (sehr gut)"),
        ("nps", {"matter": "Ihr Anliegen"}, "mit einer Zahl von 0 (gar nicht) bis 10 (auf jeden Fall)"),
        ("fraud_alert", {"stopped": "09:04 UTC"}, "um 09:04 UTC eine Anmeldung"),
    ],
)
def test_who_reads_german_is_asked_and_warned_in_german(
    container: SqlStore, kind: str, facts: dict[str, str], words: str
) -> None:
    lukas = next(person for person in people() if person.name == "Lukas Brandt")
    signal = {"people": [{"customer": lukas.phone, **facts}], **facts}
    ((_, text),) = texts(container, begun(container, kind, signal))
    assert words in text
    assert text.endswith("STOP beendet diese Nachrichten.")


def test_who_has_a_late_order_is_told_of_their_own(container: SqlStore) -> None:
    standing = begun(container, "delivery_delay", facts_of("delivery_delay"))
    orders = {
        text.partition("order ")[2].split()[0] or text.partition("Bestellung ")[2].split()[0]
        for _, text in texts(container, standing)
    }
    assert len(orders) == standing.campaign.size
    assert all(order.startswith("LK-") for order in orders)


def test_only_those_who_agreed_to_marketing_are_asked_about_their_plan(container: SqlStore) -> None:
    standing = begun(container, "churn_risk", facts_of("churn_risk"))
    agreed = {p.phone for p in people() if "sms | marketing" in p.fields["consents"]}
    assert {line.address for line, _ in texts(container, standing)} <= agreed


def test_whoever_has_a_manager_of_their_own_hears_of_a_renewal_from_them(container: SqlStore) -> None:
    standing = begun(container, "renewal", facts_of("renewal"))
    assert {line.segment for line, _ in texts(container, standing)} <= {"default", "plus", "standard"}


def test_a_fraud_alert_names_no_secret_asks_for_nothing_and_is_soon_too_late() -> None:
    play = POLICY.outreach.plays["fraud_alert"]
    assert play.valid_for <= timedelta(hours=2)
    assert play.holdout == 0
    words = play.texts["default"].casefold()
    assert "never ask for codes or passwords" in words
    assert not any(asking in words for asking in ("http", "click", "call us", "card", "reply with"))


def test_plays_that_the_clock_starts_state_what_their_texts_need() -> None:
    timed = {name: play for name, play in POLICY.outreach.plays.items() if play.every}
    assert set(timed) == {"appointment_reminder", "renewal", "churn_risk", "recap", "csat", "nps"}
    assert all(play.given for play in timed.values())
