from dataclasses import replace

import pytest

from core.context.attachments import MOST, Fetching
from core.errors import TransientError
from core.model.conversation import Attachment
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived
from core.model.ids import EffectId, TicketId
from core.model.outbound import EffectKind, EffectState
from tests.core.container import Container
from tests.core.day import conversations, known
from tests.core.execute.delivering import LEASE
from tests.core.fake_media import FakeMedia, PlainReader, VirusScanner
from tests.core.people import NOW
from tests.core.samples import incoming

LOG = "https://api.twilio.com/log"
PHOTO = "https://api.twilio.com/photo"
KEPT = {LOG: b"error E7 at boot", PHOTO: b"\xff\xd8 a photo", "https://api.twilio.com/bad": b"a virus"}


def sent(*files: tuple[str, str], text: str = "See this") -> Event:
    listed = (Attachment(name=f"file {n}", type=kind, ref=ref) for n, (ref, kind) in enumerate(files, 1))
    return Event(
        source="twilio",
        delivery_id="in:1",
        kind=EventKind.MESSAGE_RECEIVED,
        subject="SM1",
        occurred_at=NOW,
        received_at=NOW,
        payload=incoming(text, attachments=tuple(listed)),
    )


def seen(*files: tuple[str, str], media: FakeMedia | None = None) -> tuple[Attachment, ...]:
    fetching = Fetching(media=media or FakeMedia(dict(KEPT)), reader=PlainReader(), scanner=VirusScanner())
    return fetching.with_files(sent(*files)).payload_as(MessageReceived).attachments


def test_a_file_with_words_is_read() -> None:
    (file,) = seen((LOG, "text/plain"))
    assert (file.text, file.size, file.ref) == ("error E7 at boot", 16, LOG)


def test_a_photo_is_counted_and_left_to_a_person_where_nobody_looks_at_pictures() -> None:
    (file,) = seen((PHOTO, "image/jpeg"))
    assert (file.text, file.size) == ("", len(KEPT[PHOTO]))


def test_a_file_is_known_again_by_its_content() -> None:
    media = FakeMedia({**KEPT, "https://api.twilio.com/same": KEPT[PHOTO]})
    photo, log, same = seen(
        (PHOTO, "image/jpeg"), (LOG, "text/plain"), ("https://api.twilio.com/same", "image/png"), media=media
    )
    assert (len(photo.digest), photo.digest == same.digest, photo.digest == log.digest) == (64, True, False)


@pytest.mark.parametrize(
    ("ref", "kind", "why"),
    [
        ("https://api.twilio.com/bad", "image/png", "virus scanner"),
        ("https://api.twilio.com/x", "application/zip", "kind of file"),
    ],
)
def test_what_is_not_taken_says_why(ref: str, kind: str, why: str) -> None:
    (file,) = seen((ref, kind))
    assert why in file.name
    assert file.text == ""


def test_a_program_is_never_even_fetched() -> None:
    media = FakeMedia(dict(KEPT))
    seen((LOG, "application/x-msdownload"), media=media)
    assert media.fetched == []


def test_a_file_that_is_gone_stays_unseen() -> None:
    (file,) = seen(("https://api.twilio.com/gone", "text/plain"))
    assert (file.name, file.text) == ("file 1", "")


def test_only_a_few_files_of_a_message_are_fetched() -> None:
    media = FakeMedia(dict(KEPT))
    assert len(seen(*[(LOG, "text/plain")] * 8, media=media)) == 8
    assert len(media.fetched) == MOST


class Down(FakeMedia):
    def fetch(self, ref: str) -> bytes:
        raise TransientError("down")


def test_an_answer_waits_for_no_file() -> None:
    (file,) = seen((LOG, "text/plain"), media=Down())
    assert file.text == ""


# ---------------------------------------------------------------- through the loop


def test_a_files_words_are_part_of_what_was_said_and_fetched_once(container: Container) -> None:
    known(container)
    container.media.kept.update(KEPT)
    event = sent((LOG, "text/plain"), text="please reset")
    container.happens(event)
    container.happens(replace(event, delivery_id="in:2"))
    with container.store.read() as unit:
        (message,) = [m for m in unit.conversations.messages(conversations(container)[0].id) if m.attachments]
    assert message.attachments[0].text == "error E7 at boot"
    assert container.media.fetched == [LOG]


def test_with_a_handoff_the_files_go_onto_the_ticket_and_are_gone_at_the_provider(container: Container) -> None:
    known(container)
    container.media.kept.update(KEPT)
    container.happens(sent((PHOTO, "image/jpeg"), text="It is broken, a person please"))
    container.drain()
    conversation = conversations(container)[0]
    assert conversation.ticket_id is not None
    (write,) = [w for w in container.helpdesk.writes if "files" in w.changes]
    assert (write.ticket_id, write.changes["files"]) == (conversation.ticket_id, ["file 1.jpg"])
    assert PHOTO not in container.media.kept


def test_a_file_that_no_ticket_took_is_deleted_after_a_week(container: Container) -> None:
    known(container)
    container.media.kept.update(KEPT)
    container.happens(sent((PHOTO, "image/jpeg"), text="please reset"))
    container.drain()
    with container.store.read() as unit:
        rows = [
            r for r in unit.outbox.of_conversation(conversations(container)[0].id) if r.effect.kind is EffectKind.FILES
        ]
    (gone,) = rows
    assert (gone.state, gone.effect.target, PHOTO in container.media.kept) == (EffectState.HELD, "", True)
    container.wait(days=7, seconds=1)
    assert container.delivery.deliver(gone.effect.id) is EffectState.SENT
    assert PHOTO not in container.media.kept


def gone_after_a_week(container: Container) -> EffectId:
    """The row that deletes a photo, its hour come."""
    known(container)
    container.media.kept.update(KEPT)
    container.happens(sent((PHOTO, "image/jpeg"), text="please reset"))
    container.drain()
    container.wait(days=7, seconds=1)
    with container.store.read() as unit:
        rows = [
            r for r in unit.outbox.of_conversation(conversations(container)[0].id) if r.effect.kind is EffectKind.FILES
        ]
    return rows[0].effect.id


def test_a_delete_that_got_no_answer_is_done_again(container: Container) -> None:
    gone = gone_after_a_week(container)
    container.media.slow = 1
    assert container.delivery.deliver(gone) is EffectState.PENDING
    container.wait(seconds=2)
    assert container.delivery.deliver(gone) is EffectState.SENT


def test_a_worker_killed_while_it_deletes_leaves_no_file_behind(container: Container) -> None:
    gone = gone_after_a_week(container)
    with container.store.begin() as unit:
        assert unit.outbox.claim(gone, container.clock()) is not None
    container.clock.forward(LEASE)
    assert container.delivery.deliver(gone) is EffectState.SENT
    assert PHOTO not in container.media.kept


@pytest.mark.parametrize("still_there", [False, True])
def test_files_go_onto_the_ticket_once_however_slow_their_deletion_is(container: Container, still_there: bool) -> None:
    known(container)
    container.media.kept.update(KEPT)
    container.media.slow = 2
    container.happens(sent((PHOTO, "image/jpeg"), text="It is broken, a person please"))
    container.drain()
    with container.store.read() as unit:
        rows = [
            r for r in unit.outbox.of_conversation(conversations(container)[0].id) if r.effect.kind is EffectKind.FILES
        ]
    (onto,) = [row for row in rows if row.effect.target]
    assert onto.state is EffectState.UNKNOWN
    if still_there:
        container.media.kept.update(KEPT)
    for _ in range(2):
        container.wait(minutes=2)
        container.delivery.deliver(onto.effect.id)
    assert container.row(onto.effect.id).state is EffectState.SENT
    assert len([w for w in container.helpdesk.writes if "files" in w.changes]) == 1
    assert PHOTO not in container.media.kept


def test_a_file_with_a_virus_is_named_on_the_ticket_and_left_out(container: Container) -> None:
    known(container)
    container.media.kept.update(KEPT)
    container.happens(sent(("https://api.twilio.com/bad", "image/png"), text="a person please"))
    container.drain()
    ticket = conversations(container)[0].ticket_id
    notes = container.helpdesk.comments(TicketId(ticket or ""), public=False)
    assert any("virus scanner" in note for note in notes)
    assert not any(w.changes.get("files") for w in container.helpdesk.writes)
