"""Names are taken out before the words are read, and what shows a signal stands in the words as they were written."""

import pytest

from core.model.signals import Evidence, Scored
from core.read.names import without_names

ORDER = "where is my order"


@pytest.mark.parametrize(
    ("written", "name", "text"),
    [
        ("This is Wang Xiaoming. Where is it?", "Wang Xiaoming", "This is Alex. Where is it?"),
        ("xiaoming here, XIAOMING is angry", "Wang Xiaoming", "xiaoming here, Alex is angry"),
        ("My name is Lakeisha Washington and I wait", "", "My name is Alex and I wait"),
        ("Guten Tag, mein Name ist Yusuf Öztürk.", "", "Guten Tag, mein Name ist Alex."),
        ("Where is it?\nKind regards,\nPriya Raghunathan", "", "Where is it?\nKind regards,\nAlex"),
        ("Nguyễn Thị Lan and Lan again", "Nguyễn Thị Lan", "Alex and Alex again"),
        ("This is Mohammed Al-Hassan. I wait", "", "This is Alex. I wait"),
        ("Soy José Hernández Ruiz y espero", "", "Soy Alex y espero"),
        # What is no name stays.
        ("This is Larkfield Warm that is broken", "", "This is Larkfield Warm that is broken"),
        ("I'm Furious. This is Ridiculous.", "", "I'm Furious. This is Ridiculous."),
        ("I will wait until may", "Will May", "I will wait until may"),
        ("Hello Order LK-1 is late", "", "Hello Order LK-1 is late"),
        ("", "Emma", ""),
    ],
)
def test_names_and_nothing_else_are_taken_out(written: str, name: str, text: str) -> None:
    assert without_names(written, name).text == text


@pytest.mark.parametrize("name", ["Jo Doe", "Emily Carter", "Oluwaseun Adeyemi-Bright"])
def test_evidence_stands_in_the_words_as_they_were_written(name: str) -> None:
    written = f"This is {name}. Now {ORDER}? It is {name}'s order."
    words = without_names(written, name)
    start = words.text.index(ORDER)
    read = Scored(
        value="order_status",
        confidence=0.9,
        evidence=(
            Evidence(start=start, end=start + len(ORDER), words=ORDER),
            Evidence(start=0, end=len(words.text), words=words.text),
            # From within a name to within a name.
            Evidence(start=words.text.index("Alex") + 1, end=words.text.rindex("Alex") + 2, words="…"),
        ),
    )
    first, whole, within = words.back(read).evidence
    assert (first.words, written[first.start : first.end]) == (ORDER, ORDER)
    assert (whole.start, whole.end, whole.words) == (0, len(written), written)
    assert within.words == written[written.index(name) : written.rindex(name) + len(name)]
    assert words.back(Scored(value="x", confidence=1.0)).evidence == ()
