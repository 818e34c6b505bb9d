"""Files on comments: named always, fetched only from the account itself, and never in the way of an answer."""

from dataclasses import replace
from typing import Any

import pytest
import responses

from connectors.zendesk import helpdesk as module
from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.helpdesk import Attachments
from core.errors import TransientError
from core.model.conversation import Attachment

HOST = "https://larkfield.zendesk.com"
URL = f"{HOST}/attachments/token/fake/?name=hub.log"


class Reader:
    """Reads text files by taking their bytes for UTF-8."""

    def __init__(self) -> None:
        self.read_files: list[str] = []

    def wants(self, attachment: Attachment) -> bool:
        return attachment.type == "text/plain"

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        self.read_files.append(attachment.name)
        return replace(attachment, text=content.decode())


def row(**changes: Any) -> dict[str, Any]:
    given = {"id": 7, "file_name": "hub.log", "content_type": "text/plain", "size": 900, "content_url": URL}
    return {**given, **changes}


def files(api: ZendeskApi, *rows: dict[str, Any], reader: Reader | None = None) -> tuple[Attachment, ...]:
    return one(Attachments(api, reader or Reader()), *rows)


def one(attachments: Attachments, *rows: Any) -> tuple[Attachment, ...]:
    return attachments.of_ticket([{"attachments": list(rows)}])[0]


def test_a_text_file_is_fetched_with_the_credentials_and_read_once(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(URL, body="E42 at boot")
    attachments = Attachments(api, Reader())
    assert one(attachments, row()) == one(attachments, row())
    (found,) = one(attachments, row())
    assert (found.text, found.size, found.ref) == ("E42 at boot", 900, "zendesk:attachment:7")
    assert len(zendesk.calls) == 1
    assert zendesk.calls[0].request.headers["Authorization"]


def test_a_picture_is_named_and_left_alone(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    (found,) = files(api, row(file_name="box.jpg", content_type="image/jpeg"))
    assert (found.name, found.type, found.is_seen) == ("box.jpg", "image/jpeg", False)


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/hub.log",
        "https://larkfield.zendesk.com.elsewhere.example/x",
        "",
        "file:///x",
        "https://[x",
    ],
)
def test_another_host_is_never_asked(address: str, api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    (found,) = files(api, row(content_url=address))
    assert not found.is_seen
    assert len(zendesk.calls) == 0


def test_zendesks_file_host_is_asked_without_the_credentials(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    kept = "https://p1.zdusercontent.com/attachment/1/x?token=fake"
    zendesk.get(URL, status=302, headers={"Location": kept})
    zendesk.get(kept, body="E42 at boot")
    (found,) = files(api, row())
    assert found.text == "E42 at boot"
    assert "Authorization" not in zendesk.calls[1].request.headers


@pytest.mark.parametrize(
    "onward",
    [
        "https://elsewhere.example/hub.log",
        "http://p1.zdusercontent.com/x",
        "https://zdusercontent.com.elsewhere.example/x",
        "https://evilzdusercontent.com/x",
        "https://p1.zdusercontent.com:8443/x",
        "https://a@p1.zdusercontent.com/x",
        "https://[x",
        "",
    ],
)
def test_another_redirect_is_not_followed(onward: str, api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    zendesk.get(URL, status=302, headers={"Location": onward})
    (found,) = files(api, row())
    assert not found.is_seen
    assert len(zendesk.calls) == 1


def test_the_file_host_sends_nobody_further(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    kept = "https://p1.zdusercontent.com/x"
    zendesk.get(URL, status=302, headers={"Location": kept})
    zendesk.get(kept, status=302, headers={"Location": "https://p2.zdusercontent.com/y"})
    assert not files(api, row())[0].is_seen
    assert len(zendesk.calls) == 2


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_that_failed_is_asked_for_again_after_a_minute(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    zendesk.get(URL, status=503)
    clock = Clock()
    attachments = Attachments(api, Reader(), clock)
    assert not one(attachments, row())[0].is_seen
    zendesk.replace(responses.GET, URL, body="E42")
    assert not one(attachments, row())[0].is_seen
    assert len(zendesk.calls) == 1
    clock.now = module.FAILED_FOR
    assert one(attachments, row())[0].text == "E42"


class Stumbling(Reader):
    """Fails at its first file with this error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        error, self.error = self.error, None
        if error:
            raise error
        return super().read(attachment, content)


@pytest.mark.parametrize(("error", "later"), [(TransientError("busy"), "E42"), (ValueError("no text"), "")])
def test_a_reader_that_fails_leaves_the_file_unseen_and_only_a_hiccup_passes(
    error: Exception, later: str, api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(URL, body="E42")
    clock = Clock()
    attachments = Attachments(api, Stumbling(error), clock)
    assert not one(attachments, row())[0].is_seen
    clock.now = module.FAILED_FOR
    assert one(attachments, row())[0].text == later


def test_of_a_ticket_the_newest_files_are_fetched_and_no_more_than_a_few(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(URL, body="E42")
    comments = [{"attachments": [row(id=number)]} for number in range(module.MOST + 2)]
    attachments = Attachments(api, Reader())
    for _ in range(2):
        found = attachments.of_ticket(comments)
        assert [files[0].is_seen for files in found] == [False, False, *[True] * module.MOST]
    assert len(zendesk.calls) == module.MOST


def test_after_its_time_no_further_file_of_a_ticket_is_begun(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    clock = Clock()

    class Slow(Reader):
        def read(self, attachment: Attachment, content: bytes) -> Attachment:
            clock.now += module.SECONDS
            return super().read(attachment, content)

    zendesk.get(URL, body="E42")
    found = Attachments(api, Slow(), clock).of_ticket([{"attachments": [row(id=number)]} for number in (1, 2)])
    assert [files[0].is_seen for files in found] == [False, True]


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_file_that_does_not_come_is_there_without_text(
    status: int, api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(URL, status=status)
    (found,) = files(api, row())
    assert (found.name, found.is_seen) == ("hub.log", False)


def test_a_file_larger_than_stated_is_broken_off(
    api: ZendeskApi, zendesk: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 10)
    zendesk.get(URL, body="x" * 11)
    reader = Reader()
    (found,) = files(api, row(), reader=reader)
    assert not found.is_seen
    assert reader.read_files == []


def test_what_the_scan_found_bad_and_what_was_deleted_is_not_fetched(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    found = files(api, row(malware_scan_result="malware_found"), row(id=8, deleted=True))
    assert [(each.name, each.is_seen) for each in found] == [("hub.log", False)]
    assert len(zendesk.calls) == 0


def test_an_odd_row_is_a_file_without_a_size(api: ZendeskApi) -> None:
    (found,) = one(Attachments(api), {"size": "big", "file_name": None}, "nonsense")
    assert (found.name, found.size) == ("file", None)


def test_a_comment_that_a_machine_sent_is_known_by_its_flag() -> None:
    given = {"id": 1, "author_id": 2, "body": "Away", "created_at": "2026-11-21T09:00:00Z"}
    assert records.comment({**given, "metadata": {"flags": [4], "flags_options": {}}}, False).automatic
    assert not records.comment({**given, "metadata": {"flags": [11]}}, False).automatic
    assert not records.comment({**given, "metadata": {"flags": None}}, False).automatic


@pytest.mark.parametrize(
    ("given", "word"),
    [({"score": "bad", "comment": "no"}, "bad"), ({"score": "good"}, "good"), ({"score": "offered"}, ""), (None, "")],
)
def test_the_customers_rating_is_one_word(given: object, word: str) -> None:
    assert records.satisfaction({"satisfaction_rating": given}) == word


def test_tags_and_the_organizations_own_fields_are_facts_of_the_person() -> None:
    organization = records.organization_fields({"organization_fields": {"vip": True, "note": None}, "tags": ["uk"]})
    found = records.person({"id": 5, "tags": ["vip", "press"], "user_fields": {"tier": "plus"}}, "Acme", organization)
    assert found.fields == {"organization.vip": "true", "organization.tags": "uk", "tags": "vip press", "tier": "plus"}
