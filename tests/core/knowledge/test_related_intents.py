from core.answer.question import Kinship
from core.model.signals import Scored
from tests.core import samples

FITTER = (samples.scored("installer"),)


class Reader:
    """Knows what two titles are about; remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        self.asked.append(text)
        return {"Book an installer": FITTER, "Returns": (samples.scored("return"),)}.get(text, ())


def test_an_article_about_the_same_intent_is_akin() -> None:
    kinship = Kinship(Reader())
    assert kinship.between(FITTER, "Book an installer") == 1
    assert kinship.between(FITTER, "Returns") == 0
    assert kinship.between(FITTER, "Something else") == 0


def test_an_intent_shared_among_others_counts_in_part() -> None:
    wanted = (samples.scored("installer", 0.6), samples.scored("return", 0.8))
    assert 0.5 < Kinship(Reader()).between(wanted, "Book an installer") < 0.7


def test_a_title_is_read_once() -> None:
    reader = Reader()
    kinship = Kinship(reader)
    kinship.between(FITTER, "Returns")
    kinship.between(FITTER, "Returns")
    assert reader.asked == ["Returns"]


def test_without_an_intent_or_a_reader_nothing_is_akin() -> None:
    assert Kinship(Reader()).between((), "Returns") == 0
    assert Kinship(None).between(FITTER, "Book an installer") == 0
    assert not Kinship(None).known
