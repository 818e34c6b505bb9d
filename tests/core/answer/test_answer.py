import pytest

from connectors.sql.store import SqlStore
from core.answer.answer import FOUND_OTHERWISE, NO_ARTICLE, NO_QUESTION
from core.answer.confidence import Thresholds
from core.answer.evidence import Evidence
from core.answer.question import Setting, question_of
from core.knowledge.retrieve import POOL
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.draft import Draft
from core.model.ids import ArticleId
from core.model.knowledge import Audience
from core.model.signals import Evidence as Quotation
from core.model.signals import Feeling, Signals
from tests.core import people, samples
from tests.core.answer import shop
from tests.core.answer.compose import models


def test_the_row_that_answers_is_said_as_a_sentence(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("How long does a refund to PayPal take?"), samples.signals())
    assert answered.draft is not None
    cited = {s.text: s.citation.quote for s in answered.draft.sentences if s.citation}
    row = cited.pop("PayPal – The refund arrives within: 24 hours.")
    assert row.split("\n")[0] == "You paid with | The refund arrives within"
    assert row.split("\n")[-1] == "PayPal | 24 hours"
    assert all(text == quote for text, quote in cited.items())
    texts = {article.id: article.text for article in shop.ARTICLES}
    assert all(texts[c.passage.article_id][c.start : c.end] == c.quote for c in answered.draft.cited)


def test_of_a_table_the_customers_own_row_is_said_where_the_question_names_none(store: SqlStore) -> None:
    answers, asked = shop.answer(store), shop.asks("How long does a refund take, by what I paid with?")
    everything = answers.draft(asked, samples.signals()).draft
    own = answers.draft(asked, samples.signals(), known="PayPal").draft
    other = answers.draft(
        shop.asks("How long does a refund to a credit card take?"), samples.signals(), known="PayPal"
    ).draft
    assert everything is not None
    assert own is not None
    assert other is not None
    rows = [[s.text for s in draft.sentences if "arrives within" in s.text] for draft in (everything, own, other)]
    assert len(rows[0]) > 1
    assert rows[1] == ["PayPal – The refund arrives within: 24 hours."]
    assert not any("PayPal" in row for row in rows[2])


def test_steps_come_whole_and_in_order(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("How do I start a return of my order?"), samples.signals())
    assert answered.draft is not None
    steps = [s.text for s in answered.draft.sentences if s.text[0].isdigit()]
    assert [step[:2] for step in steps] == ["1.", "2.", "3."]


def test_what_no_article_answers_gets_no_draft(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("Do you sponsor local football clubs?"), samples.signals())
    assert (answered.draft, answered.abstained) == (None, NO_ARTICLE)


def test_without_articles_there_is_no_answer(store: SqlStore) -> None:
    everything = shop.answer(store)
    with store.begin() as unit:
        unit.articles.remove([article.id for article in shop.ARTICLES])
    answered = everything.draft(shop.asks("How long does a refund take?"), samples.signals())
    assert (answered.draft, answered.hits) == (None, ())


def test_a_message_without_words_is_no_question(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("??? 👍"), samples.signals())
    assert answered.abstained == NO_QUESTION


def test_an_internal_article_is_for_the_agent_alone(store: SqlStore) -> None:
    question = shop.asks("Which refund may agents approve without asking?")
    shelf = shop.answer(store)
    answered = shelf.draft(question, samples.signals())
    assert "limits" in {
        hit.passage.article_id for hit in shelf.search("Which refund may agents approve without asking?")
    }
    assert "limits" not in {hit.passage.article_id for hit in answered.hits}
    assert answered.draft is None or "£60" not in answered.draft.body


def test_solved_tickets_change_nothing_of_what_a_customer_is_told(store: SqlStore) -> None:
    question = "How long does a refund take, and how do I start a return?"
    shelf = shop.answer(store)
    before = shelf.draft(shop.asks(question), samples.signals())
    tickets = [
        shop.article(f"ticket{number}", "Refund?", f"{question} It takes {number} days.", audience=Audience.INTERNAL)
        for number in range(2 * POOL)
    ]
    after = shop.answer(store, *tickets).draft(shop.asks(question), samples.signals())
    assert before.draft is not None
    assert after.draft is not None
    assert after.draft.body == before.draft.body
    assert after.draft.confidence == pytest.approx(before.draft.confidence)
    assert [hit.passage.id for hit in after.hits] == [hit.passage.id for hit in before.hits]
    found = shelf.search(question)
    assert found[0].passage.audience is Audience.INTERNAL


def test_a_word_that_only_tickets_have_is_one_that_no_article_has(store: SqlStore) -> None:
    question = "Which refund does bitcoin take?"
    sure = shop.answer(store).weigh(question_of([(True, question)]), Setting(language="en"))[0].traits
    ticket = shop.article("ticket", "Bitcoin", "Bitcoin, bitcoin.", audience=Audience.INTERNAL)
    known = shop.answer(store, ticket).weigh(question_of([(True, question)]), Setting(language="en"))[0].traits
    assert known == pytest.approx(sure)


def test_a_german_customer_is_greeted_in_german(store: SqlStore) -> None:
    signals = samples.signals(language=samples.scored("de"))
    answered = shop.answer(store).draft(shop.asks("Wie lange dauert die Erstattung?"), signals)
    assert answered.draft is not None
    assert answered.draft.language == "de"
    assert answered.draft.body.startswith("Hallo Emma,")
    assert "5 bis 9 Werktagen" in answered.draft.body


def test_an_english_customer_sees_no_german_article(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("Wie lange dauert Erstattung refund?"), samples.signals())
    assert "erstattung" not in {hit.passage.article_id for hit in answered.hits}


def test_an_unhappy_customer_is_met_with_sympathy(store: SqlStore) -> None:
    answers = shop.answer(store)
    question = shop.asks("How long does a refund take?")
    calm = answers.draft(question, samples.signals()).draft
    upset = answers.draft(question, samples.signals(sentiment=samples.scored(Feeling.NEGATIVE))).draft
    assert calm is not None
    assert upset is not None
    assert "sorry" in upset.body
    assert "sorry" not in calm.body


def test_a_follow_up_is_understood_from_what_was_said_before(store: SqlStore) -> None:
    before = (shop.said(1, "I returned my item, how does the refund work?"), shop.said(2, "Like this.", Role.AGENT))
    answered = shop.answer(store, threshold=0.0).draft(
        shop.asks("And how long with PayPal?", *before), samples.signals()
    )
    assert answered.draft is not None
    assert "PayPal – The refund arrives within: 24 hours." in answered.draft.body


def test_the_half_that_no_article_answers_is_named(store: SqlStore) -> None:
    text = "How long does a refund to PayPal take? Do you sponsor local football clubs?"
    answered = shop.answer(store).draft(shop.asks(text), samples.signals())
    assert answered.draft is not None
    assert answered.draft.unknown == ("Do you sponsor local football clubs?",)
    assert "a colleague will look at it" in answered.draft.body


def test_two_articles_that_disagree_are_reported(store: SqlStore) -> None:
    answers = shop.answer(store, shop.CONFLICTING)
    answered = answers.draft(shop.asks("Within how many days of delivery can I return an item?"), samples.signals())
    assert answered.draft is not None
    assert answered.draft.blocked
    assert "conflicting_sources" in {finding.rule for finding in answered.draft.findings}


def test_an_old_source_is_reported(store: SqlStore) -> None:
    old = shop.article("old", "Pay by cheque", "Make the cheque payable to Larkfield.", updated_at=shop.ago(3000))
    answered = shop.answer(store, old).draft(shop.asks("How do I pay by cheque?"), samples.signals())
    assert answered.draft is not None
    assert "stale_source" in {finding.rule for finding in answered.draft.findings}


def test_of_two_articles_that_say_it_the_fresh_one_is_quoted(store: SqlStore) -> None:
    old = shop.article("old", "How long does a refund take?", shop.REFUNDS, updated_at=shop.ago(3000))
    answered = shop.answer(store, old).draft(shop.asks("How long does a refund take?"), samples.signals())
    assert answered.draft is not None
    assert answered.draft.cited[0].passage.article_id == "refunds"


def test_a_changed_article_is_answered_from_its_new_text(store: SqlStore) -> None:
    answers = shop.answer(store)
    question = shop.asks("How long does a refund to PayPal take?")
    answers.draft(question, samples.signals())
    shop.answer(store, shop.article("refunds", "How long does a refund take?", "A refund to PayPal takes 3 hours."))
    draft = answers.draft(question, samples.signals()).draft
    assert draft is not None
    assert "takes 3 hours" in draft.body


def test_a_customer_whose_name_is_a_number_is_greeted_without_one(store: SqlStore) -> None:
    stranger = people.customer(name="+447700900123")
    draft = (
        shop.answer(store).draft(shop.asks("How long does a refund take?", customer=stranger), samples.signals()).draft
    )
    assert draft is not None
    assert draft.body.startswith("Hello,")


def test_the_same_turn_gives_the_same_draft(store: SqlStore) -> None:
    answers = shop.answer(store)
    question = shop.asks("How long does a refund take?")
    assert answers.draft(question, samples.signals()) == answers.draft(question, samples.signals())


def test_an_agent_finds_internal_passages_too(store: SqlStore) -> None:
    found = shop.answer(store).search("refund limits", 3)
    assert "limits" in {hit.passage.article_id for hit in found}
    assert len(found) <= 3


def test_a_text_message_is_answered_shorter_than_a_mail(store: SqlStore) -> None:
    sections = (f"## Watering plant {n}\n\nWater the plant {n} times a week. {'Mind it. ' * 50}" for n in range(4))
    answers = shop.answer(store, shop.article("plants", "Watering plants", "\n\n".join(sections)), threshold=0.0)

    def length(channel: Channel) -> int:
        asks = samples.message(text="How often do I water the plants?", channel=channel)
        draft = answers.draft(samples.case(asks), samples.signals()).draft
        return sum(len(citation.quote) for citation in draft.cited) if draft else 0

    assert 0 < length(Channel.SMS) < 700 < length(Channel.EMAIL)


def test_what_no_article_answers_is_a_gap_with_the_question(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("Do you sponsor local football clubs?"), samples.signals())
    assert answered.gap is not None
    assert answered.gap.question == "Do you sponsor local football clubs?"


def test_what_is_answered_is_no_gap(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("How long does a refund to PayPal take?"), samples.signals())
    assert answered.gap is None


def test_an_article_of_a_brand_is_not_quoted_to_somebody_whose_brand_nobody_knows(store: SqlStore) -> None:
    other = shop.article("outlet", "Gift wrapping at the outlet", "Gift wrapping costs £3 an item.", brand="outlet")
    answers, asked = shop.answer(store, other), shop.asks("How much does gift wrapping cost?")
    found = answers.draft(asked, samples.signals())
    assert found.draft is None or all(c.passage.brand == "" for c in found.draft.cited)


def test_an_article_of_another_brand_is_not_quoted(store: SqlStore) -> None:
    other = shop.article("outlet", "Gift wrapping at the outlet", "Gift wrapping costs £3 an item.", brand="outlet")
    answers, asked = shop.answer(store, other), shop.asks("How much does gift wrapping cost?", brand="main")
    assert "outlet" not in {hit.passage.article_id for hit in answers.draft(asked, samples.signals()).hits}
    asked = shop.asks("How much does gift wrapping cost?", brand="outlet")
    assert "outlet" in {hit.passage.article_id for hit in answers.draft(asked, samples.signals()).hits}


def test_what_has_expired_is_not_quoted(store: SqlStore) -> None:
    offer = "Gift wrapping costs £3 an item."
    answers = shop.answer(
        store,
        shop.article("over", "Gift wrapping in spring", offer, expires_at=shop.ago(1)),
        shop.article("still", "Gift wrapping", offer, expires_at=shop.ago(-1)),
    )
    hits = answers.draft(shop.asks("How much does gift wrapping cost?"), samples.signals()).hits
    found = {hit.passage.article_id for hit in hits}
    assert "still" in found
    assert "over" not in found


def test_an_intent_may_have_a_threshold_of_its_own(store: SqlStore) -> None:
    asked = shop.asks("How long does a refund to PayPal take?")
    never = Thresholds(of={samples.signals().intent.value: 1.0})
    assert shop.answer(store, thresholds=never).draft(asked, samples.signals()).abstained == NO_ARTICLE


def test_politeness_is_no_question(store: SqlStore) -> None:
    answered = shop.answer(store).draft(shop.asks("Great, thanks, it works now!"), samples.signals())
    assert (answered.abstained, answered.asks, answered.gap) == (NO_QUESTION, False, None)


def test_what_needs_no_article_is_searched_for_all_the_same_but_is_no_gap(store: SqlStore) -> None:
    class Never:
        def need(self, text: str, before: str) -> float:
            return 0.0

    asked = shop.asks("never arrived")
    answered = shop.answer(store, need=Never()).draft(asked, samples.signals())
    assert (answered.abstained, answered.asks, answered.gap) == (NO_ARTICLE, True, None)
    assert shop.answer(store).draft(asked, samples.signals()).gap is not None


def test_a_reader_that_learned_from_labels_judges_instead_of_the_weights(store: SqlStore) -> None:
    class Doubts:
        def sure(self, evidence: Evidence) -> float:
            return 0.01 if evidence.traits and len(evidence.met) else 0.99

    asked = shop.asks("How long does a refund to PayPal take?")
    assert shop.answer(store).draft(asked, samples.signals()).draft is not None
    assert shop.answer(store, reader=Doubts()).draft(asked, samples.signals()).abstained == NO_ARTICLE


def test_an_article_that_is_pointed_at_is_the_only_one_quoted(store: SqlStore) -> None:
    everything = shop.answer(store)
    asked = shop.asks("It says E14 and nothing works")
    answered = everything.draft(asked, samples.signals(), shop.ARTICLES[0].id)
    assert answered.draft is not None
    assert {c.passage.article_id for c in answered.draft.cited} == {shop.ARTICLES[0].id}
    assert everything.draft(asked, samples.signals()).draft is None


def test_an_article_that_is_not_there_or_not_for_this_brand_is_not_quoted(store: SqlStore) -> None:
    everything = shop.answer(store)
    asked = shop.asks("It says E14 and nothing works")
    assert everything.draft(asked, samples.signals(), ArticleId("gone")).draft is None
    assert everything.draft(asked, samples.signals(), ArticleId("limits")).draft is None


# ---------------------------------------------------------------- as a language model reworded it


def reworded(text: str, search: str, role: str = "rewriter") -> Signals:
    quote = Quotation(start=0, end=len(text), words=text)
    return samples.signals(
        facts=(
            samples.scored("model_read", records=(f"role:{role}",)),
            samples.scored("asked", evidence=(quote,), records=(f"search:{search}",)),
        )
    )


MISSPELT = "wenn du i get mi monney bakk wiv pay pall"


def test_what_is_misspelt_is_found_by_what_a_model_made_of_it(store: SqlStore) -> None:
    answers = shop.answer(store)
    assert answers.draft(shop.asks(MISSPELT), samples.signals()).draft is None
    draft = answers.draft(shop.asks(MISSPELT), reworded(MISSPELT, "How long does a refund to PayPal take?")).draft
    assert draft is not None
    assert "PayPal – The refund arrives within: 24 hours." in draft.body


def test_what_only_the_reworded_words_find_is_told_where_a_judge_finds_that_it_answers(store: SqlStore) -> None:
    text = "wirro quark dossel flumm xylophon brrz"
    others = [shop.article(f"quark-{number}", f"Quark {number}", f"Quark keeps {number} days.") for number in range(4)]
    search = "How long does a refund to PayPal take?"

    def drafted(role: str, passage: int) -> Draft | None:
        row = {"passage": passage, "quote": "PayPal | 24 hours", "text": "PayPal: 24 hours"}
        answers = shop.answer(store, *others, model=models.Model(models.reply(row)))
        return answers.draft(shop.asks(text), reworded(text, search, role)).draft

    assert drafted("rewriter", 1) is None
    draft = next(made for passage in range(1, 6) if (made := drafted("judge", passage)) is not None)
    (found,) = [finding for finding in draft.findings if finding.rule == FOUND_OTHERWISE]
    assert "“How long does a refund to PayPal take?”" in found.text


def test_what_the_customers_own_words_find_too_is_no_other_finding(store: SqlStore) -> None:
    text = "refund to PayPal, how long?"
    draft = shop.answer(store).draft(shop.asks(text), reworded(text, "How long does a refund to PayPal take?")).draft
    assert draft is not None
    assert FOUND_OTHERWISE not in {finding.rule for finding in draft.findings}


CARD = "3 to 5 working days"


def test_a_judge_may_find_an_answer_where_nobody_else_is_sure_and_say_that_there_is_none(store: SqlStore) -> None:
    text = "Is the money for a credit card there on Friday?"
    row = {"passage": 1, "quote": "Credit card | 3 to 5 working days", "text": "Credit card: 3 to 5 working days"}
    for role, reply, told in (
        ("rewriter", models.reply(row), False),
        ("judge", models.reply(row), True),
        ("judge", models.reply(answerable=False), False),
    ):
        answers = shop.answer(store, threshold=0.99, model=models.Model(reply))
        draft = answers.draft(shop.asks(text), reworded(text, text, role)).draft
        assert (draft is not None and CARD in draft.body) is told, (role, reply)


def test_who_judges_that_nothing_answers_is_believed_and_a_mere_writer_is_not(store: SqlStore) -> None:
    text = "How long does a refund to PayPal take?"
    for role, drafted in (("judge", False), ("rewriter", True)):
        answers = shop.answer(store, model=models.says(answerable=False))
        draft = answers.draft(shop.asks(text), reworded(text, text, role)).draft
        assert (draft is not None) is drafted


def test_a_question_that_the_models_reply_passes_over_is_open_however_sure_its_article_is(store: SqlStore) -> None:
    asked = ("How long does a refund to PayPal take?", "How long does a refund to a credit card take?")
    told = [{"quote": "PayPal | 24 hours", "text": "PayPal: 24 hours"},
            {"quote": f"Credit card | {CARD}", "text": f"Credit card: {CARD}"}]  # fmt: skip

    def drafted(count: int, passage: int) -> Draft | None:
        rows = [{"question": number, "passage": passage, **row} for number, row in enumerate(told[:count], 1)]
        answers = shop.answer(store, model=models.says(*rows), threshold=0.0)
        return answers.draft(shop.asks(" ".join(asked)), samples.signals()).draft

    for count, unknown in ((2, ()), (1, (asked[1],))):
        made = [draft for passage in range(1, 6) if (draft := drafted(count, passage)) is not None]
        (worded,) = [draft for draft in made if draft.composer == "model"]
        assert worded.unknown == unknown
