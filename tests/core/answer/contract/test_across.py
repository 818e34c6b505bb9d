"""What can be checked of a translation without reading it."""

import pytest

from core.answer.contract.across import find_unproved, foreign, warning
from core.model.draft import Severity

FITS = [
    ("de", "A refund takes 5 to 9 working days.", "Eine Erstattung dauert 5 bis 9 Werktage."),
    ("de", "A refund takes one day.", "Eine Erstattung dauert einen Tag."),
    ("es", "A refund to PayPal takes 24 hours.", "Un reembolso a PayPal tarda 24 horas."),
    ("fr", "You cannot return opened items.", "Vous ne pouvez pas retourner les articles ouverts."),
    ("de", "Returns are free of charge until 31 January.", "Rückgaben sind bis zum 31. Januar kostenlos."),
    ("es", "Returns are free of charge.", "Las devoluciones son sin coste."),
    ("de", "Only the Larkfield Hub has it.", "Nur der Larkfield Hub hat das."),
    ("de", "The battery costs £19.", "Der Akku kostet 19 £."),
    ("de", "Call us if it stays red.", "Rufen Sie uns an, wenn er rot bleibt."),
    ("fr", "Write to help@larkfield.example.", "Écrivez à help@larkfield.example."),
    ("de", "A Plus subscription can be paused.", "Ein Plus-Abo kann pausiert werden."),
    ("de", "We deliver to France.", "Wir liefern nach Frankreich."),
    ("de", "The customer pays for the return.", "Sie tragen die Kosten der Rücksendung."),
    ("de", "The buyer pays.", "Der Käufer zahlt."),
    ("fr", "Delivery costs nothing.", "La livraison est gratuite."),
    ("de", "We bear the cost.", "Wir übernehmen die Kosten."),
    ("de", "We refund the price within 14 days.", "Wir erstatten den Preis innerhalb von 14 Tagen."),
]
TURNED = [
    ("de", "A refund takes 5 to 9 working days.", "Eine Erstattung dauert 5 bis 8 Werktage.", "number"),
    ("de", "A refund takes 5 working days.", "Eine Erstattung dauert 5 Tage.", "measure"),
    ("es", "A refund takes 24 hours.", "Un reembolso tarda 24 días.", "measure"),
    ("de", "The battery costs £19.", "Der Akku kostet 19 €.", "measure"),
    ("fr", "You cannot return opened items.", "Vous pouvez retourner les articles ouverts.", "negation"),
    ("es", "You can return opened items.", "No puede devolver artículos abiertos.", "negation"),
    ("de", "Until 31 January you can return it.", "Bis zum 31. Februar können Sie es zurückgeben.", "date"),
    ("de", "Only the Larkfield Hub has it.", "Der Larkfield Hub hat das.", "limit"),
    ("de", "Call us if it stays red.", "Rufen Sie uns an.", "condition"),
    ("fr", "You may get a refund.", "Nous allons vous rembourser, c'est garanti.", "commitment"),
    ("es", "The Larkfield Door has it.", "El Larkfield Warm lo tiene.", "name"),
    ("de", "The Door has it.", "Das hat der Warm.", "name"),
    ("de", "Returns are at your own expense.", "Die Rückgabe ist kostenlos.", "payer"),
    ("de", "Returns cost extra.", "Die Rückgabe ist kostenlos.", "free of charge"),
    ("de", "The seller bears the cost.", "Der Kunde trägt die Kosten.", "payer"),
    ("de", "Ask the seller.", "Fragen Sie den Käufer.", "side"),
    ("de", "We deliver to Austria.", "Wir liefern nach Deutschland.", "place"),
    ("fr", "Write to us.", "Écrivez à evil@elsewhere.example.", "address"),
]


@pytest.mark.parametrize(("language", "source", "said"), FITS)
def test_a_faithful_translation_is_let_through(language: str, source: str, said: str) -> None:
    assert find_unproved(said, source, languages=(language, "en"), known=("Door", "Warm")) == ""


@pytest.mark.parametrize(("language", "source", "said", "fault"), TURNED)
def test_a_translation_that_changes_a_fact_is_not(language: str, source: str, said: str, fault: str) -> None:
    assert fault in find_unproved(said, source, languages=(language, "en"), known=("Door", "Warm"))


def test_a_name_may_come_from_the_heading() -> None:
    assert find_unproved("PayPal tarda 24 horas.", "It takes 24 hours.", languages=("es", "en"), about="PayPal") == ""
    assert find_unproved("Con PayPal 24 horas.", "It takes 24 hours.", languages=("es", "en")) == "name paypal"


def test_a_locale_is_its_language() -> None:
    assert foreign("de", "en-GB")
    assert not foreign("de", "de_AT")


def test_the_warning_says_where_and_does_not_block() -> None:
    finding = warning([0, 2])
    assert finding.severity is Severity.WARN
    assert "sentence 1, 3" in finding.text
