"""In how many passages each concept occurs, kept up with every change."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select, text

from connectors.sql.statements import slices
from connectors.sql.tables import concept_counts

# In order, so that two writers wait for each other and never in a ring.
_EACH = {
    "sqlite": "SELECT key, value FROM json_each(:changed) WHERE true ORDER BY key",
    "postgresql": "SELECT key, value::int FROM json_each_text(CAST(:changed AS json)) ORDER BY key",
}


def count(connection: Connection, *, added: Iterable[str] = (), gone: Iterable[str] = ()) -> None:
    """Each text holds the concepts of one passage, one word each."""
    change: Counter[str] = Counter()
    for words in added:
        change.update(words.split())
    for words in gone:
        change.subtract(words.split())
    changed = {concept: by for concept, by in change.items() if by}
    if changed:
        each = _EACH[connection.dialect.name]
        # In one statement: a passage has a hundred concepts. `true`, because SQLite would read ON as a join's.
        raised = f"""
            INSERT INTO concept_counts (concept, passages) {each}
            ON CONFLICT (concept) DO UPDATE SET passages = concept_counts.passages + excluded.passages
            """
        connection.execute(text(raised), {"changed": json.dumps(changed, ensure_ascii=False)})
    if any(by < 0 for by in changed.values()):
        connection.execute(delete(concept_counts).where(concept_counts.c.passages <= 0))


def frequencies(connection: Connection, concepts: Iterable[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for some in slices(sorted(set(concepts))):
        rows = connection.execute(select(concept_counts).where(concept_counts.c.concept.in_(some)))
        found.update((row.concept, row.passages) for row in rows)
    return found
