"""What is said while it is not proved who speaks, by language."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveWords:
    """`who` asks by what they are known; `sent` tells where a code went, `claimed` the same without telling whether
    the address is known; `wrong`, `remind`; `code` is the text message itself."""

    who: str
    sent: str
    claimed: str
    wrong: str
    remind: str
    code: str


WORDS: Mapping[str, ProveWords] = {
    "en": ProveWords(
        who="Before I can speak about your account, I need to be sure that it is you. Which e-mail address or phone "
        "number do we know you by?",
        sent="Before I can speak about your account, I need to be sure that it is you. I have sent a six-digit code by "
        "text message to your number ending in {end}. Please write it here; it is good for {minutes} minutes.",
        claimed="If we know this address and may text the phone number that belongs to it, a six-digit code is on its "
        "way there. Please write it here; it is good for {minutes} minutes.",
        wrong="That is not the code that we sent. Please look again; you have {left} more tries.",
        remind="I still need the six-digit code from our text message before I can go on. If none has come, write "
        "NEW CODE.",
        code="{code} is your code for {company}. It is good for {minutes} minutes. Nobody from us will call to ask for "
        "it.",
    ),
    "de": ProveWords(
        who="Bevor ich über Ihr Konto sprechen kann, muss ich sicher sein, dass Sie es sind. Unter welcher "
        "E-Mail-Adresse oder Telefonnummer kennen wir Sie?",
        sent="Bevor ich über Ihr Konto sprechen kann, muss ich sicher sein, dass Sie es sind. Ich habe einen "
        "sechsstelligen Code per SMS an Ihre Nummer mit den Endziffern {end} geschickt. Bitte schreiben Sie ihn hier; "
        "er gilt {minutes} Minuten.",
        claimed="Wenn wir diese Adresse kennen und an die zugehörige Telefonnummer SMS schicken dürfen, ist ein "
        "sechsstelliger Code dorthin unterwegs. Bitte schreiben Sie ihn hier; er gilt {minutes} Minuten.",
        wrong="Das ist nicht der Code, den wir geschickt haben. Bitte sehen Sie noch einmal nach; Sie haben "
        "noch {left} "
        "Versuche.",
        remind="Ich brauche noch den sechsstelligen Code aus unserer SMS, bevor ich weitermachen kann. Wenn "
        "keiner kam, "
        "schreiben Sie „neuer Code“.",
        code="{code} ist Ihr Code für {company}. Er gilt {minutes} Minuten. Niemand von uns ruft an, um danach zu "
        "fragen.",
    ),
    "es": ProveWords(
        who="Antes de hablar de su cuenta, debo estar seguro de que es usted. ¿Con qué correo electrónico o número de "
        "teléfono le conocemos?",
        sent="Antes de hablar de su cuenta, debo estar seguro de que es usted. He enviado un código de seis cifras por "
        "SMS a su número terminado en {end}. Escríbalo aquí, por favor; vale {minutes} minutos.",
        claimed="Si conocemos esta dirección y podemos enviar SMS al teléfono que le corresponde, un código de seis "
        "cifras va de camino. Escríbalo aquí, por favor; vale {minutes} minutos.",
        wrong="Ese no es el código que enviamos. Mírelo otra vez, por favor; le quedan {left} intentos.",
        remind="Aún necesito el código de seis cifras de nuestro SMS para poder seguir. Si no ha llegado, escriba "
        "«nuevo código».",
        code="{code} es su código para {company}. Vale {minutes} minutos. Nadie de nuestra parte llamará para pedirlo.",
    ),
    "fr": ProveWords(
        who="Avant de parler de votre compte, je dois être sûr qu'il s'agit bien de vous. Sous quelle adresse "
        "e-mail ou "
        "quel numéro de téléphone vous connaissons-nous ?",
        sent="Avant de parler de votre compte, je dois être sûr qu'il s'agit bien de vous. J'ai envoyé un code à six "
        "chiffres par SMS à votre numéro se terminant par {end}. Écrivez-le ici ; il est valable {minutes} minutes.",
        claimed="Si nous connaissons cette adresse et pouvons envoyer des SMS au numéro qui lui correspond, un code à "
        "six chiffres y est envoyé. Écrivez-le ici ; il est valable {minutes} minutes.",
        wrong="Ce n'est pas le code que nous avons envoyé. Vérifiez-le ; il vous reste {left} essais.",
        remind="Il me faut encore le code à six chiffres de notre SMS pour continuer. S'il n'est pas arrivé, écrivez "
        "« nouveau code ».",
        code="{code} est votre code pour {company}. Il est valable {minutes} minutes. Personne ne vous appellera pour "
        "le demander.",
    ),
    "pt": ProveWords(
        who="Antes de falar da sua conta, preciso ter certeza de que é você. Por qual e-mail ou número de telefone nós "
        "conhecemos você?",
        sent="Antes de falar da sua conta, preciso ter certeza de que é você. Enviei um código de seis dígitos por SMS "
        "para o seu número com final {end}. Escreva-o aqui; ele vale por {minutes} minutos.",
        claimed="Se conhecemos esse endereço e podemos enviar SMS para o telefone correspondente, um código de seis "
        "dígitos está a caminho. Escreva-o aqui; ele vale por {minutes} minutos.",
        wrong="Esse não é o código que enviamos. Confira de novo; restam {left} tentativas.",
        remind="Ainda preciso do código de seis dígitos do nosso SMS para continuar. Se não chegou, escreva "
        "“novo código”.",
        code="{code} é o seu código para {company}. Vale por {minutes} minutos. Ninguém nosso vai ligar para pedi-lo.",
    ),
    "ja": ProveWords(
        who="アカウントについてお話しする前に、ご本人であることを確認させてください。"
        "ご登録のメールアドレスまたは電話番号を教えてください。",
        sent="アカウントについてお話しする前に、ご本人であることを確認させてください。"
        "末尾{end}の番号に6桁のコードをSMSで送りました。"
        "こちらにご入力ください。有効期間は{minutes}分です。",
        claimed="ご登録があり、その電話番号にSMSをお送りできる場合は、6桁のコードをお送りしています。"
        "こちらにご入力ください。"
        "有効期間は{minutes}分です。",
        wrong="お送りしたコードと一致しません。もう一度ご確認ください。あと{left}回入力できます。",
        remind="続けるには、SMSでお送りした6桁のコードが必要です。届いていない場合は「新しいコード」とご返信ください。",
        code="{code} は{company}の確認コードです。有効期間は{minutes}分です。"
        "当社からお電話でお尋ねすることはありません。",
    ),
}

# How people say that no code has come.
AGAIN = (
    "new code",
    "another code",
    "send again",
    "resend",
    "no code",
    "code again",
    "neuer code",
    "neuen code",
    "nochmal",
    "kein code",
    "nuevo código",
    "otro código",
    "no ha llegado",
    "nouveau code",
    "autre code",
    "pas reçu",
    "novo código",
    "outro código",
    "não chegou",
    "新しいコード",
    "届いて",
    "届か",
)


def words_in(language: str) -> ProveWords:
    return WORDS.get(language, WORDS["en"])


def _beginnings() -> tuple[str, ...]:
    asking = ("who", "sent", "claimed", "wrong", "remind")
    return tuple(getattr(words, name).split("{")[0].strip() for words in WORDS.values() for name in asking)


ASKING = _beginnings()


def asks_for_proof(text: str) -> bool:
    """Whether a text of ours is one of these, in whatever language."""
    return any(beginning in text for beginning in ASKING)


def asks_who(text: str) -> bool:
    """Whether a text of ours asks by what we know somebody."""
    return any(words.who in text for words in WORDS.values())


def said_to_all(text: str) -> bool:
    """Whether a text of ours tells of a code without telling whether the address is known."""
    return any(words.claimed.split("{")[0].strip() in text for words in WORDS.values())


# ------------------------------------------------------------------
# The words of a verification as they are said in a call: a code is spoken or keyed in there, not written.


INSTEAD: Mapping[str, Mapping[str, str]] = {
    "en": {"Please write it here": "Please say it, or key it in", "write NEW CODE": "say new code"},
    "de": {"Bitte schreiben Sie ihn hier": "Bitte sagen oder tippen Sie ihn", "schreiben Sie": "sagen Sie"},
    "es": {"Escríbalo aquí": "Dígalo o márquelo", "escriba": "diga"},
    "fr": {"Écrivez-le ici": "Dites-le ou composez-le", "écrivez": "dites"},
    "pt": {"Escreva-o aqui": "Diga-o ou digite-o", "escreva": "diga"},
    "ja": {"こちらにご入力ください": "お話しいただくか、ボタンを押してください"},
}


def say_aloud(text: str, language: str) -> str:
    """The same words, without asking a caller to write."""
    for written, spoken in INSTEAD.get(language, {}).items():
        text = text.replace(written, spoken)
    return text
