"""What is held about one person: found, told and erased by what `personal` says of every table; who was erased, and who
looked."""

import contextlib
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, and_, delete, func, not_, select, update

from connectors.sql import tables as t
from connectors.sql.articles import SqlArticleTable
from connectors.sql.columns import metadata
from connectors.sql.customers import SqlCustomerTable
from connectors.sql.events import address_of, event_of
from connectors.sql.keys import SqlKeyTable
from connectors.sql.merges import find_kept, same_person
from connectors.sql.personal import LINES, TABLES, Personal, addresses, ticket_articles
from connectors.sql.private import SEALED_BESIDE, name_token, told
from connectors.sql.retention import LEGAL_HOLD, Spares, count_older, expire, held
from connectors.sql.statements import Repository, insert_once, slices
from core.errors import RejectedError
from core.model.campaign import ASKED, SENDING, CampaignState, RecipientState
from core.model.conversation import Role
from core.model.customer import DIRECT, Channel, Customer, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.ids import CustomerId, EffectId
from core.model.outbound import EffectKind, EffectState
from core.model.privacy import Access, Erasure, Obstacle, Subject
from core.profile.identity import normalise_phone

SHORTEST_NEEDLE = 7  # letters: what is shorter stands in other people's texts by chance


def needles(subject: Subject) -> tuple[str, ...]:
    """What in a stored text means this person and nobody else."""
    known = (*addresses(subject), *subject.values(IdentityKind.HELPDESK, IdentityKind.EXTERNAL), *subject.customers)
    found = (*known, *subject.conversations, *subject.chats, *subject.calls)
    return tuple(dict.fromkeys(each for each in found if len(each) >= SHORTEST_NEEDLE))


class SqlPrivacyTable(Repository):
    """`core.ports.PrivacyTable`."""

    # ------------------------------------------------------------ who is meant

    def find(self, text: str) -> list[Customer]:
        said = text.strip()
        values = {said, said.lower()}
        with contextlib.suppress(RejectedError):
            values.add(normalise_phone(said))
        by_address = select(t.identities.c.customer_id).where(t.identities.c.value.in_(values))
        ids = [*self._column(by_address)]
        ids += self._column(select(t.customers.c.id).where(t.customers.c.id == said))
        whole = t.name_tokens.c.token == name_token(self._connection, said)
        ids += self._column(select(t.name_tokens.c.customer_id).where(whole))
        kept = find_kept(self._connection, ids)
        chosen = list(dict.fromkeys(kept.get(each, each) for each in ids))
        return SqlCustomerTable(self._connection).many([CustomerId(each) for each in chosen])

    def subject(self, customer_id: CustomerId, until: datetime | None = None) -> Subject:
        return self._with_sent(self._with_heard(self._known(customer_id), until))

    def _known(self, customer_id: CustomerId) -> Subject:
        """Without what only a look at every event and effect tells."""
        first = find_kept(self._connection, [customer_id]).get(customer_id, customer_id)
        ids = tuple(dict.fromkeys([first, *self._column(same_person(first))]))
        known = self._all(
            select(t.identities).where(t.identities.c.customer_id.in_(ids)).order_by(t.identities.c.serial)
        )
        named = self._column(select(t.customers.c.name).where(t.customers.c.id.in_(ids)))
        start = Subject(
            customers=tuple(CustomerId(each) for each in ids),
            names=tuple(each for each in dict.fromkeys(named) if each),
            identities=tuple(
                Identity(kind=IdentityKind(r.kind), value=told(r, "value"), verified=r.verified) for r in known
            ),
        )
        return self._with_conversations(self._with_campaigns(start))

    def _with_campaigns(self, subject: Subject) -> Subject:
        """Those of which every line is theirs: their words are about this person."""
        lines, ours = t.campaign_recipients, self._rows_of(t.campaign_recipients, LINES, subject)
        alone = []
        for name in _once(row.campaign_id for row in ours):
            size = select(func.count()).select_from(lines).where(lines.c.campaign_id == name)
            if self._connection.execute(size).scalar_one() == sum(row.campaign_id == name for row in ours):
                alone.append(name)
        return replace(subject, campaigns=tuple(alone))

    def _with_conversations(self, subject: Subject) -> Subject:
        theirs = self._in(t.conversations, t.conversations.c.customer_id, subject.customers)
        conversations = tuple(row.id for row in theirs)
        heard = self._in(t.messages, t.messages.c.conversation_id, conversations)
        spoken = self._in(t.messages, t.messages.c.address, addresses(subject))
        elsewhere = [row for row in spoken if row.conversation_id not in set(conversations)]
        linked = self._in(t.linked_tickets, t.linked_tickets.c.conversation_id, conversations)
        tickets = [row.ticket_id for row in (*theirs, *linked, *heard) if row.ticket_id]
        others = self._in(t.conversations, t.conversations.c.id, {row.conversation_id for row in elsewhere})
        joined = [row.ticket_id for row in (*others, *elsewhere) if row.ticket_id not in tickets]
        called = [
            *self._in(t.calls, t.calls.c.conversation_id, conversations),
            *self._in(t.calls, t.calls.c.number, subject.values(IdentityKind.PHONE)),
        ]
        own = {*addresses(subject), *(row.sid for row in called)}
        # On a ticket others speak too, by their own addresses.
        chats = [told(row, "address") for row in heard if row.role == Role.CUSTOMER and Channel(row.channel) in DIRECT]
        decided = self._in(t.decisions, t.decisions.c.conversation_id, conversations)
        drafted = self._in(t.drafts, t.drafts.c.conversation_id, conversations)
        return replace(
            subject,
            conversations=conversations,
            tickets=_once(tickets),
            joined=_once(joined),
            calls=_once(row.sid for row in called),
            chats=_once(each for each in chats if each not in own),
            messages=_once(row.id for row in (*heard, *elsewhere)),
            refs=_once(row.vendor_ref.rpartition(":")[2] for row in (*heard, *elsewhere)),
            decisions=_once(row.id for row in decided),
            drafts=_once(row.id for row in drafted),
            events=_once(row.event_id for row in decided),
        )

    def _with_heard(self, subject: Subject, until: datetime | None) -> Subject:
        rows = list(self._heard(subject, *([] if until is None else [not_(_late(until))])))
        visitors = [each for row in rows for each in VISITOR.findall(row.payload)]
        return replace(subject, events=_once(row.id for row in rows), visitors=_once(visitors))

    def _heard(self, subject: Subject, *where: ColumnElement[bool]) -> Iterator[Row[Any]]:
        """Their events. Each is looked at, for what is stored of a message has no column for who it is from."""
        return filter(_theirs(subject), self._each(t.events.c, *where))

    def late(self, subject: Subject, since: datetime) -> list[Event]:
        heard = [event_of(row) for row in self._heard(subject, _late(since))]
        return [each for each in heard if address_of(each.payload)]

    def _with_sent(self, subject: Subject) -> Subject:
        targets = {*addresses(subject), *subject.tickets, *subject.chats, *subject.calls}
        conversations, named = set(subject.conversations), _pattern(subject)
        alerts, posts = [], []
        for row in self._each((t.alerts.c.id, t.alerts.c.conversation_id, t.alerts.c.said, *_slack(t.alerts))):
            if row.conversation_id in conversations or _is_named(named, _value(row.said)):
                alerts.append(row.id)
                posts += _post(row)
        for table, column, values in (
            (t.requests, t.requests.c.conversation_id, subject.conversations),
            (t.campaigns, t.campaigns.c.id, subject.campaigns),
        ):
            posts += [post for row in self._in(table, column, values) for post in _post(row)]
        cards, campaigns = {*posts, *alerts}, set(subject.campaigns)
        targeted = (t.outbox.c.target, t.outbox.c.target_sealed)
        columns = (t.outbox.c.id, t.outbox.c.kind, *targeted, t.outbox.c.payload, t.outbox.c.vendor_ref)
        effects, refs = [], []
        for row in self._each((*columns, t.outbox.c.conversation_id)):
            mine = (
                row.conversation_id in conversations or told(row, "target") in targets or told(row, "target") in cards
            )
            mine = mine or row.payload.get("campaign_id") in campaigns
            if mine or _is_named(named, row.payload):
                effects.append(row.id)
                refs.append(row.vendor_ref)
                posts += [row.vendor_ref] if row.kind == EffectKind.SLACK_POST and row.vendor_ref else []
        return replace(
            subject,
            effects=_once(effects),
            refs=_once((*subject.refs, *refs)),
            alerts=_once(alerts),
            posts=_once(posts),
        )

    # ------------------------------------------------------------ their rows

    def rows(self, subject: Subject) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
        for name, entry in TABLES.items():
            if isinstance(entry, Personal):
                shown = [_plain(row, entry.hidden) for row in self._rows_of(metadata.tables[name], entry, subject)]
                yield name, entry.kind, shown

    def kinds(self) -> Mapping[str, str]:
        return {name: entry.kind for name, entry in TABLES.items() if isinstance(entry, Personal)}

    def count(self, subject: Subject) -> Mapping[str, int]:
        counted = {
            name: len(self._rows_of(metadata.tables[name], entry, subject))
            for name, entry in TABLES.items()
            if isinstance(entry, Personal)
        }
        return {name: number for name, number in counted.items() if number}

    def erase(self, subject: Subject, erasure_id: str) -> Mapping[str, int]:
        gone: dict[str, int] = {}
        self._keep_digests(subject, erasure_id)
        # Children before their parents, so that each table's rows are counted before a foreign key takes them along.
        for table in reversed(metadata.sorted_tables):
            entry = TABLES[table.name]
            if isinstance(entry, Personal) and (number := self._erase_in(table, entry, subject)):
                gone[table.name] = number
        if number := self._forget_named(subject):
            gone["campaign_facts"] = number
        return gone

    def _erase_in(self, table: Table, entry: Personal, subject: Subject) -> int:
        if table is t.passages or table is t.articles:
            # The index and the word counts follow an article; it takes its passages along.
            if table is t.articles:
                return SqlArticleTable(self._connection).remove(ticket_articles(subject))
            return len(self._rows_of(table, entry, subject))
        if entry.blank is not None:
            rows = self._rows_of(table, entry, subject)
            for row in rows:
                self._connection.execute(update(table).where(*_is(table, row)).values(**entry.blank(row)))
            return len(rows)
        return sum(self._connection.execute(delete(table).where(one)).rowcount for one in _conditions(entry, subject))

    def _rows_of(self, table: Table, entry: Personal, subject: Subject) -> list[Row[Any]]:
        keys = [column.name for column in table.primary_key]
        found: dict[tuple[Any, ...], Row[Any]] = {}
        for one in _conditions(entry, subject):
            for row in self._connection.execute(select(table).where(one).order_by(*table.primary_key)):
                found.setdefault(tuple(row._mapping[key] for key in keys), row)
        return list(found.values())

    def _keep_digests(self, subject: Subject, erasure_id: str) -> None:
        for table, ids in ((t.outbox, subject.effects), (t.campaigns, subject.campaigns)):
            for row in self._in(table, table.c.id, ids):
                kept = {"effect_id": row.id, "digest": row.digest, "erasure_id": erasure_id}
                insert_once(self._connection, t.erased_effects, kept)

    def _forget_named(self, subject: Subject) -> int:
        """Out of what signals said of each person whom they named."""
        named, changed = {*subject.values(*IdentityKind), *subject.customers}, 0
        for row in self._all(select(t.campaigns.c.id, t.campaigns.c.facts)):
            facts = _without(row.facts, named)
            if facts != row.facts:
                self._connection.execute(update(t.campaigns).where(t.campaigns.c.id == row.id).values(facts=facts))
                changed += 1
        return changed

    # ------------------------------------------------------------ what stands against it

    def obstacles(self, subject: Subject) -> list[Obstacle]:
        return [*self._held(subject), *self._under_way(subject), *self._open(subject), *self._in_campaigns(subject)]

    def _held(self, subject: Subject) -> Iterator[Obstacle]:
        if held(self._connection) & {*subject.customers}:
            yield Obstacle(text=f"a legal hold stands in the profile ({LEGAL_HOLD})", final=True)

    def _under_way(self, subject: Subject) -> Iterator[Obstacle]:
        sent = self._in(t.outbox, t.outbox.c.id, subject.effects)
        asked = sum(row.state in (EffectState.SENDING, EffectState.UNKNOWN) for row in sent)
        if asked:
            yield Obstacle(text=f"of {asked} things on their way it is not known yet whether they arrived", final=True)
        waiting = sum(row.state in (EffectState.PENDING, EffectState.HELD) for row in sent)
        if waiting:
            yield Obstacle(text=f"{waiting} things are about to leave and would be withdrawn")
        heard = self._in(t.events, t.events.c.id, subject.events)
        if worked := sum(row.state in ("pending", "claimed") for row in heard):
            yield Obstacle(text=f"{worked} events of theirs are still being worked on", final=True)

    def _open(self, subject: Subject) -> Iterator[Obstacle]:
        open_ones = [row for row in self._in(t.conversations, t.conversations.c.id, subject.conversations) if row.open]
        if not open_ones:
            return
        waiting = 0
        for row in open_ones:
            mine = (t.messages.c.conversation_id == row.id, t.messages.c.public)
            newest = select(t.messages.c.role).where(*mine).order_by(t.messages.c.at.desc(), t.messages.c.serial.desc())
            waiting += self._connection.execute(newest.limit(1)).scalar() == Role.CUSTOMER
        tickets = ", ".join(row.ticket_id for row in open_ones if row.ticket_id) or "none"
        yield Obstacle(
            text=f"{len(open_ones)} conversations are open (tickets: {tickets}); {waiting} wait for an answer"
        )

    def _in_campaigns(self, subject: Subject) -> Iterator[Obstacle]:
        lines = self._rows_of(t.campaign_recipients, LINES, subject)
        planned = {row.campaign_id for row in lines if row.state == RecipientState.PLANNED}
        running = {*ASKED, *SENDING, CampaignState.PREPARING}
        found = [row.id for row in self._in(t.campaigns, t.campaigns.c.id, planned) if row.state in running]
        if found:
            yield Obstacle(text=f"campaigns would still write to them: {', '.join(sorted(found))}")

    # ------------------------------------------------------------ erasures and suppressions

    def begin(self, erasure: Erasure) -> None:
        row = {"id": erasure.id, "people": list(erasure.people), "by": erasure.by, "at": erasure.at}
        insert_once(self._connection, t.erasures, {**row, "steps": {}, "finished_at": None})

    def save(self, erasure: Erasure) -> None:
        steps = {name: dict(each) for name, each in erasure.steps.items()}
        values = {"people": list(erasure.people), "steps": steps, "finished_at": erasure.finished_at}
        self._connection.execute(update(t.erasures).where(t.erasures.c.id == erasure.id).values(**values))

    def open(self) -> list[Erasure]:
        begun = select(t.erasures).where(t.erasures.c.finished_at.is_(None)).order_by(t.erasures.c.at)
        return [
            Erasure(id=r.id, people=tuple(CustomerId(each) for each in r.people), by=r.by, at=r.at, steps=r.steps)
            for r in self._all(begun)
        ]

    def erased_digests(self, erasure_id: str) -> str:
        mine = t.erased_effects.c.erasure_id == erasure_id
        kept = select(t.erased_effects).where(mine).order_by(t.erased_effects.c.effect_id)
        told = "\n".join(f"{row.effect_id} {row.digest}" for row in self._all(kept))
        return hashlib.sha256(told.encode()).hexdigest()

    def erased_effect(self, effect_id: EffectId) -> str | None:
        wanted = select(t.erased_effects.c.digest).where(t.erased_effects.c.effect_id == effect_id)
        return self._connection.execute(wanted).scalar_one_or_none()

    def withdraw(self, subject: Subject, erasure_id: str) -> int:
        self._keep_digests(subject, erasure_id)
        waiting = t.outbox.c.state.in_((EffectState.PENDING, EffectState.HELD))
        taken = 0
        for some in slices(subject.effects):
            gone = delete(t.outbox).where(t.outbox.c.id.in_(some), waiting)
            taken += self._connection.execute(gone).rowcount
        planned = t.campaign_recipients.c.state == RecipientState.PLANNED
        for one in _conditions(LINES, subject):
            stop = update(t.campaign_recipients).where(one, planned).values(state=RecipientState.STOPPED)
            taken += self._connection.execute(stop).rowcount
        return taken

    def suppress(self, identities: Sequence[Identity], erasure_id: str, at: datetime) -> int:
        rows = ({"hash": self._hash(each), "erasure_id": erasure_id, "at": at} for each in identities)
        return sum(insert_once(self._connection, t.suppressions, row) for row in rows)

    def suppressed(self, identities: Sequence[Identity]) -> frozenset[Identity]:
        if getattr(self._connection.dialect, "ring", None) is None:
            return frozenset()  # a store in a temporary folder, without keys: nobody was erased from it
        by_hash = {self._hash(each): each for each in identities}
        known = self._in(t.suppressions, t.suppressions.c.hash, by_hash)
        return frozenset(by_hash[row.hash] for row in known)

    def _hash(self, identity: Identity) -> str:
        return SqlKeyTable(self._connection).keyed_hash("suppression", f"{identity.kind}:{identity.value}")

    # ------------------------------------------------------------ the access log

    def note(self, accesses: Sequence[Access]) -> None:
        rows = [
            {"at": a.at, "who": a.who, "way": a.way, "what": a.what, "customer_id": a.customer_id, "ref": a.ref}
            for a in accesses
        ]
        if rows:
            self._connection.execute(t.accesses.insert(), rows)

    def accesses(self, customer_id: str, since: datetime | None, limit: int) -> list[Access]:
        wanted = select(t.accesses).order_by(t.accesses.c.at.desc(), t.accesses.c.serial.desc()).limit(limit)
        if customer_id:
            wanted = wanted.where(t.accesses.c.customer_id == customer_id)
        if since is not None:
            wanted = wanted.where(t.accesses.c.at >= since)
        return [
            Access(at=r.at, who=r.who, way=r.way, what=r.what, customer_id=r.customer_id, ref=r.ref)
            for r in self._all(wanted)
        ]

    # ------------------------------------------------------------ retention

    def expire(self, kind: str, before: datetime, limit: int, erasure_id: str) -> int:
        return expire(self._connection, kind, before, limit, erasure_id, self._spares(kind))

    def older(self, kind: str, before: datetime) -> int:
        return count_older(self._connection, kind, before, self._spares(kind))

    def _spares(self, kind: str) -> Spares | None:
        """Which events are of somebody under a legal hold; None where nobody is, or the kind says it by its columns."""
        people = held(self._connection) if kind == "events" else frozenset()
        kept = find_kept(self._connection, people)
        tests = [_theirs(self._known(CustomerId(each))) for each in {kept.get(each, each) for each in people}]
        return (lambda row: any(theirs(row) for theirs in tests)) if tests else None

    # ------------------------------------------------------------ reading

    def _all(self, statement: Any) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    def _column(self, statement: Any) -> list[Any]:
        return list(self._connection.execute(statement).scalars())

    def _in(self, table: Table, column: Column[Any], values: Collection[Any]) -> list[Row[Any]]:
        wanted = list(values)
        return [row for some in slices(wanted) for row in self._all(select(table).where(column.in_(some)))]

    def _each(self, columns: Iterable[Column[Any]], *where: ColumnElement[bool]) -> Iterator[Row[Any]]:
        """Every row, a portion of them in memory."""
        yield from self._connection.execute(select(*columns).where(*where), execution_options={"yield_per": 1000})


# Their subject is a message, a call or a messaging conversation, by the vendor's own id.
HEARD = (
    EventKind.MESSAGE_RECEIVED,
    EventKind.MESSAGE_STATUS,
    EventKind.AGENT_SAID,
    EventKind.CONTROL_CHANGED,
    EventKind.CONVERSATION_READ,
    EventKind.CALL_CHANGED,
    EventKind.CALL_LINE,
)
VISITOR = re.compile(r'"visitor":"([^"]+)"')


def _pattern(subject: Subject) -> re.Pattern[str]:
    """Matches what names the person, and not a part of a longer address, number or id; of one of whom nothing is known,
    nothing."""
    found = "|".join(re.escape(each) for each in needles(subject)) or "(?!)"
    return re.compile(rf"(?<![\w.+@-])(?:{found})(?!\.?[\w@-])")


def _is_named(named: re.Pattern[str], said: Any) -> bool:
    """In any word of a value of JSON: the string itself would have escapes beside what names somebody."""
    if isinstance(said, str):
        return named.search(said) is not None
    if isinstance(said, Mapping):
        return any(_is_named(named, each) for pair in said.items() for each in pair)
    if isinstance(said, list):
        return any(_is_named(named, each) for each in said)
    return isinstance(said, int | float) and named.search(str(said)) is not None


def _late(since: datetime) -> ColumnElement[bool]:
    """What came in since and is not worked off."""
    return and_(t.events.c.received_at > since, t.events.c.state != "done")


def _about(subject: Subject) -> Mapping[str, frozenset[str]]:
    """Which subjects of each kind of event are theirs: one number may be a ticket of this one and a user of another."""
    said = frozenset({*subject.refs, *subject.calls, *subject.chats})
    users = frozenset(subject.values(IdentityKind.HELPDESK))
    others = frozenset(each.partition(":")[2] for each in subject.values(IdentityKind.EXTERNAL))
    return {
        EventKind.TICKET_CHANGED: frozenset(subject.tickets),
        EventKind.CUSTOMER_CHANGED: users,
        EventKind.PEOPLE_MERGED: others - {""},
        EventKind.APPEALED: frozenset(subject.conversations),
        **dict.fromkeys(HEARD, said),
    }


def _theirs(subject: Subject) -> Spares:
    """Whether an event is the person's: by what it is about, or because it names them."""
    about, known, named = _about(subject), set(subject.events), _pattern(subject)

    def test(row: Row[Any]) -> bool:
        # A line of a call goes by the call's id and its own number.
        mine = {row.subject, row.subject.partition(":")[0]} & about.get(row.kind, frozenset())
        return bool(mine) or row.id in known or _is_named(named, _value(row.payload))

    return test


def _slack(table: Table) -> tuple[Column[Any], ...]:
    return table.c.slack_channel, table.c.slack_ts


def _post(row: Row[Any]) -> list[str]:
    return [f"{row.slack_channel}:{row.slack_ts}"] if row.slack_channel and row.slack_ts else []


def _once(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in values if each))


def _conditions(entry: Personal, subject: Subject) -> Iterator[ColumnElement[bool]]:
    for column, values in entry.keys(subject):
        for some in slices(list(values)):
            yield column.in_(some)


def _is(table: Table, row: Row[Any]) -> list[ColumnElement[bool]]:
    return [column == row._mapping[column.name] for column in table.primary_key]


def _plain(row: Row[Any], hidden: Collection[str]) -> Mapping[str, Any]:
    """As values that JSON has: a column of JSON as what stands in it, a hashed address as the address."""
    columns = row._mapping
    return {
        name: _value(told(row, name) if f"{name}{SEALED_BESIDE}" in columns else value)
        for name, value in columns.items()
        if name not in hidden and not name.endswith(SEALED_BESIDE)
    }


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _names(value: Any, named: Collection[str]) -> bool:
    said = value.values() if isinstance(value, Mapping) else [value]
    return any(isinstance(each, str) and each in named for each in said)


def _without(value: Any, named: Collection[str]) -> Any:
    """The value without whatever is about one of these: by key, by itself, or as a row that names one."""
    if isinstance(value, Mapping):
        return {key: _without(each, named) for key, each in value.items() if key not in named}
    if isinstance(value, list):
        return [_without(each, named) for each in value if not _names(each, named)]
    return value
