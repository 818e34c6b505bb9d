"""Words of a campaign that were true when they were written and are so no longer: “fixed by 12:00”, at 12:47."""

from datetime import datetime

from core.model.campaign import Standing
from core.text.clock_times import passed_moment, passed_time

PASSED = "its words name a time that has passed"
SEEN = "passed_seen_at"  # the fact of a standing: a person let it go on then, with what had passed before them


def passed_fact(standing: Standing, zone: str, now: datetime) -> str:
    """What of the campaign's facts or words is over by now and was not when they were written; empty where nothing is.
    What had passed when a person let it go on was before them."""
    campaign, since = standing.campaign, written_at(standing)
    of_facts = (passed_moment(value, since, now, zone) for value in campaign.facts.values())
    of_words = (passed_time(variant.text, since, now, zone) for variant in campaign.variants)
    return next((words for words in (*of_facts, *of_words) if words), "")


def passed_words(standing: Standing, text: str, zone: str, now: datetime) -> str:
    """The same of one person's text, with the facts that are theirs alone."""
    return passed_time(text, written_at(standing), now, zone)


def asks_again(words: str) -> str:
    """Why it does not go on by itself."""
    return f"its words say {words}, which has passed: resume it if they still hold, or stop it"


def written_at(standing: Standing) -> datetime:
    """When the words were last before somebody: made from the signal, edited, or let go on."""
    campaign = standing.campaign
    at = campaign.created_at if campaign.revision == 1 else standing.began_at or standing.changed_at
    seen = standing.facts.get(SEEN)
    return max(at, datetime.fromisoformat(seen)) if isinstance(seen, str) else at
