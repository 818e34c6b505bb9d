"""A made-up history of a made-up team, for tests and for the sample in the documentation; it measures nothing real.

Ten working days, eight agents who differ in skill, language and pace, customers of whom some come back."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from typing import Any

DAYS = 10
FIRST_DAY = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
OPENS, CLOSES = 8, 17
# intent → share of the arrivals, mean minutes
INTENTS = {
    "order_status": (0.28, 6.0),
    "return_item": (0.20, 10.0),
    "invoice_copy": (0.14, 7.0),
    "billing_dispute": (0.10, 22.0),
    "device_offline": (0.20, 18.0),
    "fraud_report": (0.08, 25.0),
}
LANGUAGES = {"en": 0.68, "de": 0.22, "es": 0.10}
# name, skills, languages, pace (1 is usual, less is quicker), senior
TEAM = (
    ("Ada Hill", ("orders", "returns"), ("en", "es"), 0.90, False),
    ("Ben Ott", ("orders", "returns"), ("en", "de"), 1.20, False),
    ("Cara Diaz", ("orders", "devices"), ("en", "es"), 1.00, False),
    ("Dirk Maas", ("invoices", "billing dispute"), ("en", "de"), 0.80, False),
    ("Eva Lund", ("invoices", "billing dispute", "returns"), ("en", "es"), 1.15, False),
    ("Finn Roth", ("devices",), ("en", "de"), 0.85, False),
    ("Gita Rao", ("devices", "orders"), ("en",), 1.10, False),
    ("Hugo Stein", ("fraud", "billing dispute"), ("en", "de", "es"), 1.00, True),
)


def made_up_agents() -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),
            "name": name,
            "groups": "Care",
            "skills": "|".join(skills),
            "languages": "|".join(languages),
            "capacity": "6",
            "senior": "yes" if senior else "no",
            "hours": "",
        }
        for number, (name, skills, languages, _, senior) in enumerate(TEAM, 101)
    ]


def made_up_history(seed: int = 11, a_day: int = 215) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    moments = sorted(_moment(chance) for _ in range(DAYS * a_day))
    customers: list[tuple[str, str]] = []
    return [_arrival(chance, at, customers) for at in moments]


def _moment(chance: random.Random) -> datetime:
    """Working hours, busiest late in the morning."""
    day = chance.randrange(DAYS)
    hour = chance.triangular(OPENS, CLOSES, 11)
    return FIRST_DAY + timedelta(days=day + 2 * (day // 5), seconds=round(hour * 3600))


def _arrival(chance: random.Random, at: datetime, customers: list[tuple[str, str]]) -> dict[str, Any]:
    if customers and chance.random() < 0.3:
        customer, language = chance.choice(customers)
    else:
        (language,) = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))
        customer = f"c{len(customers) + 1}"
        customers.append((customer, language))
    (intent,) = chance.choices(list(INTENTS), [share for share, _ in INTENTS.values()])
    number, pace = _handler(chance, intent)
    minutes = INTENTS[intent][1] * pace * chance.lognormvariate(-0.125, 0.5)
    return {
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "intent": intent,
        "language": language,
        "customer": customer,
        "handle_minutes": f"{max(1.0, min(minutes, 120)):.1f}",
        "channel": chance.choice(("email", "sms", "whatsapp")),
        "priority": "urgent" if intent == "fraud_report" else "normal",
        "agent": str(number),
    }


def _handler(chance: random.Random, intent: str) -> tuple[int, float]:
    """Who had it then: mostly somebody who can."""
    words = set(intent.replace("_", " ").split())
    able = [
        (number, pace)
        for number, (_, skills, _, pace, _) in enumerate(TEAM, 101)
        if any(word.rstrip("s") in words for skill in skills for word in skill.split())
    ]
    everybody = [(number, pace) for number, (_, _, _, pace, _) in enumerate(TEAM, 101)]
    return chance.choice(able if able and chance.random() < 0.9 else everybody)


def as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
