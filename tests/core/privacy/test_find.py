"""Personal data is found by its form, by its check digits and by the words beside it, and little else is."""

import base64
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.privacy.find import find
from core.privacy.personal import Kind, Known

FOUND = [
    ("Call me on 07700 900123 please", Kind.PHONE, "07700 900123"),
    ("+44 7700 900123", Kind.PHONE, "+44 7700 900123"),
    ("Fax: (579)888-3058", Kind.PHONE, "(579)888-3058"),
    ("Desk: +41 (0)96 471 07 95", Kind.PHONE, "+41 (0)96 471 07 95"),
    ("345-899-3560x4587 is my desk", Kind.PHONE, "345-899-3560x4587"),
    ("Rückruf bitte unter 089 / 12345678", Kind.PHONE, "089 / 12345678"),
    ("appelez le 03.93.92.16.85", Kind.PHONE, "03.93.92.16.85"),
    ("my number is 5551234", Kind.PHONE, "5551234"),
    ("write to john.o'neil+x@mail.example.co.uk, please", Kind.EMAIL, "john.o'neil+x@mail.example.co.uk"),
    ("müller@bücher.example", Kind.EMAIL, "müller@bücher.example"),
    ("my card 4242 4242 4242 4242 12/26", Kind.CARD, "4242 4242 4242 4242"),
    ("378282246310005", Kind.CARD, "378282246310005"),
    ("4242-4242-4242-4241 is my card", Kind.CARD, "4242-4242-4242-4241"),
    ("pay to DE89 3704 0044 0532 0130 00 please", Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
    ("gb82west12345698765432", Kind.IBAN, "gb82west12345698765432"),
    ("192.168.1.20 is my router", Kind.IP, "192.168.1.20"),
    ("from fe80::1ff:fe23:4567:890a today", Kind.IP, "fe80::1ff:fe23:4567:890a"),
    ("see https://shop.example/reset?token=abc.", Kind.LINK, "https://shop.example/reset?token=abc"),
    ("visit kuhn.de today", Kind.LINK, "kuhn.de"),
    ("SSN: 460-89-9847", Kind.ID, "460-89-9847"),
    ("my NI number is AB 12 34 56 C", Kind.ID, "AB 12 34 56 C"),
    ("DNI 12345678Z", Kind.ID, "12345678Z"),
    ("numéro 1 84 12 76 451 089 46", Kind.ID, "1 84 12 76 451 089 46"),
    ("Meine Steuer-ID ist 86095742719", Kind.ID, "86095742719"),
    ("my passport number is X1234567", Kind.ID, "X1234567"),
    ("sort code 12-34-56", Kind.ACCOUNT, "12-34-56"),
    ("routing number 021000021", Kind.ACCOUNT, "021000021"),
    ("account number 12345678", Kind.ACCOUNT, "12345678"),
    ("born on 12 March 1984", Kind.BIRTH, "12 March 1984"),
    ("12/03/1984 is my date of birth", Kind.BIRTH, "12/03/1984"),
    ("geboren am 3.4.1990", Kind.BIRTH, "3.4.1990"),
    ("My PIN is 4821", Kind.SECRET, "4821"),
    ("4821 is my PIN", Kind.SECRET, "4821"),
    ("the code I got is 483921", Kind.SECRET, "483921"),
    ("The verification code is 99 12 33", Kind.SECRET, "99 12 33"),
    ("password: hunter2", Kind.SECRET, "hunter2"),
    ("password = letmein", Kind.SECRET, "letmein"),
    ("cvv 123", Kind.SECRET, "123"),
]
HARMLESS = [
    "my password is wrong",
    "I forgot my password and cannot sign in",
    "error code 503 shows, promo code SAVE20 too",
    "order 20114 for 89.00 EUR",
    "order number 1234567890",
    "LK-20114 arrived 2026-11-02",
    "Meet 2026-11-02 09:15, or 10:30:00",
    "version 4.2.1.12",
    "it takes 14-21 days, between 2019-2024",
    "2,000,000 users and 1 234 567 USD",
    "EAN 4006381333931, IMEI 356938035643809",
    "Tracking 1Z999AA10123456784",
    "the router MAC 00:1A:2B:3C:4D:5E",
    "ticket #35436 from 2025, invoice 2026-000123",
    "Suite 541 6343 Elm Street",
    "Thanks.It works. Ends here.So it goes",
    "Das ist so.de facto",
    "What is pin 5 for? call 112",
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_personal_data_is_found_where_it_stands(text: str, kind: Kind, value: str) -> None:
    assert [(one.kind, one.text) for one in find(text)] == [(kind, value)]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_of_other_things_are_left_alone(text: str) -> None:
    assert find(text) == ()


def test_neighbours_are_told_apart() -> None:
    cards = find("4111111111111111 5500005555555559")
    assert [one.text for one in cards] == ["4111111111111111", "5500005555555559"]
    phones = find("ring 020 7946 0991 07700 900123 thanks")
    assert [one.text for one in phones] == ["020 7946 0991", "07700 900123"]


def test_a_region_tells_a_bare_number_to_be_a_phone() -> None:
    assert find("2015550123", region="US")
    assert not find("2015550123")


def test_the_profile_is_found_word_for_word_and_a_short_name_only_in_capitals() -> None:
    known = (Known(kind=Kind.NAME, value="Will"), Known(kind=Kind.ADDRESS, value="12 High Street, Leeds"))
    found = find("I will move from 12 high street,\nLeeds. Will", known=known)
    assert [(one.kind, one.text) for one in found] == [
        (Kind.ADDRESS, "12 high street,\nLeeds"),
        (Kind.NAME, "Will"),
    ]


PIECES = (
    "4242 4242 4242 4242|+44 7700 900123|a@b.example|my PIN is 4821|GB82WEST12345698765432|10.0.0.1|[phone 1]|[card]"
    "|born 1/2/1990|https://x.example/?a=1|password: tr0ub4dor|ssn|code|call|order|1|22|333333|\n|(|)|+|-|.|@|[|]|😀|é"
    "|١٢٣٤٥٦٧٨|電話|’|\u200b|\ud800|\x00"
)
CHOSEN = st.lists(st.sampled_from(PIECES.split("|")), max_size=25)
TEXTS = st.one_of(st.text(), CHOSEN.map(" ".join), CHOSEN.map("".join))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_spans_never_overlap_and_hold_what_they_say(text: str) -> None:
    last = 0
    for one in find(text, region="GB", known=(Known(kind=Kind.NAME, value="call"),)):
        assert last <= one.start < one.end
        assert text[one.start : one.end] == one.text
        last = one.end


HOSTILE: dict[str, Callable[[], str]] = {
    "digits": lambda: "1" * 200_000,
    "digits one by one": lambda: "1 " * 100_000,
    "numbers": lambda: "12345 " * 33_000,
    "decimals": lambda: "0." * 100_000,
    "letters": lambda: "a" * 200_000,
    "at signs": lambda: "a@" * 100_000,
    "dots": lambda: "a." * 100_000,
    "plus": lambda: "+1-" * 66_000,
    "colons": lambda: "f:" * 100_000,
    "base64": lambda: base64.b64encode(bytes(range(256)) * 580).decode(),
    "pin is": lambda: "pin " + "is " * 66_000,
    "passwords": lambda: "password '" * 20_000,
    "born": lambda: "born 1 " * 28_000,
    "dates": lambda: "1/1/" * 50_000,
    "brackets": lambda: "[phone " * 28_000,
    "links": lambda: "http://" * 28_000,
    "ibans": lambda: "GB82 " * 40_000,
    "card numbers": lambda: "4111111111111111 " * 11_700,
    "emoji": lambda: "😀" * 200_000,
    "blanks": lambda: "pin" + " " * 200_000,
    "mixed scripts": lambda: "电话 ١٢٣ тел é " * 14_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_length_and_no_faster(name: str) -> None:
    """Four times the text may take little more than four times as long; a backtracking pattern takes sixteen."""
    text = HOSTILE[name]()[:80_000]
    # Once is enough where it is quick: the least of three can only be less.
    assert _once(text) < 1.0 or _seconds(text) < 10 * _seconds(text[: len(text) // 4])


def _seconds(text: str) -> float:
    """The least of three, on the processor's own clock: others may be busy."""
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    start = time.process_time()
    find(text)
    return time.process_time() - start
