"""Rows of a table, and what they say as sentences."""

import pytest

from core.knowledge.tables import has_head, is_row_said, last_row, named_rows, say_row

PLANS = ["Plan | Free each month | Daily limit", "Everyday | 3 | €600", "Plus | 8 | €900"]
HOURS = ["Monday | 9:00 to 17:00", "Saturday | 10:00 to 14:00"]
ROLES = ["Role | May watch | May invite", "Owner | yes | yes", "Guest | no | no"]


def test_a_row_says_what_each_cell_is() -> None:
    assert say_row("\n".join(PLANS)) == "Plus – Free each month: 8; Daily limit: €900."
    assert say_row("\n".join(PLANS[:2])) == "Everyday – Free each month: 3; Daily limit: €600."


def test_a_row_without_names_says_its_cells() -> None:
    assert say_row(HOURS[0]) == "Monday: 9:00 to 17:00."


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("| Ferries | Coaches\nBicycle | €6 | €8", "Bicycle – Ferries: €6; Coaches: €8."),
        ("Plan | Price | Ends\nPlus | | in June.", "Plus – Ends: in June."),
        ("Plan | Price | Ends\nPlus | €9 |", "Plus – Price: €9."),
        ("A | B\n| why?", "B: why?"),
        ("Plan | Price\nPlus | €9 | a month", "Plus: €9; a month."),
        ("Plan | Price | Ends\nPlus | €9", "Plus: €9."),
    ],
)
def test_empty_cells_keep_their_place_and_no_cell_gets_anothers_name(quote: str, said: str) -> None:
    assert say_row(quote) == said


def test_the_head_has_no_figures_and_others_have() -> None:
    assert has_head(PLANS, whole=False)
    assert not has_head(HOURS, whole=True)
    assert not has_head(PLANS[:1], whole=True)


def test_a_head_with_nothing_above_what_names_the_rows() -> None:
    rows = ["| 2025 | 2026", "Ferries | €6 | €7", "Coaches | €8 | €9"]
    assert has_head(rows, whole=False)
    assert not has_head([*rows, "and | more"], whole=True)


def test_a_table_of_words_has_a_head_only_where_it_is_whole() -> None:
    assert has_head(ROLES, whole=True)
    assert not has_head(ROLES, whole=False)


def test_what_counts_in_its_first_column_has_a_head_of_words() -> None:
    assert has_head(["Time | Step", "Within 1 day | We confirm", "Within 15 days | We decide"], whole=False)
    assert not has_head(["Everyday | Free", "Plan 2 | Paid", "Plus | Paid"], whole=False)


def test_a_row_is_named_by_what_no_other_row_has() -> None:
    rows = ["Larkfield Door | £149", "Larkfield Bridge | £79", "Delivery | £4"]
    assert named_rows(rows, "What does the bridge cost?") == [1]
    assert named_rows(rows, "Is the door dearer than delivery?") == [0, 2]
    assert named_rows(rows, "What does a Larkfield cost?") == []


def test_a_row_is_not_named_by_half_of_its_name() -> None:
    rows = ["Larkfield Warm, older than 3 years | £25", "Thermostat of another brand | £10"]
    assert named_rows(rows, "What do I get for my old thermostat?") == []


def test_a_row_is_named_by_a_part_of_a_list_in_its_first_cell() -> None:
    rows = ["Phones, wallets, keys | 60 days", "Clothes, bags (gloves) | 28 days", "Wharf Road, Leeds | 5 days"]
    assert named_rows(rows, "How long do you keep lost bags?") == [1]
    assert named_rows(rows, "I left my gloves and my keys") == [0, 1]
    assert named_rows(rows, "When does Wharf Road close?") == [2]
    assert named_rows(rows, "What does it cost?") == []


ROUTES = [
    "Leeds – York | 2 hours",
    "Leeds – Hull | 1 hour",
    "York – Hull (night) | 4 hours",
    "Whitby – Filey | 3 hours",
]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("When does check-in open for York from Leeds?", [0]),
        ("How long is it to Filey?", [3]),
        ("When does the night one from York leave?", [2]),
        ("How long is it from York?", []),
    ],
)
def test_a_route_is_named_by_one_end_that_is_its_own_or_by_both(asked: str, named: list[int]) -> None:
    assert named_rows(ROUTES, asked) == named


def test_a_number_alone_names_no_row() -> None:
    rows = ["Door, older than 2 years | £20", "Hub, older than 3 years | £25"]
    assert named_rows(rows, "It is 2 months old, more or less") == []


FREEZE = "| Standard freeze | Medical freeze | Proof\nA month | £5 | free | a letter"
RATES = "Tariff | Gas per kWh | Power per kWh | Exit fee per fuel\nFixed | 6p | 24p | £40"
FARES = "Ticket | Britain | Ireland | Bicycle\nDay | £4 | €5 | yes"


@pytest.mark.parametrize(
    ("quote", "asked", "said"),
    [
        (FREEZE, "What is a medical freeze?", "A month – Medical freeze: free; Proof: a letter."),
        (FREEZE, "Standard or medical?", "A month – Standard freeze: £5; Medical freeze: free; Proof: a letter."),
        (FREEZE, "What does it cost?", "A month – Standard freeze: £5; Medical freeze: free; Proof: a letter."),
        (RATES, "What is the exit fee?", "Fixed – Gas per kWh: 6p; Power per kWh: 24p; Exit fee per fuel: £40."),
        (RATES, "What is power?", "Fixed – Power per kWh: 24p; Exit fee per fuel: £40."),
        (FARES, "How much is a day in Ireland?", "Day – Ireland: €5; Bicycle: yes."),
        (FARES, "May I bring my bicycle?", "Day – Britain: £4; Ireland: €5; Bicycle: yes."),
    ],
)
def test_of_columns_that_are_alternatives_the_one_is_said_that_is_asked_for(quote: str, asked: str, said: str) -> None:
    assert say_row(quote, asked) == said
    assert is_row_said(said, quote)


@pytest.mark.parametrize(
    "said", ["Day – Britain: €5.", "Day – Ireland: €5; Britain: £4.", "Day.", "Week – Ireland: €5."]
)
def test_a_cell_under_anothers_name_is_not_the_row_said(said: str) -> None:
    assert not is_row_said(said, FARES)


def test_the_row_of_a_quote_is_its_last_line() -> None:
    assert last_row(FARES) == "Day | £4 | €5 | yes"
    assert last_row("Monday | 9 to 17") == "Monday | 9 to 17"
    assert last_row("Plan | Price\nOpen every day.") is None
