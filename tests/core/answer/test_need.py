from core.answer.answer import asks_nothing


class Says:
    def __init__(self, chance: float) -> None:
        self.chance = chance

    def need(self, text: str, before: str) -> float:
        return self.chance


def test_a_short_message_that_needs_nothing_asks_nothing() -> None:
    assert asks_nothing(Says(0.05), "that worked, great", "Try this.")
    assert not asks_nothing(Says(0.8), "it still blinks", "Try this.")


def test_a_question_mark_is_always_a_question() -> None:
    assert not asks_nothing(Says(0.0), "really?", "")


def test_whoever_writes_more_is_searched_for() -> None:
    long = "the thermostat upstairs blinks red since yesterday evening although batteries were replaced last week"
    assert not asks_nothing(Says(0.0), long, "")


def test_without_a_reader_everything_is_searched_for() -> None:
    assert not asks_nothing(None, "thanks", "")
