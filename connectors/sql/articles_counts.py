"""In how many passages each concept occurs, kept up with every change."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select, text

from connectors.sql.statements import slices
from connectors.sql.tables import concept_counts
from core.model.knowledge import Audience

# In order, so that two writers wait for each other and never in a ring.
_EACH = {
    "sqlite": (
        "SELECT key, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:changed)"
        " WHERE true ORDER BY key"
    ),
    "postgresql": "SELECT key, (value->>0)::int, (value->>1)::int FROM json_each(CAST(:changed AS json)) ORDER BY key",
}


def count(
    connection: Connection, *, added: Iterable[tuple[str, str]] = (), gone: Iterable[tuple[str, str]] = ()
) -> None:
    """Each pair is of one passage: its concepts, one word each, and its audience."""
    change: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for words, audience in added:
        change.update(words.split())
        inside.update(words.split() if audience != Audience.PUBLIC else ())
    for words, audience in gone:
        change.subtract(words.split())
        inside.subtract(words.split() if audience != Audience.PUBLIC else ())
    changed = {concept: (by, inside[concept]) for concept, by in change.items() if by or inside[concept]}
    if changed:
        each = _EACH[connection.dialect.name]
        # In one statement: a passage has a hundred concepts. `true`, because SQLite would read ON as a join's.
        raised = f"""
            INSERT INTO concept_counts (concept, passages, inside) {each}
            ON CONFLICT (concept) DO UPDATE SET passages = concept_counts.passages + excluded.passages,
            inside = concept_counts.inside + excluded.inside
            """
        connection.execute(text(raised), {"changed": json.dumps(changed, ensure_ascii=False)})
    if any(by < 0 for by, _ in changed.values()):
        connection.execute(delete(concept_counts).where(concept_counts.c.passages <= 0))


def frequencies(connection: Connection, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
    seen = concept_counts.c.passages - concept_counts.c.inside if public else concept_counts.c.passages
    found: dict[str, int] = {}
    for some in slices(sorted(set(concepts))):
        wanted = select(concept_counts.c.concept, seen.label("seen")).where(concept_counts.c.concept.in_(some))
        found.update((row.concept, row.seen) for row in connection.execute(wanted) if row.seen)
    return found
