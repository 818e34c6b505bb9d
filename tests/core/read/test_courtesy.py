import pytest

from core.read.turn_input import is_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "thank you so much for your quick help",
        "ok",
        "Ok perfect, it works now",
        "läuft wieder, danke euch!! schönen feierabend 🙌",
        "ya va, gracias, buen fin de semana",
        "ça remarche, merci et bon week-end",
        "ta, that worked",
        "No thanks, all good",
        "👍",
        "kia ora",
        "G'day",
        "Great 👍🏽 thanks",
        "Have a nice day, bye",
        "Vielen Dank, alles klar",
        "Danke für die schnelle Antwort!",
        "Guten Morgen, hallo",
        "Perfecto, muchas gracias",
        "Merci beaucoup pour votre aide",
        "Thank you, dinner was wonderful!",
        "Thanks a lot, the table was really perfect",
        "Vielen Dank, das Essen war wunderbar!",
        "Gracias, la cena fue maravillosa",
    ],
)
def test_politeness_alone_waits_for_nobody(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "!!!",
        "😡",
        "never arrived",
        "nobody came",
        "I need it tomorrow",
        "It is urgent",
        "I'm still waiting",
        "No, that's wrong",
        "You are wrong",
        "ok do it then please cancel",
        "the blue one",
        "Thanks for nothing",
        "no funciona",
        "läuft wieder nicht",
        "geht",
        "no luck",
        "Nein",
        "toujours rien",
        "thanks but it is not here",
        "ok and the other one",
        "it is not",
        "Thanks, is that so?",
        "Thanks, 49.99 was taken twice",
        "Dinner was wonderful",
        "Thanks, the doorbell was great but now it is broken",
        "Thanks, nothing is perfect",
        "Thanks, the room is not great",
    ],
)
def test_everything_else_waits_for_somebody(text: str) -> None:
    assert not is_courtesy(text)
