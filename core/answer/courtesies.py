"""The lines that come with Handrail, in four languages; a style card may replace any of them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesies:
    """The lines of one language. `{name}` and `{company}` are filled in; a line that needs a missing name is not
    used. `other_language` introduces sources written in another language, `which` two or three things to choose
    from."""

    greeting: str
    greeting_unnamed: str
    empathy: str
    opening: str
    closing: str
    partial: str
    other_language: str
    disclosure: str
    way_to_a_person: str
    which: str


ENGLISH = Courtesies(
    greeting="Hello {name},",
    greeting_unnamed="Hello,",
    empathy="I am sorry for the trouble this has caused you.",
    opening="Thank you for your message.",
    closing="If anything is still open, just reply to this message.",
    partial="I could not find an answer to the rest of your message, so a colleague will look at it.",
    other_language="Here is what our help centre says:",
    disclosure="You are reading an answer from {company}'s virtual assistant.",
    way_to_a_person='If you would rather talk to a person, reply "agent".',
    which="Which of these do you mean?",
)
GERMAN = Courtesies(
    greeting="Hallo {name},",
    greeting_unnamed="Hallo,",
    empathy="es tut mir leid, dass Sie diesen Ärger haben.",
    opening="vielen Dank für Ihre Nachricht.",
    closing="Wenn noch etwas offen ist, antworten Sie einfach auf diese Nachricht.",
    partial="Auf den Rest Ihrer Nachricht habe ich keine Antwort gefunden; das sieht sich jemand aus dem Team an.",
    other_language="Das steht dazu in unserem Hilfebereich (auf Englisch):",
    disclosure="Diese Antwort kommt vom virtuellen Assistenten von {company}.",
    way_to_a_person="Wenn Sie lieber mit einem Menschen sprechen, antworten Sie „Mitarbeiter“.",
    which="Was davon meinen Sie?",
)
SPANISH = Courtesies(
    greeting="Hola, {name}:",
    greeting_unnamed="Hola:",
    empathy="Siento mucho las molestias.",
    opening="Gracias por su mensaje.",
    closing="Si le queda alguna duda, responda a este mensaje.",
    partial="No he encontrado respuesta al resto de su mensaje; lo verá una persona del equipo.",
    other_language="Esto dice nuestro centro de ayuda (en inglés):",
    disclosure="Esta respuesta es del asistente virtual de {company}.",
    way_to_a_person="Si prefiere hablar con una persona, responda «agente».",
    which="¿A cuál de estos se refiere?",
)
FRENCH = Courtesies(
    greeting="Bonjour {name},",
    greeting_unnamed="Bonjour,",
    empathy="Je suis désolé pour les désagréments que vous rencontrez.",
    opening="Merci pour votre message.",
    closing="S'il reste une question, répondez simplement à ce message.",
    partial="Je n'ai pas trouvé de réponse au reste de votre message ; un membre de l'équipe va le lire.",
    other_language="Voici ce que dit notre centre d'aide (en anglais) :",
    disclosure="Cette réponse vient de l'assistant virtuel de {company}.",
    way_to_a_person="Si vous préférez parler à une personne, répondez « conseiller ».",
    which="Duquel parlez-vous ?",
)

BUILT_IN: Mapping[str, Courtesies] = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}
