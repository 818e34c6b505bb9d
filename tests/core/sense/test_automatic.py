import pytest

from core.sense.automatic import automatic


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Your order", "I am away."),
        ("Abwesenheitsnotiz", "Ich bin nicht da."),
        ("Undeliverable: Your order", "The message could not be delivered."),
        ("Re: order", "I am currently out of the office and will reply when I return on Monday."),
        ("Re: order", "Thank you for your e-mail. I am on annual leave until 3 May."),
        ("AW: Bestellung", "Ich bin im Urlaub. In dringenden Fällen wenden Sie sich bitte an meine Kollegin."),
        ("", "This is an automatically generated message, please do not answer."),
        ("Réponse automatique", "Je suis absente du bureau."),
        ("", "Respuesta automática: estoy de vacaciones."),
    ],
)
def test_a_machines_mail_is_recognised(subject: str, text: str) -> None:
    found = automatic(text, subject)
    assert found is not None
    assert found.value == "auto_reply"


@pytest.mark.parametrize(
    "text",
    [
        "I am on holiday until Friday, can you deliver it on Saturday?",
        "I will be out of the office tomorrow, please leave the parcel with reception.",
        "How do I set the thermostat while I am on vacation?",
        "Thank you for your message. The hub works again.",
        "Ich bin im Urlaub und das Thermostat ist offline.",
        "My parcel was returned as undeliverable. Where is it now?",
        "The parcel came back undeliverable.",
        "I replied and got an automatic response. I still need my refund!",
        "I am back now, I was out of the office and will answer when asked. My hub is dead.",
    ],
)
def test_a_person_who_is_away_is_no_machine(text: str) -> None:
    assert automatic(text, "Delivery") is None
