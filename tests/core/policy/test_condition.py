import pytest

from core.policy.condition import Condition
from core.text.reply import yes_or_no

KNOWN = {"light": "Yes", "status": "delivered", "tries": "2", "order.status": "paid"}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("light == yes", True),
        ("light != yes", False),
        ("status in shipped, delivered", True),
        ("status not in shipped, delivered", False),
        ("tries >= 2", True),
        ("tries > 2", False),
        ("tries < 10", True),
        ("tries <= 1", False),
        ("order.status == paid", True),
        ("nowhere == unknown", True),
        ("light > 3", False),
    ],
)
def test_a_condition_is_one_comparison(text: str, held: bool) -> None:
    assert Condition.read(text).holds(KNOWN) is held


@pytest.mark.parametrize("text", ["", "light", "light = yes", "== yes", "light ==", "os.system('x')"])
def test_anything_else_is_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match="no comparison"):
        Condition.read(text)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Yes", "yes"),
        ("yeah it works now, thanks!", "yes"),
        ("it does", "yes"),
        ("Nope", "no"),
        ("still not showing", "no"),
        ("It doesn't.", "no"),
        ("It doesn’t", "no"),
        ("yes but it still doesn't work", "no"),
        ("ja, funktioniert", "yes"),
        ("nein, geht nicht", "no"),
        ("Sí", "yes"),
        ("toujours pas", "no"),
        ("It did not help", "no"),
        ("It is not", "no"),
        ("It is still offline", "no"),
        ("I did, still offline", "no"),
        ("I do not see it", "no"),
        ("it is offline", None),
        ("I am talking to a bot, I want a human", None),
        ("No problem, it works now!", "yes"),
        ("no, it works", None),
        ("no it still does not work", "no"),
        ("Yes, but the light is dead", None),
        ("It is. Thank you!", "yes"),
        ("it worked!", "yes"),
        ("everything is back online", "yes"),
        ("hat leider nicht geholfen", "no"),
        ("I think so", None),
        ("I'm not sure", None),
        ("which light do you mean", None),
        ("Sim", "yes"),
        ("Sim, obrigada!", "yes"),
        ("sim já funciona", "yes"),
        ("Não", "no"),
        ("nao", "no"),
        ("não funciona", "no"),
        ("Sim, mas não funciona", "no"),
        ("sim, ainda offline", "no"),
        ("não, já está resolvido", None),
        ("Funcionou, obrigado", "yes"),
        ("Sim, mas a luz está apagada", None),
        ("não sei", None),
        ("acho que sim", None),
        ("pois não, sim", "yes"),
        ("SIM card is in the tray", None),
        ("SIM-Karte liegt bei", None),
        ("はい", "yes"),
        ("はい、動きました。", "yes"),
        ("はい、問題ありません", "yes"),
        ("いいえ", "no"),
        ("いいえ、まだです", "no"),
        ("はい、でもまだ動きません", "no"),
        ("はい、でもエラーです", None),
        ("直りました！", "yes"),
        ("わかりません", None),
        ("分からない", None),
        ("はい、わかりました", "yes"),
        ("blue", None),
        ("", None),
    ],
)
def test_an_answer_comes_down_to_yes_or_no_or_neither(words: str, answer: str | None) -> None:
    assert yes_or_no(words) == answer
