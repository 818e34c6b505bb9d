"""How far people's votes move an article in the search: bounded, decaying, and the same for everybody who looks.

The share by which a score is raised is `most * (2p - 1)`, where p is the posterior mean of a Beta-Bernoulli model of
"this article helps with this intent": p = (PRIOR / 2 + up) / (PRIOR + up + down), with votes that fade by half in
each half-life. That is the beta reputation system of Jøsang and Ismail (Bled eCommerce Conference 2002) with its
forgetting factor. Without votes p is 1/2 and nothing moves; with any number of them the share stays within ±`most`.

Nobody counts twice: a person has one vote a day for an article and an intent (the newest), and all of a person's
votes together weigh at most ONE_VOICE. Where a share m of the weight is malicious, an article moves by no more than
2 m * most (`worst`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.ids import ArticleId
from core.model.learning import Lift, Reset, Vote

PRIOR = 4.0  # votes that stand against those of people: the first one moves an article by a fifth of the bound
ONE_VOICE = 2.0  # what all votes of one person about an article and an intent weigh together
FORGOTTEN = 5  # half-lives after which a vote is not looked at any more: 3 % of it is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Fading:
    """The policy's bound and half-life."""

    most: float
    half_life: timedelta

    @property
    def reach(self) -> timedelta:
        """How old a vote may be to be looked at."""
        return FORGOTTEN * self.half_life


def lifts(votes: Iterable[Vote], resets: Sequence[Reset], fading: Fading, at: datetime) -> list[Lift]:
    """Of one intent's articles, as they stood at a moment; what is not moved is left out. The largest share first."""
    by_article: defaultdict[ArticleId, list[Vote]] = defaultdict(list)
    for vote in votes:
        if at - fading.reach < vote.at <= at and not any(reset.at <= at and reset.covers(vote) for reset in resets):
            by_article[vote.article_id].append(vote)
    found = [_lift(article, some, fading, at) for article, some in by_article.items()]
    return sorted((lift for lift in found if lift.share), key=lambda lift: (-lift.share, lift.article_id))


def _lift(article: ArticleId, votes: Sequence[Vote], fading: Fading, at: datetime) -> Lift:
    of_day: dict[tuple[str, str], Vote] = {}
    # The newest of a day; of two at one moment the order of the rows must not decide.
    for vote in sorted(votes, key=lambda v: (v.at, v.worth, v.conversation_id)):
        of_day[vote.voter, vote.day] = vote
    weighed: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for vote in of_day.values():
        fresh = 0.5 ** ((at - vote.at) / fading.half_life)
        weighed[vote.voter].append((max(0.0, vote.worth) * fresh, max(0.0, -vote.worth) * fresh))
    up = down = 0.0
    for mine in weighed.values():
        total = sum(good + bad for good, bad in mine)
        held = min(1.0, ONE_VOICE / total) if total else 0.0
        up += held * sum(good for good, _ in mine)
        down += held * sum(bad for _, bad in mine)
    share = fading.most * (up - down) / (PRIOR + up + down)
    return Lift(
        article_id=article,
        share=round(share, 6),  # as it is stored with a decision: taken again it is the same
        up=round(up, 3),
        down=round(down, 3),
        votes=len(of_day),
        voters=len(weighed),
    )


def worst(malicious: float, most: float) -> float:
    """By how much a share of malicious weight moves an article at most.

    With honest weight H and malicious weight M = m(H + M) the share is most * (d ± M) / (PRIOR + H + M), where |d| <=
    H. Without them it is most * d / (PRIOR + H); the two differ by less than 2 M / (H + M) * most."""
    return 2 * malicious * most
