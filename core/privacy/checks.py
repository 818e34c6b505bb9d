"""The check digits of cards, accounts and national numbers. Each takes letters and digits without blanks."""

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_MOD_97 = 97
_IBAN_COUNTRIES = (
    "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT HN HR HU IE IL"
    " IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC SD SE SI"
    " SK SM SO ST SV TL TN TR UA VA VG XK YE"
)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616: a country that has them, and the letters count from A = 10, the whole leaves 1 modulo 97."""
    if text[:2] not in _IBAN_COUNTRIES:
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % _MOD_97 == 1


def aba(digits: str) -> bool:
    """A routing number of a bank in the United States."""
    weights = (3, 7, 1) * 3
    return len(digits) == 9 and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 10 == 0


def german_tax_id(digits: str) -> bool:
    """Steuer-Identifikationsnummer: eleven digits, ISO 7064 modulo 11,10."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def french_number(digits: str) -> bool:
    """Numéro de sécurité sociale: thirteen digits and a key of two."""
    return len(digits) == 15 and digits[0] in "12" and int(digits[:13]) % _MOD_97 + int(digits[13:]) == _MOD_97


def spanish_number(text: str) -> bool:
    """DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter)."""
    first = {"X": "0", "Y": "1", "Z": "2"}.get(text[0], text[0])
    number = first + text[1:-1]
    return len(text) == 9 and number.isdigit() and _DNI[int(number) % 23] == text[-1]
