import pytest

from connectors.encoding import NotTextError, decode_text

WORDS = "Die Rückgabe ist für alle Größen möglich, auch für größere Geräte. "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-32"])
def test_the_usual_encodings_are_told_apart(encoding: str) -> None:
    assert decode_text((WORDS * 3).encode(encoding)) == WORDS * 3


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Возврат товара возможен в течение четырнадцати дней после доставки. "),
        ("shift_jis", "返品は配達後三十日以内に可能です。返金は五営業日以内に行われます。"),
        ("gb18030", "您可以在收货后三十天内退货，退款将在五个工作日内到账。"),
    ],
)
def test_an_encoding_that_nobody_states_is_guessed(encoding: str, words: str) -> None:
    assert decode_text((words * 8).encode(encoding)) == words * 8


def test_a_stated_encoding_is_believed_before_any_guess() -> None:
    assert decode_text("é".encode("cp437"), "cp437") == "é"
    assert decode_text(b'<meta charset="koi8-r">' + "да".encode("koi8-r")).endswith("да")
    assert decode_text("ü".encode(), "no-such-encoding") == "ü"


def test_a_few_damaged_bytes_cost_only_themselves() -> None:
    damaged = (WORDS * 30).encode()[:-1] + b"\xff."
    assert decode_text(damaged) == (WORDS * 30)[:-1] + "\ufffd."


@pytest.mark.parametrize("content", [b"\x89PNG\r\n" + bytes(4) * 90 + bytes(range(256)) * 9, b"\0" * 100])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(NotTextError, match="is not text"):
        decode_text(content)


@pytest.mark.parametrize(
    "words",
    [
        "Gebühren … 5 € für Möbel",
        "Größe",
        "L’été, vous êtes remboursé sous 14 jours – sans frais à l’œil.",
        "¿Cuántos días tengo? Envíe el artículo; la devolución es gratuita (mañana también).",
        "Não há custos de devolução; a informação está na página à direita.",
        "Få pengene tilbage på 14 dage, også for større ting.",
    ],
)
def test_a_short_text_in_the_letters_of_windows_for_the_west_is_read_as_that(words: str) -> None:
    assert decode_text(words.encode("cp1252")) == words


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Zwrot pieniędzy trwa do pięciu dni roboczych. Możesz odesłać każdą rzecz, także używaną. "),
        ("cp1250", "Vrácení peněz trvá pět pracovních dnů. Zboží můžete vrátit do třiceti dnů, říká řád. "),
        ("cp1253", "Μπορείτε να επιστρέψετε το προϊόν εντός τριάντα ημερών. "),
    ],
)
def test_other_letters_of_one_byte_are_not_taken_for_western_ones(encoding: str, words: str) -> None:
    assert decode_text((words * 4).encode(encoding)) == words * 4
