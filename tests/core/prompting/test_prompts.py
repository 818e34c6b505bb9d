import pytest

from core.prompting.prompts import Prompt, fingerprint, prompt


def test_the_version_changes_with_every_letter_and_with_nothing_else() -> None:
    one, same, other = (Prompt(name="x", words=words) for words in ("Say $what.", "Say $what.", "Say $what!"))
    assert one.version == same.version != other.version
    assert len(one.version) == 12
    assert fingerprint(one, "a", "b") != fingerprint(one, "ab", "") != fingerprint(other, "ab", "")


def test_what_is_filled_in_is_not_read_again() -> None:
    assert Prompt(name="x", words="Say $what.").fill(what="$other $$") == "Say $other $$."
    with pytest.raises(KeyError):
        Prompt(name="x", words="Say $what.").fill()


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("answer", {"language": "German", "fence": "F", "voice": ""}),
        ("answer_now", {"language": "German"}),
        ("repair", {"reason": "it is too long"}),
        ("rewrite", {"task": "Shorten it.", "language": "German", "fence": "F", "voice": ""}),
    ],
)
def test_every_prompt_comes_with_the_package_and_is_filled_whole(name: str, places: dict[str, str]) -> None:
    words = prompt(name).fill(**places)
    assert "$" not in words
    assert all(place in words for place in places.values())


def test_a_prompt_that_is_not_there_is_said_so() -> None:
    with pytest.raises(FileNotFoundError):
        prompt("poem")
