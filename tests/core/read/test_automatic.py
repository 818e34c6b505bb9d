import pytest

from core.read.non_requests import automatic


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Your order", "I am away."),
        ("Abwesenheitsnotiz", "Ich bin nicht da."),
        ("Undeliverable: Your order", "The message could not be delivered."),
        ("Re: order", "I am currently out of the office and will reply when I return on Monday."),
        ("Re: order", "Thank you for your e-mail. I am on annual leave until 3 May."),
        ("AW: Bestellung", "Ich bin im Urlaub. In dringenden Fällen wenden Sie sich bitte an meine Kollegin."),
        ("", "Thank you for your message. I'd like to inform you that I am on annual leave."),
        ("", "Ich bin im Urlaub. Bitte senden Sie Eiliges an das Team. In dringenden Fällen rufen Sie an."),
        ("", "I am on vacation with limited access to e-mail. For urgent matters please call reception."),
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
        "We were out of the office when the courier came. Please deliver again; if urgent, contact us on 0151.",
        "Thank you for your message. I was on leave, sorry for the late answer. Yes, please send the replacement.",
        "Thank you for your message. I am on leave until Monday, please send the replacement to my neighbour.",
        "Thank you for your e-mail. I was away, and am on vacation again. Could you refund me.",
        "Thank you for your message. I would like to return the hub, I am on leave now.",
        "Vielen Dank für Ihre Nachricht. Ich bin im Urlaub, bitte schicken Sie mir das Gerät.",
        "Vielen Dank für Ihre Nachricht. Ich war im Urlaub, entschuldigen Sie die späte Antwort.",
        "I am back now, I was out of the office and will answer when asked. My hub is dead.",
    ],
)
def test_a_person_who_is_away_is_no_machine(text: str) -> None:
    assert automatic(text, "Delivery") is None
