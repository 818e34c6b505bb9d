"""The fixed words of a call, in the languages that we serve."""

from collections.abc import Mapping

LOCALES: Mapping[str, str] = {
    "en": "en-GB",
    "de": "de-DE",
    "es": "es-ES",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "ja": "ja-JP",
}
NAMES: Mapping[str, str] = {
    "en": "For English, press {key}.",
    "de": "Für Deutsch drücken Sie die {key}.",
    "es": "Para español, pulse {key}.",
    "fr": "Pour le français, appuyez sur {key}.",
    "pt": "Para português, pressione {key}.",
    "ja": "日本語は{key}を押してください。",
}
# What somebody says who wants another language.
ASKED_FOR: Mapping[str, tuple[str, ...]] = {
    "en": ("english", "english please", "in english", "speak english", "do you speak english"),
    "de": ("deutsch", "auf deutsch", "deutsch bitte", "auf deutsch bitte", "sprechen sie deutsch"),
    "es": ("español", "espanol", "en español", "español por favor", "habla español"),
    "fr": ("français", "francais", "en français", "français s'il vous plaît", "vous parlez français"),
    "pt": ("português", "portugues", "em português", "português por favor"),
    "ja": ("日本語", "日本語で", "日本語でお願いします"),
}
COUNTRIES: Mapping[str, str] = {
    **dict.fromkeys(("DE", "AT"), "de"),
    **dict.fromkeys(("ES", "MX", "AR", "CO", "CL", "PE"), "es"),
    **dict.fromkeys(("FR", "MC"), "fr"),
    **dict.fromkeys(("PT", "BR"), "pt"),
    "JP": "ja",
}
YES: Mapping[str, frozenset[str]] = {
    "en": frozenset({"yes", "yes please", "yeah", "yep", "that's right", "correct", "yes it is", "sure", "exactly"}),
    "de": frozenset({"ja", "ja bitte", "genau", "richtig", "stimmt", "ja genau"}),
    "es": frozenset({"sí", "si", "sí por favor", "correcto", "exacto", "así es"}),
    "fr": frozenset({"oui", "oui s'il vous plaît", "exact", "exactement", "c'est ça", "tout à fait"}),
    "pt": frozenset({"sim", "sim por favor", "isso", "correto", "exatamente"}),
    "ja": frozenset({"はい", "ええ", "そうです", "はいそうです"}),
}
NO: Mapping[str, frozenset[str]] = {
    "en": frozenset({"no", "nope", "no it isn't", "no something else", "something else"}),
    "de": frozenset({"nein", "nein etwas anderes", "etwas anderes", "nee"}),
    "es": frozenset({"no", "no otra cosa", "otra cosa"}),
    "fr": frozenset({"non", "non autre chose", "autre chose"}),
    "pt": frozenset({"não", "nao", "outra coisa"}),
    "ja": frozenset({"いいえ", "違います"}),
}

LINES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "greeting": "Hello, this is the virtual assistant of {company}. Just say what you need, or press zero for a "
        "person.",
        "matter": "Are you calling about your last conversation with us?",
        "matter_named": "Are you calling about your last conversation with us, {matter}?",
        "how": "How can I help?",
        "go_on": "All right. What would you like to know?",
        "else": "All right. What is it about?",
        "again": "I am sorry, I did not catch that. Please say it again, or press zero for a person.",
        "moment": "One moment please, I am looking that up.",
        "through": "One moment, I am putting you through to a person.",
        "yours": "A person is already looking after this. One moment, I am putting you through.",
        "transcribed": "What is said from here on is transcribed, so that our staff can help you.",
        "nobody": "I am sorry, nobody is free to take your call right now. We will call you back. If you like, say in "
        "a few words what we should know.",
        "nobody_within": "I am sorry, nobody is free to take your call right now. We will call you back within "
        "{within}. If you like, say in a few words what we should know.",
        "withheld": "I am sorry, nobody is free to take your call right now, and your number is withheld. Please say "
        "what it is about and how we can reach you.",
        "left": "Thank you, I have passed that on. Goodbye.",
        "goodbye": "Thank you for calling. Goodbye.",
        "offered": "What would you like to know?",
        "zero": "For a person, press zero.",
        "link": "If you want the link by text message, press one.",
        "texted": "I have sent you the link. Is there anything else?",
        "pressed_0": "I want to speak to a person. (pressed 0)",
        "silence": "(could not be understood three times)",
        "too_slow": "(waited, and no answer came in time)",
    },
    "de": {
        "greeting": "Guten Tag, hier ist der virtuelle Assistent von {company}. Sagen Sie einfach, was Sie brauchen, "
        "oder drücken Sie die Null für einen Menschen.",
        "matter": "Geht es um Ihr letztes Anliegen bei uns?",
        "matter_named": "Geht es um Ihr letztes Anliegen bei uns, {matter}?",
        "how": "Wie kann ich helfen?",
        "go_on": "Gut. Was möchten Sie wissen?",
        "else": "Gut. Worum geht es?",
        "again": "Entschuldigung, das habe ich nicht verstanden. Bitte sagen Sie es noch einmal, oder drücken Sie die "
        "Null für einen Menschen.",
        "moment": "Einen Moment bitte, ich sehe nach.",
        "through": "Einen Moment, ich verbinde Sie mit einem Menschen.",
        "yours": "Darum kümmert sich schon jemand. Einen Moment, ich verbinde Sie.",
        "transcribed": "Was ab jetzt gesagt wird, wird mitgeschrieben, damit unser Team Ihnen helfen kann.",
        "nobody": "Leider ist gerade niemand frei. Wir rufen Sie zurück. Wenn Sie möchten, sagen Sie in wenigen "
        "Worten, was wir wissen sollten.",
        "nobody_within": "Leider ist gerade niemand frei. Wir rufen Sie innerhalb von {within} zurück. Wenn Sie "
        "möchten, sagen Sie in wenigen Worten, was wir wissen sollten.",
        "withheld": "Leider ist gerade niemand frei, und Ihre Nummer wird nicht angezeigt. Bitte sagen Sie, worum es "
        "geht und wie wir Sie erreichen.",
        "left": "Danke, ich habe das weitergegeben. Auf Wiederhören.",
        "goodbye": "Danke für Ihren Anruf. Auf Wiederhören.",
        "offered": "Was möchten Sie wissen?",
        "zero": "Für einen Menschen drücken Sie die Null.",
        "link": "Wenn Sie den Link als SMS möchten, drücken Sie die Eins.",
        "texted": "Ich habe Ihnen den Link geschickt. Kann ich sonst noch helfen?",
        "pressed_0": "Ich möchte mit einem Menschen sprechen. (Taste 0)",
        "silence": "(war dreimal nicht zu verstehen)",
        "too_slow": "(hat gewartet, und es kam rechtzeitig keine Antwort)",
    },
    "es": {
        "greeting": "Hola, soy el asistente virtual de {company}. Diga simplemente lo que necesita, o pulse cero para "
        "hablar con una persona.",
        "matter": "¿Llama por su última conversación con nosotros?",
        "matter_named": "¿Llama por su última conversación con nosotros, {matter}?",
        "how": "¿En qué puedo ayudarle?",
        "go_on": "De acuerdo. ¿Qué desea saber?",
        "else": "De acuerdo. ¿De qué se trata?",
        "again": "Perdone, no le he entendido. Repítalo, por favor, o pulse cero para hablar con una persona.",
        "moment": "Un momento, por favor, lo estoy consultando.",
        "through": "Un momento, le paso con una persona.",
        "yours": "Una persona ya se ocupa de esto. Un momento, le paso.",
        "transcribed": "Lo que se diga a partir de ahora se transcribe para que nuestro equipo pueda ayudarle.",
        "nobody": "Lo siento, ahora no hay nadie libre. Le llamaremos. Si quiere, diga en pocas palabras qué debemos "
        "saber.",
        "nobody_within": "Lo siento, ahora no hay nadie libre. Le llamaremos en {within}. Si quiere, diga en pocas "
        "palabras qué debemos saber.",
        "withheld": "Lo siento, ahora no hay nadie libre y su número está oculto. Diga de qué se trata y cómo podemos "
        "localizarle.",
        "left": "Gracias, lo he transmitido. Adiós.",
        "goodbye": "Gracias por llamar. Adiós.",
        "offered": "¿Qué desea saber?",
        "zero": "Para hablar con una persona, pulse cero.",
        "link": "Si quiere el enlace por SMS, pulse uno.",
        "texted": "Le he enviado el enlace. ¿Algo más?",
        "pressed_0": "Quiero hablar con una persona. (tecla 0)",
        "silence": "(no se entendió tres veces)",
        "too_slow": "(esperó y no llegó respuesta a tiempo)",
    },
    "fr": {
        "greeting": "Bonjour, ici l'assistant virtuel de {company}. Dites simplement ce qu'il vous faut, ou appuyez "
        "sur zéro pour parler à une personne.",
        "matter": "Appelez-vous au sujet de votre dernier échange avec nous ?",
        "matter_named": "Appelez-vous au sujet de votre dernier échange avec nous, {matter} ?",
        "how": "Comment puis-je vous aider ?",
        "go_on": "Bien. Que souhaitez-vous savoir ?",
        "else": "Bien. De quoi s'agit-il ?",
        "again": "Pardon, je n'ai pas compris. Répétez, s'il vous plaît, ou appuyez sur zéro pour parler à une "
        "personne.",
        "moment": "Un instant, je cherche.",
        "through": "Un instant, je vous passe une personne.",
        "yours": "Une personne s'en occupe déjà. Un instant, je vous la passe.",
        "transcribed": "Ce qui est dit à partir de maintenant est transcrit, afin que notre équipe puisse vous aider.",
        "nobody": "Je regrette, personne n'est libre en ce moment. Nous vous rappellerons. Si vous voulez, dites en "
        "quelques mots ce que nous devons savoir.",
        "nobody_within": "Je regrette, personne n'est libre en ce moment. Nous vous rappellerons d'ici {within}. Si "
        "vous voulez, dites en quelques mots ce que nous devons savoir.",
        "withheld": "Je regrette, personne n'est libre en ce moment et votre numéro est masqué. Dites de quoi il "
        "s'agit et comment vous joindre.",
        "left": "Merci, c'est transmis. Au revoir.",
        "goodbye": "Merci de votre appel. Au revoir.",
        "offered": "Que souhaitez-vous savoir ?",
        "zero": "Pour une personne, appuyez sur zéro.",
        "link": "Pour recevoir le lien par SMS, appuyez sur un.",
        "texted": "Je vous ai envoyé le lien. Autre chose ?",
        "pressed_0": "Je veux parler à une personne. (touche 0)",
        "silence": "(pas compris trois fois)",
        "too_slow": "(a attendu, sans réponse à temps)",
    },
    "pt": {
        "greeting": "Olá, aqui é o assistente virtual da {company}. Diga o que precisa, ou pressione zero para falar "
        "com uma pessoa.",
        "matter": "Está ligando sobre a sua última conversa conosco?",
        "matter_named": "Está ligando sobre a sua última conversa conosco, {matter}?",
        "how": "Como posso ajudar?",
        "go_on": "Certo. O que gostaria de saber?",
        "else": "Certo. Do que se trata?",
        "again": "Desculpe, não entendi. Repita, por favor, ou pressione zero para falar com uma pessoa.",
        "moment": "Um momento, por favor, estou consultando.",
        "through": "Um momento, vou passar para uma pessoa.",
        "yours": "Uma pessoa já está cuidando disso. Um momento, vou transferir.",
        "transcribed": "O que for dito a partir de agora é transcrito, para que nossa equipe possa ajudar.",
        "nobody": "Desculpe, ninguém está livre agora. Vamos ligar de volta. Se quiser, diga em poucas palavras o que "
        "devemos saber.",
        "nobody_within": "Desculpe, ninguém está livre agora. Vamos ligar de volta em {within}. Se quiser, diga em "
        "poucas palavras o que devemos saber.",
        "withheld": "Desculpe, ninguém está livre agora, e o seu número está oculto. Diga do que se trata e como "
        "podemos entrar em contato.",
        "left": "Obrigado, já repassei. Até logo.",
        "goodbye": "Obrigado por ligar. Até logo.",
        "offered": "O que gostaria de saber?",
        "zero": "Para uma pessoa, pressione zero.",
        "link": "Se quiser o link por SMS, pressione um.",
        "texted": "Enviei o link. Mais alguma coisa?",
        "pressed_0": "Quero falar com uma pessoa. (tecla 0)",
        "silence": "(não foi entendido três vezes)",
        "too_slow": "(esperou, sem resposta a tempo)",
    },
    "ja": {
        "greeting": "{company}のバーチャルアシスタントです。ご用件をそのままお話しください。担当者とお話しになるには、"
        "ゼロを押してください。",
        "matter": "前回のお問い合わせの件でしょうか。",
        "matter_named": "前回のお問い合わせ、{matter}の件でしょうか。",
        "how": "ご用件をどうぞ。",
        "go_on": "承知しました。何をお知りになりたいですか。",
        "else": "承知しました。どのようなご用件でしょうか。",
        "again": "申し訳ございません、聞き取れませんでした。もう一度お話しいただくか、担当者はゼロを押してください。",
        "moment": "少々お待ちください。お調べしています。",
        "through": "少々お待ちください。担当者におつなぎします。",
        "yours": "この件は担当者が対応しております。少々お待ちください、おつなぎします。",
        "transcribed": "ここからの会話は、担当者がお手伝いするために文字に起こされます。",
        "nobody": "申し訳ございません、ただいま担当者が出られません。折り返しお電話します。よろしければご用件を"
        "お話しください。",
        "nobody_within": "申し訳ございません、ただいま担当者が出られません。{within}以内に折り返しお電話します。"
        "よろしければご用件をお話しください。",
        "withheld": "申し訳ございません、ただいま担当者が出られず、番号も通知されていません。ご用件とご連絡先を"
        "お話しください。",
        "left": "ありがとうございます。申し伝えます。失礼いたします。",
        "goodbye": "お電話ありがとうございました。失礼いたします。",
        "offered": "何をお知りになりたいですか。",
        "zero": "担当者とお話しになるには、ゼロを押してください。",
        "link": "リンクをSMSでお送りするには、一を押してください。",
        "texted": "リンクをお送りしました。ほかにございますか。",
        "pressed_0": "担当者と話したいです。(0を押した)",
        "silence": "(三回聞き取れなかった)",
        "too_slow": "(待ったが、時間内に返答がなかった)",
    },
}


def line(name: str, language: str, **filled: str) -> str:
    """A fixed line in a language, in English where it is not spoken."""
    return LINES.get(language, LINES["en"])[name].format(**filled)


def plain(words: str) -> str:
    """Words as they are compared: small, without the marks that a recogniser puts in."""
    return "".join(c for c in words.casefold() if c not in ".,!?;:¿¡。、").strip()


def find_wished_language(words: str) -> str | None:
    """The language that somebody asks for, and nothing else."""
    said = plain(words)
    return next((code for code, ways in ASKED_FOR.items() if said in {plain(way) for way in ways}), None)


def agrees(words: str, language: str) -> bool:
    return plain(words) in YES.get(language, YES["en"])


def declines(words: str, language: str) -> bool:
    return plain(words) in NO.get(language, NO["en"])
