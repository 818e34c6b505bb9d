"""A page-long letter in which nothing is wanted, to bury a sentence in."""

BEFORE = """Dear team,

I hope you are all well after the storms. We moved into the house on Mill Lane in August with two cats, a piano and far
too many boxes, and I have only now got round to the post that piled up. The garden is a jungle, but the neighbours have
been kind and lent us a mower, and their boy has carried the boxes up to the loft for the price of a few biscuits.

The desk lamp stands in the study now. It gives a good light for reading the paper in the evening, which I still have
delivered, although half of it is about football these days. """
AFTER = """

My husband thinks I should have rung instead of writing, but I like to have things on paper, and I can never hear those
little telephones properly. We are at home most evenings and on Saturdays until noon. The old address is rented out to a
young couple with a dog, so please use the new one for anything that you send.

With kind regards
Margaret Holloway"""


def letter(sentence: str = "") -> str:
    return f"{BEFORE}{sentence}{AFTER}"
