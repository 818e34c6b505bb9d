from core.knowledge.scope import LAST, Names, focus

HOTELS = Names(["Ashley Hotel", "Gonville Hotel", "Kirkwood House", "Allenbell", "Warkworth House"])


def test_what_was_named_last_comes_first() -> None:
    turns = ["Is the Ashley quiet?", "Yes. So is the Gonville.", "Does it have parking?"]
    assert focus(HOTELS, turns).names == ("Gonville Hotel", "Ashley Hotel")


def test_older_names_are_forgotten() -> None:
    turns = ["Ashley", "Gonville", "Kirkwood", "Allenbell"]
    assert focus(HOTELS, turns).names == ("Allenbell", "Kirkwood House", "Gonville Hotel")
    assert len(focus(HOTELS, turns).names) == LAST


def test_a_list_to_choose_from_is_kept_whole() -> None:
    turns = ["Allenbell", "There are Ashley, Gonville, Kirkwood and Warkworth.", "Which is the quietest?"]
    assert set(focus(HOTELS, turns).names) == {"Ashley Hotel", "Gonville Hotel", "Kirkwood House", "Warkworth House"}


def test_nothing_named_is_no_focus() -> None:
    assert focus(HOTELS, ["How do I pay?"]).names == ()


def test_how_far_behind_the_last_name() -> None:
    found = focus(HOTELS, ["Ashley", "Gonville"])
    assert found.behind(["Gonville Hotel"]) == 0
    assert found.behind(["Ashley Hotel", "Allenbell"]) == 1
    assert found.behind(["Allenbell"]) is None
