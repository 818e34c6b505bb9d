"""Which conversation a message goes on with: the one of the same person whose matter it is, whatever the channel.

A table of grounds, the surest first; the first that holds decides. The longer ago something was talked about, the more
has to speak for its being the same matter: within minutes nothing has to, within the policy's hours it must not look
like another matter, after that it must plainly be the same one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.model.conversation import Conversation, Earlier, Ground, Message, Role
from core.model.customer import Channel
from core.model.ids import ConversationId
from core.policy import Policy
from core.read.repeats import Likeness, references, sameness
from core.read.turn_input import asks_back, is_courtesy, spoken_words
from core.text.stems import content
from core.text.verification import asks_for_proof

TALKING = timedelta(minutes=30)
LETTERS = frozenset({Channel.EMAIL, Channel.WEB})  # each is written for itself
_ALIKE = 0.5  # from here on two texts of a talk are rather about one matter
_ALIKE_ALONE = 0.8  # … where nothing but their likeness speaks for it: to or from a letter, or after the policy's hours
_NEAR = 0.6  # from here on an agent is asked whether they are; both as measured in docs/threads.md
_ALIKE_SAID = 0.35  # … where the customer says that it goes on
_UNLIKE = 0.3  # under it they are about two, where nothing else is known
_FEW = 3  # words of meaning; with fewer a text cannot be told to be about another matter
_SHORT_ANSWER = 12  # words
_LONE = 2  # words
_TOLD = 1_500  # characters of the messages that are searched for numbers
_SHOWN = 60
_COLON = re.compile(r":(?=\s|$)")

# How alike a text is to what an earlier conversation was about.
Alike = Callable[[str, Earlier], Likeness]


def by_words(text: str, earlier: Earlier) -> Likeness:
    """Without any trained reader."""
    return Likeness(score=sameness(text, earlier, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came in. `quoted` is the conversation of the message that it replies to."""

    text: str
    channel: Channel
    address: str
    at: datetime
    quoted: ConversationId | None = None

    @property
    def words(self) -> str:
        return spoken_words(self.text)

    @property
    def is_letter(self) -> bool:
        return self.channel in LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A conversation that it may belong to: `last` are its newest messages, oldest first; `tickets` all of its own."""

    conversation: Conversation
    earlier: Earlier
    last: tuple[Message, ...] = ()
    tickets: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        words = [self.earlier.subject, self.earlier.words, *(message.text for message in self.last)]
        return "\n".join(words)[:_TOLD]

    def last_of(self, role: Role) -> Message | None:
        return next((m for m in reversed(self.last) if m.role is role and m.public), None)

    @property
    def last_word(self) -> Message | None:
        said = (m for m in reversed(self.last) if m.public and m.role is not Role.SYSTEM)
        return next(said, None)

    @property
    def by_letter(self) -> bool:
        """Whether the customer wrote there last by mail or web form."""
        said = self.last_of(Role.CUSTOMER)
        return said is not None and said.channel in LETTERS

    @property
    def waits_for_mail(self) -> bool:
        """Whether the last word there is a mail of the customer: nobody is talking."""
        return self.by_letter and self.last_word is self.last_of(Role.CUSTOMER)

    @property
    def touched_at(self) -> datetime:
        word = self.last_word
        return word.at if word else self.conversation.updated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`conversation` None: it begins one, and `near` is the one that it may be about all the same."""

    conversation: ConversationId | None
    ground: Ground
    words: str = ""
    score: float | None = None
    near: ConversationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A message and where it may belong, newest first."""

    said: Said
    candidates: Sequence[Candidate]
    policy: Policy
    alike: Alike = by_words
    scores: dict[ConversationId, Likeness] = field(default_factory=dict)

    def likeness(self, candidate: Candidate) -> Likeness:
        """Read once: readers take their time."""
        name = candidate.conversation.id
        if name not in self.scores:
            self.scores[name] = self.alike(self.said.words, candidate.earlier)
        return self.scores[name]

    def score(self, candidate: Candidate) -> float:
        return self.likeness(candidate).score

    def needed(self, candidate: Candidate) -> float:
        """How alike they must be to be joined for that."""
        talk = not (self.said.is_letter or candidate.by_letter) and self.is_recent(candidate)
        return _ALIKE if talk else _ALIKE_ALONE

    def age(self, candidate: Candidate) -> timedelta:
        return self.said.at - candidate.touched_at

    def is_recent(self, candidate: Candidate) -> bool:
        return self.age(candidate) <= self.policy.same_matter

    @property
    def open(self) -> list[Candidate]:
        """Those that can be gone on with. What was solved stays so after the policy's hours: who comes back then
        refers to it, and that is told apart from going on."""
        return [c for c in self.candidates if (c.earlier.solved is False or self.is_recent(c)) and not self.differs(c)]

    def differs(self, candidate: Candidate) -> bool:
        """Both name a number, and none in common; but the code or the number that we have just asked for may be any."""
        here, there = _numbers(self.said.words), _numbers(candidate.told)
        if not (here and there) or here & there:
            return False
        return not self.is_one_go(candidate) and not self.answers(candidate)

    def answers(self, candidate: Candidate) -> bool:
        """Whether we asked there a moment ago, and this is as short as an answer."""
        word, text = candidate.last_word, self.said.words
        if word is None or word.role is Role.CUSTOMER or self.said.is_letter or self.age(candidate) > TALKING:
            return False
        longest = _LONE if "?" in text else _SHORT_ANSWER  # "E14?" is an answer, "Where is LK-30999 now?" a question
        return len(text.split()) <= longest and (asks_back(word.text) or asks_for_proof(word.text))

    def is_one_go(self, candidate: Candidate) -> bool:
        before = candidate.last_of(Role.CUSTOMER)
        if before is None or self.said.is_letter or before.address != self.said.address:
            return False
        return abs(self.said.at - before.at) <= self.policy.burst.longest


def choose_thread(weighing: Weighing) -> Choice:
    """Where the message goes, and why."""
    if not weighing.candidates:
        return Choice(conversation=None, ground=Ground.FIRST)
    for ground in GROUNDS:
        if (found := ground(weighing)) is not None:
            return found
    best = max((likeness.score for likeness in weighing.scores.values()), default=None)
    near = _near(weighing)
    return Choice(conversation=None, ground=Ground.APART, score=best, near=near.conversation.id if near else None)


def _quoted(weighing: Weighing) -> Choice | None:
    known = {candidate.conversation.id for candidate in weighing.candidates}
    return _to(weighing.said.quoted, Ground.QUOTED) if weighing.said.quoted in known else None


def _ticket(weighing: Weighing) -> Choice | None:
    named = set(NAMES_TICKET.findall(weighing.said.words))
    for candidate in weighing.candidates:
        if common := named & set(candidate.tickets):
            return _to(candidate.conversation.id, Ground.TICKET, min(common))
    return None


def _one_go(weighing: Weighing) -> Choice | None:
    found = next((c for c in weighing.candidates if weighing.is_one_go(c)), None)
    return _to(found.conversation.id, Ground.IN_ONE_GO) if found else None


def _reference(weighing: Weighing) -> Choice | None:
    here = _numbers(weighing.said.words)
    for candidate in weighing.open:
        if common := here & _numbers(candidate.told):
            return _to(candidate.conversation.id, Ground.REFERENCE, min(common).upper())
    return None


def _otherwise(weighing: Weighing) -> Choice | None:
    """They say themselves that it is something else. In the middle of a talk that is a manner of speaking."""
    found = OTHERWISE.search(weighing.said.words)
    if found is None or (_newest_talk(weighing) and not weighing.said.is_letter):
        return None
    return Choice(conversation=None, ground=Ground.APART, words=found.group())


def _talking(weighing: Weighing) -> Choice | None:
    found = None if weighing.said.is_letter else _newest_talk(weighing)
    return _to(found.conversation.id, Ground.TALKING) if found else None


def _newest_talk(weighing: Weighing) -> Candidate | None:
    return next((c for c in weighing.open if weighing.age(c) <= TALKING and not c.waits_for_mail), None)


def _answer(weighing: Weighing) -> Choice | None:
    text = weighing.said.words
    if weighing.said.is_letter or "?" in text or len(text.split()) > _SHORT_ANSWER:
        return None
    for candidate in weighing.open:
        word = candidate.last_word
        if word and word.role is not Role.CUSTOMER and asks_back(word.text) and weighing.is_recent(candidate):
            return _to(candidate.conversation.id, Ground.ANSWER, _question_in(word.text))
    return None


def _vague(weighing: Weighing) -> Choice | None:
    text = weighing.said.words
    if weighing.said.is_letter or not (is_courtesy(text) or len(content(text)) < _FEW):
        return None
    recent = (c for c in weighing.open if weighing.is_recent(c))
    found = next((c for c in recent if not (c.waits_for_mail and weighing.likeness(c).differs)), None)
    return _to(found.conversation.id, Ground.VAGUE) if found else None


def _says_so(weighing: Weighing) -> Choice | None:
    text = weighing.said.words
    firm = FIRMLY.search(text)
    among = [c for c in weighing.open if firm or not (weighing.said.is_letter or c.waits_for_mail)]
    found = GOES_ON.search(text)
    best = _likest(weighing, among) if found else None
    if found is None or best is None:
        return None
    candidate, score = best
    enough = score >= _ALIKE_SAID or (len(weighing.open) == 1 and weighing.is_recent(candidate))
    return _to(candidate.conversation.id, Ground.SAYS_SO, found.group(), score) if enough else None


def _intent(weighing: Weighing) -> Choice | None:
    """Both surely want the same, within the policy's hours."""
    same = [c for c in weighing.open if weighing.is_recent(c) and weighing.likeness(c).intent]
    best = _likest(weighing, same)
    if best is None or best[1] < _UNLIKE:
        return None
    return _to(best[0].conversation.id, Ground.INTENT, weighing.likeness(best[0]).intent, best[1])


def _alike(weighing: Weighing) -> Choice | None:
    near = [c for c in weighing.open if weighing.score(c) >= weighing.needed(c) and not weighing.likeness(c).differs]
    best = _likest(weighing, near)
    if best is None:
        return None
    return _to(best[0].conversation.id, Ground.ALIKE, best[0].earlier.subject[:_SHOWN], best[1])


def _recent(weighing: Weighing) -> Choice | None:
    """Nothing speaks for another matter. What must speak for it falls with the hours."""
    if weighing.said.is_letter:
        return None
    for candidate in weighing.open:
        if candidate.by_letter or weighing.likeness(candidate).differs:
            continue  # who has written a letter about one thing and texts now may well mean another
        share = weighing.age(candidate) / weighing.policy.same_matter
        if weighing.is_recent(candidate) and weighing.score(candidate) >= _UNLIKE * share:
            return _to(candidate.conversation.id, Ground.RECENT, score=weighing.score(candidate))
    return None


def _near(weighing: Weighing) -> Candidate | None:
    """What it is too near to for another matter, and not near enough to be joined without asking. Two signs against it
    (another intent, and no more than near) are enough to ask nobody."""
    best = _likest(weighing, weighing.open)
    if best is None:
        return None
    least = _ALIKE_ALONE if weighing.likeness(best[0]).differs else _NEAR
    return best[0] if best[1] >= least else None


def _numbers(text: str) -> frozenset[str]:
    """A colon after a number ends it here; elsewhere it may be part of a time of day."""
    return references(_COLON.sub(" ", text))


def _likest(weighing: Weighing, among: Sequence[Candidate]) -> tuple[Candidate, float] | None:
    scored = [(candidate, weighing.score(candidate)) for candidate in among]
    return max(scored, key=lambda pair: pair[1], default=None)


def _question_in(text: str) -> str:
    asked = [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip().endswith("?")]
    return asked[-1][:_SHOWN] if asked else ""


def _to(conversation: ConversationId | None, ground: Ground, words: str = "", score: float | None = None) -> Choice:
    return Choice(conversation=conversation, ground=ground, words=words, score=score)


GROUNDS: tuple[Callable[[Weighing], Choice | None], ...] = (
    _quoted,
    _ticket,
    _one_go,
    _reference,
    _otherwise,
    _talking,
    _answer,
    _vague,
    _says_so,
    _intent,
    _alike,
    _recent,
)

# ------------------------------------------------------------------
# How customers say that a message goes on with something, or that it does not.


# Words that speak of earlier ones. "Still" and "again" alone do not: one may still have the box, and try again.
FIRMLY = re.compile(
    r"\b(?:any (?:news|update)|update on|follow(?:ing)? up|as (?:discussed|agreed)"
    r"|as i (?:wrote|said)|you (?:promised|said|told|wrote)|me again|same (?:problem|issue|error|thing)"
    r"|my (?:last|earlier|previous)|wie besprochen|gibt es (?:was|etwas) neues|novedades|des nouvelles|novidades)\b"
    r"|その後",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    rf"{FIRMLY.pattern}|\b(?:again|still|once more|not yet"
    r"|immer noch|schon wieder|nochmals?|erneut|otra vez|de nuevo|todavía|sigue|encore|toujours|à nouveau|ainda"
    r"|de novo)\b|まだ|また",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:(?:another|different|new|separate|unrelated) (?:question|matter|thing|issue|topic|problem|request)"
    r"|something else|(?:andere|neue)[srn]? (?:frage|sache|thema|anliegen)|etwas anderes"
    r"|otr[oa] (?:pregunta|asunto|cosa|tema)|autre (?:question|chose|sujet)|outr[oa] (?:pergunta|assunto|coisa))\b"
    r"|別件|別の質問",
    re.IGNORECASE,
)
NAMES_TICKET = re.compile(
    r"(?:ticket|case|request|vorgang|anfrage|#)\s*(?:no\.?|number|nr\.?)?\s*#?\s*(\d{2,})", re.IGNORECASE
)
