"""The words of a revision say what the agent's words said; what cannot be compared carries a caution."""

import pytest

from core.answer.rewrite import CAUTION, Revision, Rewriter, Rewritten, Unchanged
from core.knowledge.passages import lines
from tests.core.answer.compose.models import Clock, Model, patience

SHORTER, FRIENDLIER, GRAMMAR, TRANSLATE = Revision
EACH = (SHORTER, FRIENDLIER, GRAMMAR)
REFUND = "We refund the price."


def revised(
    before: str, after: str, revision: Revision, *, language: str = "en", to: str = "", more: str = "", **style: object
) -> Rewritten | Unchanged:
    """`after` renders every sentence of `before` at once; `more` renders none."""
    count = len(lines(before))
    rows = [{"from": list(range(1, count + 1)), "text": after}]
    rows += [{"from": [], "text": more}] if more else []
    rewriter = Rewriter(model=Model({"sentences": rows}), patience=patience(Clock()), **style)  # type: ignore[arg-type]
    return rewriter.rewrite(before, revision, language=language, to=to)


REVERSED = [
    ("en", "Your refund was declined.", "Your refund was approved."),
    ("en", "Returns are free.", "Returns are at your cost."),
    ("en", "You may keep the item.", "You have to return the item."),
    ("en", "You may keep the item.", "You must keep the item."),
    ("en", "You must return the item.", "You may return the item."),
    ("en", "Press the green button.", "Press the red button."),
    ("en", "Please unplug the heater before cleaning.", "Please unplug the heater after cleaning."),
    ("en", "Please unplug the heater.", "Please plug in the heater."),
    ("en", "Switch the hub off.", "Switch the hub on."),
    ("en", "Open the valve.", "Close the valve."),
    ("en", "The buyer pays for returns.", "The seller pays for returns."),
    ("en", "We pay for the label.", "You pay for the label."),
    ("en", "Anna pays Ben.", "Ben pays Anna."),
    ("en", "The courier calls the tenant.", "The tenant calls the courier."),
    ("en", "Your order was shipped.", "Your order was delivered."),
    ("en", "Your claim was refused.", "Your claim was refunded."),
    ("en", "Unused items can be returned.", "Items can be returned."),
    ("en", "The price includes batteries.", "The price excludes batteries."),
    ("de", "Ihre Erstattung wurde abgelehnt.", "Ihre Erstattung wurde genehmigt."),
    ("de", "Sie dürfen den Artikel behalten.", "Sie müssen den Artikel zurücksenden."),
    ("de", "Die Rücksendung ist kostenlos.", "Die Rücksendung ist kostenpflichtig."),
    ("de", "Ziehen Sie vor der Reinigung den Filter ab.", "Ziehen Sie nach der Reinigung den Filter ab."),
]


@pytest.mark.parametrize("revision", EACH)
@pytest.mark.parametrize(("language", "before", "after"), REVERSED)
def test_a_reversed_fact_is_refused(language: str, before: str, after: str, revision: Revision) -> None:
    found = revised(before, after, revision, language=language)
    assert isinstance(found, Unchanged)
    assert found.text == before


FAIR = [
    (GRAMMAR, "en", "You will recieve the parcle soon.", "You will receive the parcel soon."),
    (GRAMMAR, "en", "Your refund have been send on 3 May", "Your refund has been sent on 3 May."),
    (GRAMMAR, "en", "we cant refund teh delivery", "We can't refund the delivery."),
    (GRAMMAR, "en", "Please reply to this mesage if your not sure.",
     "Please reply to this message if you're not sure."),
    (GRAMMAR, "en", "The work shop is close on Monday.", "The workshop is closed on Monday."),
    (GRAMMAR, "de", "Wir haben ihre Bestelung verschikt.", "Wir haben Ihre Bestellung verschickt."),
    (GRAMMAR, "de", "Der Betrag wird in 5 Werktagen erstatet.", "Der Betrag wird in 5 Werktagen erstattet."),
    (GRAMMAR, "de", "Bitte schiken Sie uns ein Foto von dem Geräte.",
     "Bitte schicken Sie uns ein Foto von dem Gerät."),
    (SHORTER, "en", "I wanted to let you know that your refund was started.", "Your refund was started."),
    (SHORTER, "en", "It takes up to 5 working days to reach your card.",
     "It reaches your card in up to 5 working days."),
    (SHORTER, "en", "We have checked your order and we can confirm that the parcel was shipped on 3 May.",
     "Your parcel was shipped on 3 May."),
    (SHORTER, "en", "Please press the button for 10 seconds. The light then turns green.",
     "Press the button for 10 seconds and the light turns green."),
    (SHORTER, "en", "You do not need to return the broken item to us.", "You don't need to return the broken item."),
    (SHORTER, "en", "If you would like to return the item, please send it back within 30 days.",
     "If you would like to return the item, send it back within 30 days."),
    (SHORTER, "de", "Wir möchten Ihnen mitteilen, dass Ihre Erstattung am 3. Mai veranlasst wurde.",
     "Ihre Erstattung wurde am 3. Mai veranlasst."),
    (SHORTER, "de", "Bitte senden Sie uns das Gerät innerhalb von 30 Tagen zurück.",
     "Bitte das Gerät innerhalb von 30 Tagen zurücksenden."),
    (FRIENDLIER, "en", "Your refund was declined.", "I'm so sorry, but unfortunately your refund was declined."),
    (FRIENDLIER, "en", "Send a photo of the label.", "Could you please send us a photo of the label?"),
    (FRIENDLIER, "en", "Your parcel was shipped on 3 May.", "Good news: your parcel was shipped on 3 May!"),
    (FRIENDLIER, "en", "You may keep the item.", "You are very welcome to keep the item."),
    (FRIENDLIER, "en", "We cannot refund the delivery.", "I'm sorry that we cannot refund the delivery."),
    (FRIENDLIER, "de", "Ihre Erstattung wurde abgelehnt.",
     "Es tut uns sehr leid, aber Ihre Erstattung wurde leider abgelehnt."),
    (FRIENDLIER, "en", "You can change the plan in the settings.", "You can easily change the plan in your settings."),
    (GRAMMAR, "en", "Send us youre adress.", "Send us your address."),
    (FRIENDLIER, "de", "Das Gerät wird repariert.", "Gute Nachrichten: Das Gerät wird repariert."),
    (FRIENDLIER, "de", "Schicken Sie ein Foto.", "Schicken Sie uns bitte ein Foto."),
    (FRIENDLIER, "de", "Das Paket kommt am 3. Mai an.", "Wir freuen uns, dass das Paket am 3. Mai ankommt."),
]  # fmt: skip


@pytest.mark.parametrize(("revision", "language", "before", "after"), FAIR)
def test_a_fair_revision_is_taken(revision: Revision, language: str, before: str, after: str) -> None:
    found = revised(before, after, revision, language=language)
    assert isinstance(found, Rewritten), found
    assert found.text == after
    assert found.caution == ""


@pytest.mark.parametrize(
    "more",
    ["Thank you for your patience!", "We are happy to help.", "Please let us know if you have any questions.",
     "I am very sorry for the trouble.", "I hope you have a lovely weekend!", "Don't hesitate to get in touch.",
     "Vielen Dank für Ihre Geduld.", "Wir helfen Ihnen gern weiter.", "Wir wünschen Ihnen einen schönen Tag!",
     "Gracias por su paciencia.", "Sentimos mucho las molestias.", "Merci pour votre patience.",
     "Nous vous souhaitons une bonne journée."],
)  # fmt: skip
def test_a_friendlier_text_may_gain_a_sentence_that_states_nothing(more: str) -> None:
    assert isinstance(revised(REFUND, REFUND, FRIENDLIER, more=more), Rewritten)
    for revision in (SHORTER, GRAMMAR):
        assert isinstance(revised(REFUND, REFUND, revision, more=more), Unchanged)


@pytest.mark.parametrize(
    "more",
    ["Shipping is on us too.", "A colleague calls you about it.", "See you at evil.example, friend.",
     "You deserve a voucher for the trouble, so enjoy one.", "Thank you, the next order is free.",
     "We are happy to pay the postage.", "You can have it again.", "Glad to help you within 2 hours.",
     "Danke, das Porto übernehmen wir gern.", "Gracias, el envío es gratis.", "Merci, un collègue vous appelle."],
)  # fmt: skip
def test_a_friendlier_text_may_not_gain_an_offer(more: str) -> None:
    found = revised(REFUND, REFUND, FRIENDLIER, more=more)
    assert isinstance(found, Unchanged)
    assert more in found.reason


def test_a_line_of_the_style_card_may_be_added_as_it_is() -> None:
    line = "Your Larkfield team stays by your side."
    assert isinstance(revised(REFUND, REFUND, FRIENDLIER, more=line), Unchanged)
    assert isinstance(revised(REFUND, REFUND, FRIENDLIER, more=line, courtesies=frozenset({line})), Rewritten)


@pytest.mark.parametrize(
    ("after", "revision"),
    [("We refund the price gladly and a voucher.", FRIENDLIER), ("We refund the price and call you.", SHORTER),
     ("We refund the price and the shipping.", GRAMMAR)],
)  # fmt: skip
def test_nothing_is_added_within_a_sentence(after: str, revision: Revision) -> None:
    assert isinstance(revised(REFUND, after, revision), Unchanged)


def test_a_sentence_that_tells_something_may_not_be_left_out() -> None:
    model = Model({"sentences": [{"from": [1], "text": "You get a refund."}]})
    text = "You get a refund. The label is in your inbox."
    found = Rewriter(model=model).rewrite(text, SHORTER, language="en")
    assert found == Unchanged(text=text, reason="The revision leaves out “The label is in your inbox.”.")
    assert isinstance(revised(text, "You get a refund.", SHORTER), Unchanged)


@pytest.mark.parametrize(
    ("to", "before", "after"),
    [("de", "Your order was shipped.", "Ihre Bestellung wurde storniert."),
     ("de", REFUND, "Wir behalten den Preis."),
     ("de", "Your refund was approved.", "Ihre Erstattung wurde abgelehnt."),
     ("de", "Returns are free.", "Rücksendungen sind kostenpflichtig."),
     ("es", "Your refund was declined.", "Su reembolso fue aprobado."),
     ("es", "Your order was shipped.", "Su pedido fue cancelado."),
     ("fr", "Your refund was declined.", "Votre remboursement a été approuvé."),
     ("fr", "Returns are free.", "Les retours sont payants.")],
)  # fmt: skip
def test_a_translation_that_turns_an_act_round_is_refused(to: str, before: str, after: str) -> None:
    assert isinstance(revised(before, after, TRANSLATE, to=to), Unchanged)


@pytest.mark.parametrize(
    ("to", "before", "after"),
    [("de", "Your order was shipped on 3 May.", "Ihre Bestellung wurde am 3. Mai versandt."),
     ("de", "Your refund was declined.", "Ihre Erstattung wurde abgelehnt."),
     ("de", "You may keep the item.", "Sie dürfen den Artikel behalten."),
     ("es", "Returns are free.", "Las devoluciones son gratuitas."),
     ("fr", "We refund the price.", "Nous remboursons le prix.")],
)  # fmt: skip
def test_a_translation_carries_a_caution(to: str, before: str, after: str) -> None:
    found = revised(before, after, TRANSLATE, to=to)
    assert isinstance(found, Rewritten), found
    assert found.caution == CAUTION
