"""No card, phone number, address or name leaves for a model; the answer has them back."""

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.privacy.find import find, region_of
from core.privacy.mask import MaskedModel, mask_model_for
from core.privacy.personal import Kind

SENT = (
    "My card 4242 4242 4242 4242 was charged twice, I'm Zoë \"Zed\" O'Hara of 12 High Street. Ring +44 7700 900123 or"
    " write to zoe@mail.example; my PIN is 4821."
)
HERS = ("4242 4242 4242 4242", "+44 7700 900123", "zoe@mail.example", "4821", "O'Hara", "12 High Street", "Zoë")


class Recorder:
    """A model that remembers what it was sent and repeats the customer's words."""

    name = "recorder"

    def __init__(self, step: int = 3) -> None:
        self.sent: list[tuple[str, str]] = []
        self.step = step
        self.closed = False

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        self.sent.append((system, user))
        return json.dumps({"text": user})

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        whole = self.complete(system=system, user=user, schema=schema, max_tokens=max_tokens)
        try:
            yield from (whole[place : place + self.step] for place in range(0, len(whole), self.step))
        finally:
            self.closed = True

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def customer() -> Customer:
    return Customer(
        id=CustomerId("cu_1"),
        name='Zoë "Zed" O\'Hara',
        attributes={"address": "12 High Street", "device": "Larkfield Warm"},
    )


def complete(model: MaskedModel, system: str = "Answer. Our line: 020 7946 0991") -> dict[str, str]:
    return json.loads(model.complete(system=system, user=SENT, schema={}, max_tokens=9))  # type: ignore[no-any-return]


def test_no_personal_data_ever_reaches_the_model() -> None:
    recorder = Recorder()
    complete(mask_model_for(recorder, customer()))
    (sent,) = recorder.sent
    assert not [value for value in (*HERS, "020 7946 0991") if any(value in text for text in sent)]
    assert not [one for text in sent for one in find(text)]


def test_the_answer_has_the_values_back_and_is_still_json() -> None:
    assert complete(mask_model_for(Recorder(), customer()))["text"] == SENT


def test_names_are_masked_also_when_the_model_was_wrapped_before() -> None:
    recorder = Recorder()
    complete(mask_model_for(MaskedModel(recorder), customer()))
    assert "O'Hara" not in recorder.sent[0][1]
    assert "[name 1]" in recorder.sent[0][1]


def test_the_model_is_told_about_placeholders_only_when_there_are_any() -> None:
    recorder = Recorder()
    MaskedModel(recorder).complete(system="Answer.", user="How do I reset it?", schema={}, max_tokens=9)
    assert recorder.sent == [("Answer.", "How do I reset it?")]


def test_devices_of_the_profile_are_not_personal() -> None:
    assert {known.kind for known in mask_model_for(Recorder(), customer()).known} == {Kind.NAME, Kind.ADDRESS}


@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_a_streamed_answer_has_its_values_however_it_is_cut(step: int) -> None:
    recorder = Recorder(step)
    pieces = list(mask_model_for(recorder, customer()).stream(system="", user=SENT, schema={}, max_tokens=9))
    assert json.loads("".join(pieces)) == {"text": SENT}
    assert not [value for value in HERS if value in recorder.sent[0][1]]


def test_closing_a_streamed_answer_ends_the_request() -> None:
    recorder = Recorder()
    pieces = mask_model_for(recorder, customer()).stream(system="", user=SENT, schema={}, max_tokens=9)
    next(pieces)
    assert isinstance(pieces, Generator)
    pieces.close()
    assert recorder.closed


@pytest.mark.parametrize(
    ("locale", "phone", "region"),
    [("en-US", None, "US"), ("de", None, None), ("en-US", "+447700900123", "GB"), ("en", "not a number", None)],
)
def test_numbers_are_read_as_where_the_customer_is(locale: str, phone: str | None, region: str | None) -> None:
    identities = (Identity(kind=IdentityKind.PHONE, value=phone),) if phone else ()
    assert region_of(replace(customer(), locale=locale, identities=identities)) == region
