"""Who is who: the story's names, looked up where the outside world keeps its people."""

from apps.demo.outside import Json, Outside
from apps.stories.scene import Person
from core.errors import ConfigurationError


def cast(outside: Outside, people: dict[str, str]) -> dict[str, Person]:
    """Raises ConfigurationError naming everybody whom neither customers, agents nor Slack know."""
    known = _known(outside)
    strangers = [full for full in people.values() if full not in known]
    if strangers:
        raise ConfigurationError(f"nobody knows {', '.join(strangers)}")
    return {name: known[full] for name, full in people.items()}


def _known(outside: Outside) -> dict[str, Person]:
    """By full name. An agent who is in Slack too is an agent; their clicks are looked up by name."""
    members = [_member(row) for row in outside.people("GET", "config")["slack_users"]]
    agents = [_agent(row) for row in outside.people("GET", "agents")["agents"]]
    customers = [_customer(row) for row in outside.people("GET", "people")["people"]]
    return {person.name: person for person in [*members, *agents, *customers]}


def _member(row: Json) -> Person:
    return Person(name=row["name"], kind="member", id=row["id"])


def _agent(row: Json) -> Person:
    return Person(name=row["name"], kind="agent", id=row["id"], email=row["email"])


def _customer(row: Json) -> Person:
    return Person(
        name=row["name"], kind="customer", id=row["id"], email=row.get("email") or "", phone=row.get("phone") or ""
    )
