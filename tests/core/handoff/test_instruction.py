"""The article that an agent picked when they gave the conversation back."""

from datetime import timedelta

from core.handoff.instruction import COMPOSER, HOLDS, Instruction, by_instruction, instruction_of, on_timeline
from core.model.conversation import ASSISTANT, CaseContext, Message, Owner, OwnerKind, Role
from core.model.ids import ArticleId
from tests.core import samples
from tests.core.people import MINUTE, NOW
from tests.core.samples import message

OURS = samples.conversation(owner=ASSISTANT, owner_since=NOW)
GIVEN = Instruction(article=ArticleId("zendesk:article:7:en-us"), title="Labels", by="Maria Lopez", at=NOW)


def case(*after: Message, owner: Owner = ASSISTANT, minutes: int = 1) -> CaseContext:
    conversation = samples.conversation(owner=owner, owner_since=NOW)
    return samples.case(
        message(1), on_timeline(OURS, GIVEN), *after, conversation=conversation, now=NOW + minutes * MINUTE
    )


def test_it_holds_until_somebody_has_spoken_or_a_day_has_gone() -> None:
    spoken = message(9, role=Role.ASSISTANT, at=NOW + MINUTE)
    wrote = message(9, at=NOW + MINUTE)
    person = Owner(kind=OwnerKind.AGENT, id="Maria", name="Maria")
    assert instruction_of(case()) == GIVEN
    assert instruction_of(case(wrote)) == GIVEN
    assert instruction_of(case(spoken)) is None
    assert instruction_of(case(owner=person)) is None
    assert instruction_of(case(minutes=int(HOLDS / MINUTE) + 1)) is None


def test_an_older_one_is_not_taken_up_again_when_the_conversation_comes_back() -> None:
    back = samples.conversation(owner=ASSISTANT, owner_since=NOW + timedelta(hours=1))
    known = samples.case(message(1), on_timeline(OURS, GIVEN), conversation=back, now=NOW + timedelta(hours=2))
    assert instruction_of(known) is None


def test_it_stands_on_the_timeline_for_people_only() -> None:
    line = on_timeline(OURS, GIVEN)
    assert (line.role, line.author, line.text, line.public) == (Role.SYSTEM, "Maria Lopez", "Labels", False)


def test_the_answer_keeps_its_sources_and_gets_a_name_of_its_own() -> None:
    answered = samples.draft()
    draft = by_instruction(GIVEN, samples.case(message(1)), answered)
    assert (draft.sentences, draft.composer) == (answered.sentences, COMPOSER)
    assert draft.id != answered.id
