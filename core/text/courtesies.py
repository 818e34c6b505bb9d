"""The lines that come with Handrail, in six languages; a style card may replace any of them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesies:
    """The lines of one language. `{name}`, `{company}` and `{matter}` are filled in; a line that needs a missing name
    is not used. `other_language` introduces sources written in another language, `which` two or three things to choose
    from, `understood` what the assistant takes the message to be about.

    `signature` and `exit` are the short forms for a phone of who writes and of the way to a person, `exit_spoken` that
    for a call; a card that lacks them says the long forms. `agent` is the word of that way, also on a button.
    `how_help` answers whoever has only said hello; without a question mark, so that thanks after it answer nothing."""

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
    signature: str = ""
    exit: str = ""
    exit_spoken: str = ""
    agent: str = ""
    understood: str = ""
    yes: str = ""
    no: str = ""
    back: str = ""
    no_help: str = ""
    how_help: str = ""


ENGLISH = Courtesies(
    greeting="Hello {name},",
    greeting_unnamed="Hello,",
    empathy="I am sorry to hear that.",
    opening="Thank you for your message.",
    closing="If anything is still open, just reply to this message.",
    partial="I could not find an answer to the rest of your message, so a colleague will look at it.",
    other_language="Here is what our help centre says:",
    disclosure="You are reading an answer from {company}'s virtual assistant.",
    way_to_a_person='If you would rather talk to a person, reply "agent".',
    which="Which of these do you mean?",
    signature="{company}'s virtual assistant.",
    exit="Reply AGENT for a person.",
    exit_spoken='Say "agent" or press 0 for a person.',
    agent="Agent",
    understood="I understand this is about {matter}.",
    yes="Yes",
    no="No",
    back="Back",
    no_help="That did not help",
    how_help="Tell us what we can help you with.",
)
GERMAN = Courtesies(
    greeting="Hallo {name},",
    greeting_unnamed="Hallo,",
    empathy="das tut mir leid.",
    opening="vielen Dank für Ihre Nachricht.",
    closing="Wenn noch etwas offen ist, antworten Sie einfach auf diese Nachricht.",
    partial="Auf den Rest Ihrer Nachricht habe ich keine Antwort gefunden; das sieht sich jemand aus dem Team an.",
    other_language="Das steht dazu in unserem Hilfebereich (auf Englisch):",
    disclosure="Diese Antwort kommt vom virtuellen Assistenten von {company}.",
    way_to_a_person="Wenn Sie lieber mit einem Menschen sprechen, antworten Sie „Mitarbeiter“.",
    which="Was davon meinen Sie?",
    signature="Virtueller Assistent von {company}.",
    exit="Für einen Menschen: MITARBEITER antworten.",
    exit_spoken="Für einen Menschen sagen Sie „Mitarbeiter“ oder drücken Sie die 0.",
    agent="Mitarbeiter",
    understood="Ich verstehe, es geht um {matter}.",
    yes="Ja",
    no="Nein",
    back="Zurück",
    no_help="Hat nicht geholfen",
    how_help="Schreiben Sie uns, wobei wir helfen können.",
)
SPANISH = Courtesies(
    greeting="Hola, {name}:",
    greeting_unnamed="Hola:",
    empathy="Lo siento mucho.",
    opening="Gracias por su mensaje.",
    closing="Si le queda alguna duda, responda a este mensaje.",
    partial="No he encontrado respuesta al resto de su mensaje; lo verá una persona del equipo.",
    other_language="Esto dice nuestro centro de ayuda (en inglés):",
    disclosure="Esta respuesta es del asistente virtual de {company}.",
    way_to_a_person="Si prefiere hablar con una persona, responda «agente».",
    which="¿A cuál de estos se refiere?",
    signature="Asistente virtual de {company}.",
    exit="Responda AGENTE para hablar con una persona.",
    exit_spoken="Diga «agente» o pulse 0 para hablar con una persona.",
    agent="Agente",
    understood="Entiendo que se trata de {matter}.",
    yes="Sí",
    no="No",
    back="Atrás",
    no_help="No ha servido",
    how_help="Díganos en qué podemos ayudarle.",
)
FRENCH = Courtesies(
    greeting="Bonjour {name},",
    greeting_unnamed="Bonjour,",
    empathy="J'en suis désolé.",
    opening="Merci pour votre message.",
    closing="S'il reste une question, répondez simplement à ce message.",
    partial="Je n'ai pas trouvé de réponse au reste de votre message ; un membre de l'équipe va le lire.",
    other_language="Voici ce que dit notre centre d'aide (en anglais) :",
    disclosure="Cette réponse vient de l'assistant virtuel de {company}.",
    way_to_a_person="Si vous préférez parler à une personne, répondez « conseiller ».",
    which="Duquel parlez-vous ?",
    signature="Assistant virtuel de {company}.",
    exit="Répondez CONSEILLER pour parler à une personne.",
    exit_spoken="Dites « conseiller » ou tapez 0 pour parler à une personne.",
    agent="Conseiller",
    understood="Je comprends qu'il s'agit de {matter}.",
    yes="Oui",
    no="Non",
    back="Retour",
    no_help="Cela n'a pas aidé",
    how_help="Dites-nous comment nous pouvons vous aider.",
)
PORTUGUESE = Courtesies(
    greeting="Olá, {name}:",
    greeting_unnamed="Olá:",
    empathy="Lamento muito.",
    opening="Obrigado pela sua mensagem.",
    closing="Se ficar alguma dúvida, responda a esta mensagem.",
    partial="Não encontrei resposta para o resto da sua mensagem; alguém da equipa vai vê-la.",
    other_language="É isto que diz o nosso centro de ajuda (em inglês):",
    disclosure="Está a ler uma resposta do assistente virtual de {company}.",
    way_to_a_person="Se preferir falar com uma pessoa, responda «atendente».",
    which="A qual destes se refere?",
    signature="Assistente virtual de {company}.",
    exit="Responda ATENDENTE para falar com uma pessoa.",
    exit_spoken="Diga «atendente» ou prima 0 para falar com uma pessoa.",
    agent="Atendente",
    understood="Entendo que se trata de {matter}.",
    yes="Sim",
    no="Não",
    back="Voltar",
    no_help="Não ajudou",
    how_help="Diga-nos em que podemos ajudar.",
)
JAPANESE = Courtesies(
    greeting="{name} 様",
    greeting_unnamed="お客様",
    empathy="それはお困りのことと存じます。",
    opening="お問い合わせありがとうございます。",
    closing="ご不明な点がありましたら、このメッセージにご返信ください。",
    partial="残りのご質問には答えが見つかりませんでした。担当者が確認いたします。",
    other_language="ヘルプセンターには次のように書かれています(英語):",
    disclosure="これは {company} のバーチャルアシスタントからの回答です。",
    way_to_a_person="担当者とお話しになりたい場合は「担当者」とご返信ください。",
    which="次のどれについてのお問い合わせでしょうか?",
    signature="{company} バーチャルアシスタント",
    exit="担当者をご希望の場合は「担当者」とご返信ください。",
    exit_spoken="担当者をご希望の場合は「担当者」とおっしゃるか、0を押してください。",
    agent="担当者",
    understood="{matter}についてのお問い合わせですね。",
    yes="はい",
    no="いいえ",
    back="戻る",
    no_help="解決しません",
    how_help="ご用件をお聞かせください。",
)

BUILT_IN: Mapping[str, Courtesies] = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "pt": PORTUGUESE,
    "ja": JAPANESE,
}
