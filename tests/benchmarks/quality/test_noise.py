import random

from benchmarks.quality.noise import spoil

TEXT = "When will the missing quick phone and the eight bright keys arrive at our station tomorrow"


def test_as_many_words_are_spoilt_as_wanted() -> None:
    assert spoil(TEXT, 0.0, random.Random(1)) == TEXT
    every = [spoil(TEXT, 1.0, random.Random(seed)) for seed in range(20)]
    kept = [sum(word in spoilt.split(" ") for word in TEXT.split(" ")) / 16 for spoilt in every]
    assert max(kept) < 0.4
    half = [spoil(TEXT, 0.5, random.Random(seed)) for seed in range(40)]
    changed = [sum(word not in spoilt.split(" ") for word in TEXT.split(" ")) / 16 for spoilt in half]
    assert 0.3 < sum(changed) / 40 < 0.6


def test_numbers_and_codes_stay() -> None:
    assert spoil("LK-20114 costs £4.95", 1.0, random.Random(1)).startswith("LK-20114 ")


def test_the_same_chance_spoils_the_same() -> None:
    assert spoil(TEXT, 0.8, random.Random(5)) == spoil(TEXT, 0.8, random.Random(5))
