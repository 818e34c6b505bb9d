"""What came of every matter: one row each, and their sums in cuts, made by the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    and_,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from connectors.sql import codec
from connectors.sql.private import told
from connectors.sql.statements import Repository, slices, upsert
from connectors.sql.tables import (
    calls,
    campaign_recipients,
    conversations,
    decision_figures,
    decisions,
    intent_corrections,
    matters,
    stale_matters,
)
from core.answer.answer import NO_QUESTION
from core.model.call import Call
from core.model.ids import ConversationId, CustomerId, TicketId
from core.model.matter import Automation, By, Listed, Matter, Middle, Seen, Span, Tally, Treated
from core.model.signals import Correction

_m = matters.c
_other = matters.alias("other")
_figures = decision_figures.c
MIDDLES = ("answered_after", "handled")
HALF, MOST = 0.5, 0.9
_SORTED_IN = "64MB"  # of PostgreSQL's memory, until the transaction ends: with its usual 4 MB it sorts on disk
DISSATISFIED_FROM = 0.5
PROMOTER_FROM, DETRACTOR_TO = 9, 6  # of 10
Expression = ColumnElement[Any]


def _is(column: Expression) -> Expression:
    return column.is_(True)


def _conditions(span: Span) -> Mapping[str, tuple[Expression, Expression]]:
    """By the measure's name (docs/measures.md), of one matter: whether it is a hit, and whether it is a case at all."""
    closed, read = _m.closed_at.is_not(None), _m.rule != ""
    ended = or_(closed, _m.reopened > 0)
    seen = and_(closed, _m.watched_until <= span.now, _m.intent != "")
    person = or_(_m.agent_messages > 0, _m.handovers > 0)
    back = or_(_m.reopened > 0, _m.recontacted_at.is_not(None))
    return {
        "answered": (_m.answered_after.is_not(None), true()),
        "contained": (_is(_m.contained), closed),
        "verified": (_is(_m.verified), _is(_m.contained)),
        "resolved_first": (and_(~back, _m.transfers == 0), and_(seen, _m.answered_after.is_not(None))),
        "recontacted": (_m.recontacted_at.is_not(None), seen),
        "contained_recontacted": (_m.recontacted_at.is_not(None), and_(seen, _is(_m.contained))),
        "reopened": (_m.reopened > 0, ended),
        "handed_over": (_m.handovers > 0, read),
        "transferred": (_m.transfers > 0, person),
        "bypassed": (_is(_m.bypassed), _m.bypassed.is_not(None)),
        "satisfied": (_is(_m.satisfied), _m.satisfied.is_not(None)),
        "rated": (_m.satisfied.is_not(None), closed),
        "recovered": (_is(_m.recovered), _m.recovered.is_not(None)),
        "likely_dissatisfied": (_m.likely_dissatisfied >= DISSATISFIED_FROM, _m.likely_dissatisfied.is_not(None)),
        "reasked": (_m.reasked > 0, _m.assistant_messages + _m.agent_messages > 0),
        "repeated": (_m.repeated > 0, read),
        "corrected": (_is(_m.corrected), and_(read, _m.intent != "")),
        # Of these a matter has several; it is a hit where one of them is.
        **{name: (hits > 0, cases > 0) for name, (hits, cases) in _SEVERAL.items()},
    }


_drafts = _m.drafts_used + _m.drafts_edited + _m.drafts_ignored
# Measures over things that a matter has several of: how many are hits, and how many there are.
_SEVERAL: Mapping[str, tuple[Expression, Expression]] = {
    "drafts_taken": (_m.drafts_used + _m.drafts_edited, _drafts),
    "drafts_unchanged": (_m.drafts_used, _drafts),
    "facts_used": (_m.facts_used, _m.facts_known),
}


def _shares(span: Span) -> Mapping[str, tuple[Expression, Expression]]:
    """The same of all matters of a group: how many hits, and how many cases."""
    one = {
        name: (func.count().filter(and_(case, hit)), func.count().filter(case))
        for name, (hit, case) in _conditions(span).items()
    }
    return one | {name: (func.sum(hits), func.sum(cases)) for name, (hits, cases) in _SEVERAL.items()}


class SqlMatterTable(Repository):
    """`core.ports.MatterTable`."""

    def stale(self, limit: int) -> Mapping[ConversationId, Sequence[int]]:
        rows = self._connection.execute(select(stale_matters).order_by(stale_matters.c.serial).limit(limit))
        found: defaultdict[ConversationId, list[int]] = defaultdict(list)
        for row in rows:
            found[ConversationId(row.conversation_id)].append(row.serial)
        return found

    def settle(self, conversation_id: ConversationId, serials: Sequence[int]) -> bool:
        gone = 0
        for some in slices(serials):
            gone += self._connection.execute(delete(stale_matters).where(stale_matters.c.serial.in_(some))).rowcount
        if gone == len(serials):
            return True
        self._connection.execute(insert(stale_matters).values(conversation_id=conversation_id))
        return False

    def get(self, conversation_id: ConversationId) -> Matter | None:
        row = self._connection.execute(select(matters).where(_m.conversation_id == conversation_id)).one_or_none()
        return None if row is None else codec.of_row(Matter, row)

    def save(self, conversation_id: ConversationId, matter: Matter | None) -> None:
        before = self.get(conversation_id)
        if matter is None:
            self._connection.execute(delete(matters).where(_m.conversation_id == conversation_id))
        else:
            upsert(self._connection, matters, row_of(matter), key=("conversation_id",))
        for person in {each.customer_id for each in (before, matter) if each is not None}:
            self._came_back(person)

    def _came_back(self, person: CustomerId) -> None:
        """When each closed matter of this customer came back: the first of the same intent that began within its
        watch."""
        again = (
            select(func.min(_other.c.began_at))
            .where(
                _other.c.customer_id == _m.customer_id,
                _other.c.intent == _m.intent,
                _other.c.intent != "",
                _other.c.conversation_id != _m.conversation_id,
                _other.c.began_at > _m.closed_at,
                _other.c.began_at <= _m.watched_until,
            )
            .correlate(matters)
            .scalar_subquery()
        )
        self._connection.execute(update(matters).where(_m.customer_id == person).values(recontacted_at=again))

    def corrections(self, conversation_id: ConversationId) -> list[Correction]:
        mine = select(intent_corrections).where(intent_corrections.c.conversation_id == conversation_id)
        return [
            codec.of_row(Correction, r) for r in self._connection.execute(mine.order_by(intent_corrections.c.serial))
        ]

    def calls(self, conversation_id: ConversationId) -> list[Call]:
        mine = select(calls).where(calls.c.conversation_id == conversation_id).order_by(calls.c.started_at, calls.c.sid)
        return [codec.of_row(Call, row, number=told(row, "number")) for row in self._connection.execute(mine)]

    # ---------------------------------------------------------------- in cuts

    def first(self) -> Any:
        return self._connection.execute(select(func.min(_m.began_at))).scalar_one()

    def tallies(self, span: Span, by: By, *, middles: bool = True) -> list[Tally]:
        key, shares = _key(by), _shares(span)
        names = list(shares)
        sums = [column for pair in shares.values() for column in pair]
        rows = self._connection.execute(
            select(
                key,
                func.count(),
                func.count(_m.rating),
                func.coalesce(func.sum(_m.rating), 0),
                func.coalesce(func.sum(_m.rating * _m.rating), 0),
                func.count(_m.closed_at),
                func.coalesce(func.sum(_m.handled), 0),
                func.sum(_m.texts),
                func.sum(_m.cost),
                func.min(_m.currency).filter(_m.currency != ""),
                func.max(_m.currency),
                func.count(_m.recommends),
                func.count().filter(_m.recommends >= PROMOTER_FROM),
                func.count().filter(_m.recommends <= DETRACTOR_TO),
                *sums,
            )
            .where(*_within(span))
            .group_by(key)
        ).all()
        mixed = any(row[9] != row[10] for row in rows if row[10])
        costs = self._costs(span, by) if mixed else {row[0]: {row[10]: int(row[8])} for row in rows if row[10]}
        found = self._middles(span, by) if middles else {}
        return [
            Tally(
                key=row[0],
                matters=row[1],
                ratings=(int(row[2]), int(row[3]), int(row[4])),
                recommends=(row[11], row[12], row[13]),
                closed=row[5],
                handled=int(row[6]),
                texts=int(row[7]),
                shares={name: (int(row[14 + 2 * n]), int(row[15 + 2 * n])) for n, name in enumerate(names)},
                costs=costs.get(row[0], {}),
                middles=found.get(row[0], {}),
            )
            for row in sorted(rows, key=lambda row: str(row[0]))
        ]

    def counts(self, span: Span, by: By) -> Mapping[str, Mapping[str, int]]:
        key, found = _key(by), defaultdict[str, dict[str, int]](dict)
        counted = select(key, _m.day, func.count()).where(*_within(span)).group_by(key, _m.day)
        for name, day, count in self._connection.execute(counted):
            found[name][day] = count
        return found

    def listed(
        self,
        span: Span,
        measure: str,
        *,
        hit: bool | None,
        limit: int,
        group: tuple[By, str] | None = None,
        customers: Collection[CustomerId] | None = None,
    ) -> list[Listed]:
        counts, case = _conditions(span)[measure]
        wanted = [*_within(span), case]
        if hit is not None:
            wanted.append(func.coalesce(counts, false()) == (true() if hit else false()))
        if customers is not None:
            wanted.append(_m.customer_id.in_(sorted(customers)))
        if group is not None:
            wanted.append(_key(group[0]) == group[1])
        rows = self._connection.execute(
            select(
                _m.conversation_id,
                conversations.c.ticket_id,
                _m.began_at,
                _m.group,
                _m.intent,
                _m.channel,
                _m.rule,
                func.coalesce(counts, False).label("hit"),
            )
            .join(conversations, conversations.c.id == _m.conversation_id)
            .where(*wanted)
            .order_by(_m.began_at.desc(), _m.conversation_id)
            .limit(limit)
        )
        return [_listed(row) for row in rows]

    def newest(self, span: Span, limit: int) -> list[Seen]:
        conditions, cuts = _conditions(span), [by for by in By if by is not By.ALL]
        flags = [column for hit, case in conditions.values() for column in (case, func.coalesce(hit, false()))]
        rows = self._connection.execute(
            select(_m.conversation_id, conversations.c.ticket_id, _m.began_at, *(_key(by) for by in cuts), *flags)
            .join(conversations, conversations.c.id == _m.conversation_id)
            .where(*_within(span))
            .order_by(_m.began_at.desc(), _m.conversation_id)
            .limit(limit)
        )
        start, end = 3, 3 + len(cuts)
        return [
            Seen(
                conversation_id=ConversationId(row[0]),
                ticket_id=TicketId(row[1]) if row[1] else None,
                began_at=row[2],
                cuts=dict(zip(cuts, row[start:end], strict=True)),
                hits={name: bool(row[end + 2 * n + 1]) for n, name in enumerate(conditions) if row[end + 2 * n]},
            )
            for row in rows
        ]

    def treated(self, span: Span, limit: int) -> list[Treated]:
        inside, answered = _within(span), _m.answered_after.is_not(None)
        # The median of all: half of them waited longer.
        middle = self._middles(span, By.ALL).get("", {}).get("answered_after")
        read = _m.likely_dissatisfied.is_not(None)
        aspects: Mapping[str, tuple[Expression, Expression]] = {
            "handed_over": (_m.handovers > 0, _m.rule != ""),
            "transferred": (_m.transfers > 0, or_(_m.agent_messages > 0, _m.handovers > 0)),
            "waited": (_m.answered_after > (middle.median if middle else 0), answered),
            "unanswered": (~answered, true()),
            "automatic": (_m.automation == Automation.ASSISTANT.value, answered),
            "abstained": (
                _decided(_figures.abstained.notin_(("", NO_QUESTION))),
                _decided(_figures.abstained != NO_QUESTION),
            ),
            "intent_wrong": (_is(_m.corrected), and_(_m.rule != "", _m.intent != "")),
            "mood_wrong": (
                (_m.likely_dissatisfied >= DISSATISFIED_FROM) == _is(_m.satisfied),
                and_(read, _m.satisfied.is_not(None)),
            ),
            "written_to": (_written_to(span), true()),
        }
        flags = [column for hit, case in aspects.values() for column in (case, func.coalesce(hit, false()))]
        rows = self._connection.execute(
            select(_m.conversation_id, _m.customer_id, _m.language, _m.tier, *flags)
            .where(*inside)
            .order_by(_m.began_at.desc(), _m.conversation_id)
            .limit(limit)
        )
        return [
            Treated(
                conversation_id=ConversationId(row[0]),
                customer_id=CustomerId(row[1]),
                language=row[2],
                tier=row[3],
                hits={name: bool(row[5 + 2 * n]) for n, name in enumerate(aspects) if row[4 + 2 * n]},
            )
            for row in rows
        ]

    def waiting(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(stale_matters)).scalar_one())

    def _costs(self, span: Span, by: By) -> Mapping[str, Mapping[str, int]]:
        key, found = _key(by), defaultdict[str, dict[str, int]](dict)
        paid = select(key, _m.currency, func.sum(_m.cost)).where(*_within(span), _m.currency != "")
        for name, currency, micro in self._connection.execute(paid.group_by(key, _m.currency)):
            found[name][currency] = int(micro)
        return found

    def _middles(self, span: Span, by: By) -> Mapping[str, Mapping[str, Middle]]:
        """By nearest rank, so that each figure is one that somebody really waited."""
        key, columns = _key(by), [_m[name] for name in MIDDLES]
        middles: defaultdict[str, dict[str, Middle]] = defaultdict(dict)
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text(f"SET LOCAL work_mem = '{_SORTED_IN}'"))
            ranks = func.percentile_disc(cast([HALF, MOST], ARRAY(Float)))
            figures = [one for column in columns for one in (func.count(column), ranks.within_group(column))]
            for name, *found in self._connection.execute(select(key, *figures).where(*_within(span)).group_by(key)):
                for field, cases, both in zip(MIDDLES, found[::2], found[1::2], strict=True):
                    if cases:
                        middles[name][field] = Middle(median=float(both[0]), most=float(both[1]), cases=cases)
            return middles
        # SQLite would sort the groups, and once more within each: one look without an order is quicker.
        values: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for name, *waits in self._connection.execute(select(key, *columns).where(*_within(span))):
            for place, value in enumerate(waits):
                if value is not None:
                    values[name, MIDDLES[place]].append(value)
        for (name, field), some in values.items():
            some.sort()
            half, most = (some[ceil(len(some) * part) - 1] for part in (HALF, MOST))
            middles[name][field] = Middle(median=float(half), most=float(most), cases=len(some))
        return middles


def _decided(condition: Expression) -> Expression:
    """Whether a decision about the matter was so."""
    mine = decisions.c.conversation_id == _m.conversation_id
    of = decision_figures.c.decision_id == decisions.c.id
    return exists().where(mine, of, condition).correlate(matters)


def _written_to(span: Span) -> Expression:
    """Whether a proactive message was put on its way to the customer in the period."""
    line = campaign_recipients.c
    when = and_(line.queued_at >= span.since, line.queued_at < span.until)
    return exists().where(line.customer_id == _m.customer_id, line.queued_at.is_not(None), when).correlate(matters)


def _key(by: By) -> Expression:
    if by is By.ALL:
        return literal("")
    if by is By.MONTH:
        return func.substr(_m.day, 1, 7)
    return _m[by.value]


def _within(span: Span) -> list[Expression]:
    cuts = [_key(by) == value for by, value in span.only.items()]
    return [_m.began_at >= span.since, _m.began_at < span.until, *cuts]


def row_of(matter: Matter) -> dict[str, Any]:
    # When it came back is found by the database, for it hangs on other rows.
    return {
        **codec.to_row(replace(matter, recontacted_at=None)),
        "day": matter.day,
        "watched_until": matter.watched_until,
    }


def _listed(row: Any) -> Listed:
    return Listed(
        conversation_id=ConversationId(row.conversation_id),
        ticket_id=TicketId(row.ticket_id) if row.ticket_id else None,
        began_at=row.began_at,
        group=row.group,
        intent=row.intent,
        channel=row.channel,
        rule=row.rule,
        hit=bool(row.hit),
    )
