"""What kind of answer a question waits for: steps, a time, a price, a place."""

import re
from functools import lru_cache

from core.knowledge.sentences import Line, Shape

FITS = 0.3  # added to a line that is of the kind asked for

_STEPS = re.compile(
    r"\bhow (?:do|can|could|would|should|to|does one)\b|\bwhat (?:do|can|should|must) i do\b|\bwhat now\b|\bsteps?\b"
    r"|\b(?:want|need|would like|'d like|trying|please|wish) (?:to )?(?:cancel|change|close|delete|erase|reset|return"
    r"|update|remove|upgrade|downgrade|pause|connect|install|activate|report|set up|add|invite|download|claim|exchange)"
    r"|^(?:please )?(?:cancel|change|close|delete|reset|return|update|remove|upgrade|pause)\b|\bforgot\b"
    r"|\bwie (?:kann|geht|mache|bekomme|ändere|kündige|setze|lösche|melde|stelle)\b|\bcómo\b|\bcomment\b",
    re.IGNORECASE | re.MULTILINE,
)
_TIME = re.compile(
    r"\bhow (?:long|many (?:days|weeks|months|hours)|soon|fast|quickly|late)\b"
    r"|\bwhen (?:do|does|will|is|are|can|would|am)\b"
    r"|\bdeadline|\bby when\b|\bhow old\b|\bexpires?\b|\bvalid\b|\bopening (?:hours|times)\b"
    r"|\bwie (?:lange|schnell|viele tage)\b|\bwann\b|\bcuánto tiempo\b|\bcuándo\b|\bcombien de temps\b|\bquand\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bhow much\b|\bprices?\b|\bcosts?\b|\bfees?\b|\bcharge for\b|\bexpensive\b|\bfor free\b|\bpay for\b"
    r"|\bkostet\b|\bkosten\b|\bpreis|\bcuánto cuesta\b|\bprecio|\bcombien coûte\b|\bprix\b|\btarif",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"\b(?:phone|telephone|hotline|contact) (?:number|details)\b|\bcall you\b|\bcontact you\b"
    r"|\be-?mail (?:you|address of)\b"
    r"|\bwhere (?:do|can|should) i (?:send|write|complain|report|post)\b|\btelefonnummer\b|\bnuméro\b|\bteléfono\b",
    re.IGNORECASE,
)
_HAS_TIME = re.compile(
    r"\d+\s*(?:(?:to|–|bis)\s*\d+\s*)?(?:(?:working |business )?(?:second|minute|hour|day|week|month|year)s?"
    r"|sekunden?|minuten?|stunden?|(?:werk|arbeits)?tage?n?|wochen?|monate?n?|jahre?n?)\b"
    r"|\d{1,2}:\d{2}|next working day",
    re.IGNORECASE,
)
_HAS_PRICE = re.compile(r"[£€$]\s?\d|\d\s?(?:€|eur|gbp|usd)\b|\bfree\b|\bkostenlos\b|\bgratis\b", re.IGNORECASE)
_HAS_REACH = re.compile(r"\+\d[\d ]{6,}|\b[\w.]+@[\w.]+\b", re.IGNORECASE)

_BY_WORDS = ((_TIME, _HAS_TIME), (_PRICE, _HAS_PRICE), (_REACH, _HAS_REACH))


def fitting(asked: str, line: Line) -> float:
    """FITS for a line of the kind that the question waits for, 0 otherwise."""
    steps, kinds = _wanted(asked)
    if steps and line.shape is Shape.STEP:
        return FITS
    return FITS if kinds and kinds & _offered(line.text) else 0.0


@lru_cache(maxsize=256)
def _wanted(asked: str) -> tuple[bool, frozenset[int]]:
    """Whether steps are asked for, and which kinds that show in words."""
    return bool(_STEPS.search(asked)), frozenset(kind for kind, (q, _) in enumerate(_BY_WORDS) if q.search(asked))


@lru_cache(maxsize=8192)
def _offered(text: str) -> frozenset[int]:
    return frozenset(kind for kind, (_, has) in enumerate(_BY_WORDS) if has.search(text))
