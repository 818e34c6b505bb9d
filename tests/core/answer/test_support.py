from core.answer.support import NAMES, features, overlap, support
from core.answer.support_table import ENOUGH, WEIGHTS

SOURCE = "Competitive routines typically range from one to three minutes, and contain components of tumbling and dance."


def test_a_near_copy_is_borne_out() -> None:
    assert (
        support("Competitive routines range from one to three minutes and contain tumbling and dance.", SOURCE) > ENOUGH
    )


def test_small_talk_and_other_matters_are_not() -> None:
    assert support("I love to watch them, do you dance too?", SOURCE) < ENOUGH
    assert support("The first cheerleaders were founded in 1898 in Minnesota.", SOURCE) < ENOUGH


def test_every_trait_has_a_weight() -> None:
    assert set(WEIGHTS) == {*NAMES, "constant"}
    assert len(features("A text.", SOURCE)) == len(NAMES)


def test_nothing_breaks_on_nothing() -> None:
    assert 0 <= support("", "") <= 1
    assert overlap("", SOURCE) == 1.0
