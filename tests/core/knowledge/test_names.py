import time

import pytest

from core.knowledge.scope import Names, one_slip, sound, words_of

PLACES = (
    "THE GANDHI",
    "MAHARAJAH TANDOORI RESTAURANT",
    "ASHLEY HOTEL",
    "ALEXANDER BED AND BREAKFAST",
    "ROSA'S BED AND BREAKFAST",
    "GONVILLE HOTEL",
    "PIZZA HUT CITY CENTRE",
    "PIZZA HUT FEN DITTON",
    "GOLDEN HOUSE",
    "GOLDEN WOK",
    "RESTAURANT TWO TWO",
    "La Mediterranee - Noe Valley",
    "La Mediterranee - Pacific Heights",
    "DragonEats - SoMa",
    "CITYROOMZ",
    "Larkfield Hub",
)
KNOWN = Names(PLACES)


def named(text: str) -> set[str]:
    return {mention.name for mention in KNOWN.mentions(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Is Gandhi open on Sundays?", "THE GANDHI"),
        ("tell me about the gandhi", "THE GANDHI"),
        ("Has Maharajah Tandoori a modern décor?", "MAHARAJAH TANDOORI RESTAURANT"),
        ("They Ashley in the north is quiet", "ASHLEY HOTEL"),
        ("the Ashely hotel", "ASHLEY HOTEL"),
        ("the Alexdander Bed and Breakfast", "ALEXANDER BED AND BREAKFAST"),
        ("The Alexander B&B is inexpensive", "ALEXANDER BED AND BREAKFAST"),
        ("rosas bed and breakfast", "ROSA'S BED AND BREAKFAST"),
        ("Is the Gonvile quiet?", "GONVILLE HOTEL"),
        ("one option is called dragon eats", "DragonEats - SoMa"),
        ("I booked the city roomz", "CITYROOMZ"),
        ("my larkfield hub is offline", "Larkfield Hub"),
    ],
)
def test_a_name_is_found_in_part_misspelt_or_without_its_article(text: str, name: str) -> None:
    assert named(text) == {name}


@pytest.mark.parametrize(
    "text",
    ["a table for two at six", "the house is golden", "is there a restaurant in the centre", "what is the price", ""],
)
def test_words_of_every_day_are_no_names(text: str) -> None:
    assert named(text) == set()


def test_branches_are_all_meant_where_none_is_named() -> None:
    both = {"La Mediterranee - Noe Valley", "La Mediterranee - Pacific Heights"}
    assert named("it's called la mediterranee") == both
    assert named("la mediterranee in noe valley") == {"La Mediterranee - Noe Valley"}


def test_one_word_that_only_sounds_alike_is_no_name() -> None:
    assert named("plow mediterranean") == set()


def test_the_longer_name_wins_over_its_part() -> None:
    names = Names(["Larkfield Warm", "Larkfield Warm Pro"])
    assert [m.name for m in names.mentions("my larkfield warm pro beeps")] == ["Larkfield Warm Pro"]


def test_mentions_come_in_the_order_of_the_text() -> None:
    assert [m.name for m in KNOWN.mentions("Golden Wok, Gonville and the Gandhi")] == [
        "GOLDEN WOK",
        "GONVILLE HOTEL",
        "THE GANDHI",
    ]


def test_other_scripts_and_empty_names_are_no_trouble() -> None:
    names = Names(["", "!!!", "Käthe Wohlfahrt", "東京タワー"])
    assert [m.name for m in names.mentions("bei Kathe Wohlfahrt")] == ["Käthe Wohlfahrt"]
    assert [m.name for m in names.mentions("東京タワー")] == ["東京タワー"]


def test_ten_thousand_names_are_read_in_milliseconds() -> None:
    syllables = ("ka", "lo", "mir", "tan", "ves", "dur", "phi", "zo", "ral", "quin")
    made = [a + b + c + d for a in syllables for b in syllables for c in syllables for d in syllables]
    names = Names(f"{word.title()} Hotel" for word in made)
    text = "is there parking at the kalomirtan hotel or at the vesdurphizo, and is breakfast included? " * 3
    start = time.process_time()
    found = names.mentions(text)
    assert {m.name for m in found} >= {"Kalomirtan Hotel", "Vesdurphizo Hotel"}
    assert time.process_time() - start < 0.1


def test_slips_and_sounds() -> None:
    assert one_slip("ashely", "ashley")
    assert one_slip("gonvile", "gonville")
    assert not one_slip("hotel", "motels")
    assert sound("mediterranee") == sound("mediterranean")
    assert words_of("Rosa’s B&B – café") == ("rosas", "bed", "and", "breakfast", "cafe")
