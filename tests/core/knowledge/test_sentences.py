import pytest

from core.knowledge.passages import Shape, lines


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It takes 2 days. Then it ships.", ["It takes 2 days.", "Then it ships."]),
        ("Use e.g. a cable. Done!", ["Use e.g. a cable.", "Done!"]),
        ("It costs 4.50 EUR. Pay later?", ["It costs 4.50 EUR.", "Pay later?"]),
        ("Open at 9 a.m. on Monday.", ["Open at 9 a.m. on Monday."]),
        (
            "Wir liefern bis zum 3. Mai. Das kostet z.B. 4,50 EUR.",
            ["Wir liefern bis zum 3. Mai.", "Das kostet z.B. 4,50 EUR."],
        ),
        ("Look at step 3. Choose this.", ["Look at step 3.", "Choose this."]),
        ("Mr. J. Smith came. He left.", ["Mr. J. Smith came.", "He left."]),
        ("See larkfield.example/x. We answer.", ["See larkfield.example/x.", "We answer."]),
        ('He said "wait." Then it worked.', ['He said "wait."', "Then it worked."]),
        ("It rings, beeps etc. You hear it.", ["It rings, beeps etc.", "You hear it."]),
        ("退货需要五天。请联系我们！", ["退货需要五天。", "请联系我们！"]),
        ("返金は5日です。iPhoneでも同じです。", ["返金は5日です。", "iPhoneでも同じです。"]),
        ("هل يمكنني؟ نعم.", ["هل يمكنني؟", "نعم."]),
        ("One line without a stop", ["One line without a stop"]),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert [line.text for line in lines(text)] == parts


def test_every_line_is_exactly_its_span() -> None:
    text = "## Head\n\nOne. Two.\n\n1. First step. More.\n2. Second\n\n- item\n\nA | B\nc | d"
    assert all(text[line.start : line.end] == line.text for line in lines(text))


def test_shapes_and_blocks() -> None:
    found = lines("## Head\n\nOne. Two.\nThree.\n\n1. First. More.\n2. Second\n\n- item\n- other\n\nA | B\nc | d")
    assert [(line.shape, line.block) for line in found] == [
        (Shape.HEADING, 1),
        (Shape.PROSE, 2),
        (Shape.PROSE, 2),
        (Shape.PROSE, 3),
        (Shape.STEP, 4),
        (Shape.STEP, 4),
        (Shape.ITEM, 5),
        (Shape.ITEM, 5),
        (Shape.ROW, 6),
        (Shape.ROW, 6),
    ]
