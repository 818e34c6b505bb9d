"""A whole draft by a model: under the company's courtesies, in one piece and as it is being written."""

from connectors.sql.store import SqlStore
from core.answer.streaming import Done, Refused, Replaced, Shown, live
from core.errors import TransientError
from core.model.draft import Draft, Severity
from tests.core import samples
from tests.core.answer import shop
from tests.core.answer.compose.models import Clock, Model, patience, reply

ASKED = "How long does a refund to PayPal take?"
FITS = "PayPal refunds arrive in 24 hours."
INVENTED = "PayPal refunds arrive in 2 hours."


def one(text: str, passage: int) -> dict[str, object]:
    return reply({"text": text, "passage": passage, "quote": "PayPal | 24 hours"})


def place(store: SqlStore) -> int:
    """The number under which the passage with the quote is shown."""
    model = Model(reply(answerable=False))
    shop.answer(store, model=model).draft(shop.asks(ASKED), samples.signals())
    before = model.prompts[0].split("PayPal | 24 hours")[0]
    return before.count(" begin ")


def drafted(store: SqlStore, model: Model, **settings: object) -> Draft:
    answers = shop.answer(store, model=model, patience=patience(Clock()), **settings)
    draft = answers.draft(shop.asks(ASKED), samples.signals()).draft
    assert draft is not None
    return draft


def test_a_draft_by_the_model_keeps_the_greeting_and_names_the_model(store: SqlStore) -> None:
    draft = drafted(store, Model(one(FITS, place(store))))
    assert (draft.composer, draft.model) == ("model", "stub-1")
    assert draft.prompt_hash
    assert draft.body.startswith("Hello Emma,")
    assert [s.text for s in draft.sentences if s.citation] == [FITS]


def test_a_model_that_invents_is_replaced_by_the_sources_and_the_draft_shows_what_was_struck(store: SqlStore) -> None:
    draft = drafted(store, Model(one(INVENTED, place(store))))
    assert (draft.composer, draft.model) == ("extractive", None)
    assert [struck.text for struck in draft.struck] == [INVENTED]
    assert INVENTED not in draft.body


def test_a_model_that_is_away_is_replaced_and_the_draft_says_so(store: SqlStore) -> None:
    draft = drafted(store, Model(TransientError("away")))
    assert draft.composer == "extractive"
    assert "model_away" in {finding.rule for finding in draft.findings}
    assert not draft.blocked


def test_a_model_that_finds_no_answer_stops_an_automatic_reply(store: SqlStore) -> None:
    draft = drafted(store, Model(reply(answerable=False)))
    assert ("model_declined", Severity.BLOCK) in {(finding.rule, finding.severity) for finding in draft.findings}


def test_the_strong_model_writes_to_an_angry_customer(store: SqlStore) -> None:
    number = place(store)
    light, strong = Model(one(FITS, number), name="small"), Model(one(FITS, number), name="large")
    answers = shop.answer(store, model=light, strong=strong)
    angry = answers.draft(shop.asks(ASKED), samples.signals(mood=-0.9)).draft
    assert angry is not None
    assert angry.model == "large (strong: mood -0.9)"
    assert light.prompts == []


def test_a_model_is_not_asked_what_no_article_answers(store: SqlStore) -> None:
    model = Model(reply())
    shop.answer(store, model=model).draft(shop.asks("Do you sponsor local football clubs?"), samples.signals())
    assert model.prompts == []


def test_live_shows_each_sentence_and_ends_with_the_same_draft(store: SqlStore) -> None:
    model = Model(one(FITS, place(store)))
    answers = shop.answer(store, model=model)
    events = list(live(answers, shop.asks(ASKED), samples.signals()))
    assert [type(event) for event in events] == [Shown, Done]
    assert isinstance(events[0], Shown)
    assert (events[0].place, events[0].sentence.text) == (0, FITS)
    assert isinstance(events[1], Done)
    assert events[1].answered.draft == drafted(store, Model(one(FITS, place(store))))


def test_live_takes_back_what_does_not_stand(store: SqlStore) -> None:
    answers = shop.answer(store, model=Model(one(INVENTED, place(store))))
    events = list(live(answers, shop.asks(ASKED), samples.signals()))
    assert [type(event) for event in events] == [Refused, Replaced, Done]
    assert isinstance(events[-1], Done)
    assert events[-1].answered.draft is not None
    assert events[-1].answered.draft.composer == "extractive"


def test_live_without_a_model_or_an_answer_is_done_at_once(store: SqlStore) -> None:
    [event] = live(shop.answer(store), shop.asks(ASKED), samples.signals())
    assert isinstance(event, Done)
    assert event.answered.draft is not None
    model = Model(reply())
    [nothing] = live(shop.answer(store, model=model), shop.asks("Do you sponsor football?"), samples.signals())
    assert isinstance(nothing, Done)
    assert nothing.answered.draft is None
