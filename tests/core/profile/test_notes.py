import pytest

from core.profile.notes import find_addresses, find_facts


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I prefer WhatsApp, thanks", ("preferred_channel", "whatsapp")),
        ("I'd rather be contacted by email please, i prefer to be contacted by email", ("preferred_channel", "email")),
        ("Please contact me by text", ("preferred_channel", "sms")),
        ("Bitte nur per E-Mail", ("preferred_channel", "email")),
        ("Prefiero WhatsApp", ("preferred_channel", "whatsapp")),
        ("Je préfère être contactée par SMS", ("preferred_channel", "sms")),
        ("Prefiro WhatsApp", ("preferred_channel", "whatsapp")),
        ("WhatsAppでお願いします", ("preferred_channel", "whatsapp")),
        ("Please write to me in German", ("language", "de")),
        ("Bitte auf Deutsch", ("language", "de")),
        ("En español, por favor", ("language", "es")),
        ("日本語でお願いします", ("language", "ja")),
        ("It shows error E14", ("error_code", "E14")),
        ("Fehlercode: E-21", ("error_code", "E-21")),
        ("app version 6.2.1 here", ("app_version", "6.2.1")),
        ("It is about LK-10305", ("order", "LK-10305")),
        ("please not before 9am", ("quiet_hours", "21:00-09:00")),
        ("never after 8", ("quiet_hours", "20:00-08:00")),
        ("Please do not call before 9am", ("quiet_hours", "21:00-09:00")),
        ("Please don't call me before 9:30, I sleep", ("quiet_hours", "21:00-09:30")),
        ("I should not be contacted after 7 p.m.", ("quiet_hours", "19:00-08:00")),
        ("No calls after 8 please", ("quiet_hours", "20:00-08:00")),
        ("Do not call before 9am. Never after 7pm.", ("quiet_hours", "19:00-09:00")),
        ("Not before 12.", ("quiet_hours", "21:00-12:00")),
        ("Bitte nicht vor 9 Uhr", ("quiet_hours", "21:00-09:00")),
        ("Rufen Sie mich bitte nicht vor 10 an!", ("quiet_hours", "21:00-10:00")),
        ("Man soll mich nicht nach 8 Uhr anrufen", ("quiet_hours", "20:00-08:00")),
        ("Keine Anrufe nach 19:30", ("quiet_hours", "19:30-08:00")),
    ],
)
def test_what_the_customer_says_of_themselves_is_noted(text: str, fact: tuple[str, str]) -> None:
    assert fact in list(find_facts(text))


@pytest.mark.parametrize(
    "text",
    [
        "Is WhatsApp down?",
        "I sent you an e-mail yesterday",
        "I prefer the blue one",
        "The manual is in German",
        "My code is 123456",
        "Where is my parcel?",
        "Please not before 12 March",
        "It should not after 3 months break",
        "Not before 2025",
        "Not before 12, 13 March",
        "The hub does not start before 9am",
        "There is no update before 9am",
        "Do not call before 10pm",
        "Never after 24 hours",
        "Please never after 3 days",
        "Bitte nicht vor 12. März",
        "Bitte nicht nach 3 Tagen",
        "Es geht nicht vor 9 Uhr an",
        "Bitte nicht vor 2025",
        "",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert list(find_facts(text)) == []


def test_a_device_is_noted_where_the_company_has_one_of_that_name() -> None:
    devices = frozenset({"Larkfield Door", "Larkfield Warm"})
    assert list(find_facts("my larkfield door is dark", devices)) == [("device", "Larkfield Door")]


def test_addresses_and_orders_are_named_as_they_are_kept() -> None:
    text = "I am Emma@Example.com, +44 7700 900123, order LK-10305."
    assert list(find_addresses(text)) == [
        ("email", "emma@example.com"),
        ("phone", "+447700900123"),
        ("order", "LK-10305"),
    ]
