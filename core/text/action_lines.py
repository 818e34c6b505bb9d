"""What is said around an action, in the languages that we serve. What it does is said in the policy's own words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLines:
    """`waiting`: a colleague is asked; `failed`: it was agreed to and not done; `left`: the customer said no;
    `no_picture`: they were asked for one, and none came."""

    waiting: str
    failed: str
    left: str
    no_picture: str
    yes: str
    no: str


ACTION_LINES: Mapping[str, ActionLines] = {
    "en": ActionLines(
        waiting="Thank you. A colleague has to agree to this; I will write to you as soon as it is done.",
        failed="I am sorry: I could not do this. A colleague looks at it and writes to you.",
        left="Then I leave everything as it is.",
        no_picture="I cannot see a picture in your message.",
        yes="Yes",
        no="No",
    ),
    "de": ActionLines(
        waiting="Danke. Dem muss noch jemand aus unserem Team zustimmen; ich schreibe Ihnen, sobald es erledigt ist.",
        failed="Es tut mir leid: Das konnte ich nicht erledigen. Jemand aus unserem Team sieht es sich an und schreibt "
        "Ihnen.",
        left="Dann lasse ich alles, wie es ist.",
        no_picture="Ich sehe in Ihrer Nachricht kein Bild.",
        yes="Ja",
        no="Nein",
    ),
    "es": ActionLines(
        waiting="Gracias. Un compañero tiene que aprobarlo; le escribo en cuanto esté hecho.",
        failed="Lo siento: no he podido hacerlo. Un compañero lo revisa y le escribe.",
        left="Entonces lo dejo todo como está.",
        no_picture="No veo ninguna foto en su mensaje.",
        yes="Sí",
        no="No",
    ),
    "fr": ActionLines(
        waiting="Merci. Un collègue doit donner son accord ; je vous écris dès que c'est fait.",
        failed="Je suis désolé : je n'ai pas pu le faire. Un collègue s'en occupe et vous écrit.",
        left="Alors je laisse tout tel quel.",
        no_picture="Je ne vois pas de photo dans votre message.",
        yes="Oui",
        no="Non",
    ),
    "pt": ActionLines(
        waiting="Obrigado. Um colega tem de concordar; escrevo-lhe assim que estiver feito.",
        failed="Lamento: não consegui fazer isto. Um colega vai ver e escreve-lhe.",
        left="Então deixo tudo como está.",
        no_picture="Não vejo nenhuma fotografia na sua mensagem.",
        yes="Sim",
        no="Não",
    ),
    "ja": ActionLines(
        waiting="ありがとうございます。担当者の承認が必要です。完了次第ご連絡します。",
        failed="申し訳ありません。処理できませんでした。担当者が確認してご連絡します。",
        left="それでは、このままにしておきます。",
        no_picture="メッセージに写真が見当たりません。",
        yes="はい",
        no="いいえ",
    ),
}
