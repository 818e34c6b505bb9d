"""Lines of an article that keep somebody from harm: current, gas, fire, poison, work for qualified people only."""

import re

# In the languages that articles come in most; a line in another one is quoted only where it answers by itself.
_IN_WORDS = (
    # English
    r"warning|caution|danger\w*|hazard\w*|electric(?:al)? shock|fuse box|(?:at|from) the mains|unplug",
    r"qualified (?:person|electrician|engineer|technician|installer|plumber)",
    r"(?:switch|turn)(?:ed)? (?:it |the [\w ]{1,20})?off at",
    r"(?:switch|turn) off the (?:power|electricity|gas|water|boiler)",
    r"smell(?: of)? gas|gas leak|carbon monoxide|risk of (?:fire|injury|burns?|explosion)|catch(?:es)? fire|scald\w*",
    r"poison\w*|chok(?:e|ing)|suffocat\w*|explo(?:de|sion)\w*|injur(?:y|ies|ed?)|swallow(?:ed|s)?",
    r"keep (?:it |them )?(?:away from|out of (?:the )?reach of) children",
    # German
    r"warnung|achtung|vorsicht|gefahr\w*|gefährlich\w*|stromschlag|sicherungskasten|fachkraft|fachbetrieb|elektriker\w*",
    r"netzstecker|strom (?:ab|aus)\w*|gasgeruch|kohlenmonoxid|brandgefahr|verletz\w+|vergift\w+|giftig\w*",
    r"verschluck\w*|ersticken|explo(?:dier|sion)\w*|verbrühen",
    # Spanish, Portuguese
    r"advertencia|precaución|peligro\w*|descarga eléctrica|cuadro eléctrico|(?:técnico|electricista) cualificado",
    r"desenchuf\w+|corte la (?:luz|corriente)|olor a gas|monóxido de carbono|lesion\w+|quemadura\w*|ingestión|asfixia",
    r"aviso de segurança|perig\w+|choque elétrico|quadro elétrico|eletricista|desligue (?:a corrente|o gás)|lesões",
    # French, Italian
    r"avertissement|dangereu\w+|décharge électrique|tableau électrique|électricien\w*|débranchez|odeur de gaz",
    r"coupez le (?:courant|gaz)|monoxyde de carbone|blessure\w*|brûlure\w*|étouffement|avaler|avalée?",
    r"avvertenza|pericol\w+|scossa elettrica|quadro elettrico|elettricista|scollegare|odore di gas|lesioni|ustion\w+",
    # Dutch, Polish
    r"waarschuwing|gevaar\w*|elektrische schok|meterkast|elektricien|gaslucht|koolmonoxide|letsel|verstikking",
    r"inslikken|ostrzeżenie|niebezpiecz\w+|porażeni\w+|elektryk\w*|zapach gazu|tlenek węgla|obrażeni\w+|połkni\w+",
)
_VOLTS = r"\b(?:2[1-4]0|1[12]0|400) ?V\b"
_JAPANESE = r"警告|危険|感電|ブレーカー|一酸化炭素|やけど|誤飲"
_SAFETY = re.compile(rf"(?<!\w)(?:{'|'.join(_IN_WORDS)})(?!\w)|{_VOLTS}|{_JAPANESE}", re.IGNORECASE)


def is_safety_line(text: str) -> bool:
    """Whether a line warns of harm to people, or says what to switch off or leave to others before beginning."""
    return _SAFETY.search(text) is not None
