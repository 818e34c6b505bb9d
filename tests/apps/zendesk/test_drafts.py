"""Taking texts over, rating them and looking at their proof, as the sidebar asks for it."""

from typing import Any

import pytest

from core.measure.learn import learn
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel
from core.model.draft import DraftState
from core.model.ids import ArticleId, TicketId
from core.model.knowledge import Article
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.connectors.sql.samples import draft, message

HERE = f"tickets/{TICKET}/drafts/{DRAFT}"


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    desk.decide()
    return desk


def answers(desk: Desk, text: str) -> None:
    """Maria sends a public comment."""
    said = message(
        7,
        role=Role.AGENT,
        author="Maria Lopez",
        text=text,
        channel=Channel.EMAIL,
        vendor_ref="zendesk:7",
        at=desk.clock(),
    )
    with desk.store.begin() as unit:
        conversation = unit.conversations.by_ticket(TicketId(TICKET))
        assert conversation is not None
        customer = unit.customers.get(conversation.customer_id)
        assert customer is not None
        case = CaseContext(customer=customer, conversation=conversation, timeline=(said,), now=desk.clock())
        learn(unit, case, said, desk.policy, desk.clock())


def rated(desk: Desk, **rating: Any) -> int:
    return desk.post(f"{HERE}/rating", {"thumb": "down", **rating}).status_code


# ---------------------------------------------------------------- taken over


def test_the_reply_is_compared_with_the_draft_and_with_what_was_inserted(drafted: Desk) -> None:
    text = draft().body.replace("Hello Dana,", "Hello Dana,\n\nSorry for the wait.")
    told = {"text": text, "source": "draft", "note": "Sorry for the wait.", "left_out": [], "confirmed": []}
    assert drafted.post(f"{HERE}/inserted", told).status_code == 204
    answers(drafted, f"{text} Bye, Maria.")
    assert drafted.view()["adoption"] == {
        "state": "edited",
        "distance": 2,
        "similarity": pytest.approx(0.92, abs=0.03),
        "inserted": 2,
        "sources": ["draft"],
        "note": True,
        "approved": None,
    }


def test_a_reply_without_inserting_anything_is_told_as_ignored(drafted: Desk) -> None:
    answers(drafted, "I have called you about it.")
    adoption = drafted.view()["adoption"]
    assert (adoption["state"], adoption["inserted"], adoption["sources"]) == (DraftState.IGNORED, None, [])


def test_what_was_taken_where_nothing_was_drafted_is_told_too(desk: Desk) -> None:
    desk.decide(draft=None, at=desk.clock())
    told = {"text": "Please restart the hub.", "source": "macro", "ref": "m-1"}
    assert desk.post(f"tickets/{TICKET}/inserted", told).status_code == 204
    answers(desk, "Please restart the hub.")
    adoption = desk.view()["adoption"]
    assert (adoption["state"], adoption["distance"], adoption["inserted"]) == ("used", None, 0)
    assert adoption["sources"] == ["macro"]


@pytest.mark.parametrize("wrong", [{"source": "nowhere"}, {"text": 7}, {"left_out": [-1]}, {"text": "x" * 16001}])
def test_an_odd_insertion_is_refused(drafted: Desk, wrong: dict[str, Any]) -> None:
    assert drafted.post(f"{HERE}/inserted", {"text": "Hello", **wrong}).status_code == 400
    assert drafted.feedback() == []


def test_a_draft_of_another_ticket_cannot_be_taken(drafted: Desk) -> None:
    assert drafted.post(f"tickets/other/drafts/{DRAFT}/inserted", {"text": "Hello"}).status_code == 404


# ---------------------------------------------------------------- rated


def test_a_source_is_rated_with_reasons_and_words(drafted: Desk) -> None:
    rating = {"reasons": ["outdated", "wrong"], "reason": "Ends in May.", "source": "ar_1"}
    assert rated(drafted, **rating) == 204
    ((kind, detail),) = drafted.feedback()
    assert kind == "thumb_down"
    assert detail == {
        "thumb": "down",
        "sentence": None,
        "source": "ar_1",
        "reasons": ["outdated", "wrong"],
        "reason": "outdated",
        "words": "Ends in May.",
    }


@pytest.mark.parametrize("wrong", [{"reasons": ["rude"]}, {"source": ""}, {"sentence": -1}, {"reason": "x" * 501}])
def test_an_odd_rating_is_refused(drafted: Desk, wrong: dict[str, Any]) -> None:
    assert rated(drafted, **wrong) == 400


# ---------------------------------------------------------------- its proof


def test_a_source_is_shown_in_its_place_in_the_article(drafted: Desk) -> None:
    passage = draft().cited[0].passage
    text = "x" * (passage.start - 8) + ". Start: " + passage.text + " And then pair it again."
    with drafted.store.begin() as unit:
        article = Article(id=ArticleId(passage.article_id), title=passage.title, text=text[1:], url=passage.url)
        unit.articles.save(article, [], drafted.encoder.encode([]), drafted.encoder.name)
    shown = drafted.get(f"{HERE}/sentences/1/source").get_json()
    assert shown["quote"] == draft().cited[0].quote
    assert shown["before"].endswith("Start: ")
    assert shown["after"].endswith("And then pair it again.")
    assert not shown["changed"]


def test_an_article_that_is_gone_shows_what_the_draft_was_written_from(drafted: Desk) -> None:
    shown = drafted.get(f"{HERE}/sentences/2/source").get_json()
    assert (shown["quote"], shown["changed"]) == (draft().cited[1].quote, True)


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "²"])
def test_a_sentence_without_a_source_has_none_to_show(drafted: Desk, number: str) -> None:
    assert drafted.get(f"{HERE}/sentences/{number}/source").status_code == 404
