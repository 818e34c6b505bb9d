"""What customers, agents and supervisors do meanwhile, and what must have come of it: each flow is played by somebody
of its own, and held against the vendors' own lists."""

import itertools
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
from sqlalchemy import Select, select

from apps.demo.outside import Json, NotSeenError
from benchmarks import outreach_send
from connectors.sql.store import SqlUnit
from connectors.sql.tables import alerts, campaigns, conversations, decisions, events, messages, outbox
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import CustomerId
from tests.faults.matrix.house import House

PATIENCE = 300.0  # seconds: a lease and its look-ups, and a reconciliation, on a busy machine
AT_THE_DOOR = 110.0  # after which a customer whose message not even the reconciliation brought writes again
LOOK = 4.0
PUBLISHED_AGAIN = 24.0  # an article whose webhook was lost is not asked for: it comes with the next sync, or so
REFUND = "How long does a refund take after you have received my return?"
PERSON = "I want to talk to a person, this is ridiculous"
APPROVE = "handrail_approve"
RECIPIENTS = 4

_numbers = itertools.count(int(time.time()) % 1_000_000 * 10)


@dataclass(slots=True, kw_only=True)
class Played:
    """One flow of one customer. `missed` messages a vendor took and we were not told of; `lost` ones we took."""

    flow: str
    who: str
    began: float = field(default_factory=time.monotonic)
    done_at: float | None = None
    missed: int = 0
    lost: str = ""
    twice: str = ""
    owners: str = ""
    person: bool = False  # it ended with somebody who was told
    sent: list[str] = field(default_factory=list)  # the vendors' ids of what this customer wrote
    story: list[str] = field(default_factory=list)  # of who is lost: what they saw, and how far we have come with it
    came: Callable[[], bool] = bool  # whether it has come after all
    seen: Callable[[], dict[str, int]] = dict  # effects at the vendors by name, none of which may be more than one

    @property
    def under_way(self) -> bool:
        return self.done_at is None


@dataclass(slots=True, kw_only=True)
class Cast:
    """Everybody who plays, and what came of it."""

    house: House
    played: list[Played] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _sync: threading.Lock = field(default_factory=threading.Lock)
    _article: list[int] = field(default_factory=list)
    storm: bool = False  # while something is struck again and again, nobody's patience ends
    calm_at: float = 0.0

    def begin(self, flow: str) -> None:
        if flow == "sync" and self._sync.locked():
            return  # one article at a time
        act = {
            "inbound turn": self._mail,
            "automatic reply": self._text,
            "chat": self._chat,
            "order": self._order,
            "handoff": self._handoff,
            "approval": self._campaign,
            "appointment": self._appointment,
            "sync": self._article_changes,
        }[flow]

        def run() -> None:
            try:
                act()
            except Exception as error:  # noqa: BLE001 - a fault of the play is a finding, not the end of the run
                made = [
                    each for each in self.played if each.done_at is None and each.who == threading.current_thread().name
                ]
                for each in made:
                    each.lost, each.done_at = f"{type(error).__name__}: {error}"[:300], time.monotonic()

        thread = threading.Thread(target=run, daemon=True, name=f"play-{next(_numbers)}")
        self._threads.append(thread)
        thread.start()

    def calm(self) -> None:
        self.storm, self.calm_at = False, time.monotonic()

    def _patient(self, end: float) -> bool:
        """Whether somebody whose patience is until `end` waits on."""
        return self.storm or time.monotonic() < max(end, self.calm_at + PATIENCE)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def in_flight(self) -> set[str]:
        return {each.flow for each in self.played if each.under_way}

    def count_again(self) -> None:
        """Once nothing is under way any more: did anything come twice?"""
        for each in self.played:
            if each.lost and each.came():
                each.lost = ""
            if not each.twice:
                found = {name: count for name, count in each.seen().items() if count > 1}
                each.twice = json.dumps(found) if found else ""

    # ------------------------------------------------ the flows

    def _new(self, flow: str) -> Played:
        made = Played(flow=flow, who=threading.current_thread().name)
        self.played.append(made)
        return made

    def _phone(self) -> str:
        return f"+4475{next(_numbers) % 10**8:08d}"

    def _on_phone(self, phone: str) -> list[Json]:
        rows: list[Json] = self.house.people("GET", f"phone/{phone}/messages?channel=sms")["messages"]
        return [row for row in rows if row["direction"] == "outbound"]

    def _alerted(self, who: str) -> bool:
        """Whether supervisors were told that a person must look. Their cards mask numbers, the store does not."""

        def told(unit: SqlUnit) -> bool:
            shown = [alert for alert in unit.alerts.open(limit=1000) if alert.slack_ts]
            return any(who in f"{each.said} {unit.alerts.hits(each.id, 1000)}" for each in shown)

        return self.house.read(told)

    def _say(self, played: Played, phone: str, words: str, came: Callable[[], bool]) -> bool:
        """Text, and again where the webhook did not reach us; whether it came to what was waited for."""
        end, look = time.monotonic() + PATIENCE, time.monotonic() + LOOK
        while self._patient(end):
            sent = self.house.people("POST", "phone", **{"from": phone, "channel": "sms", "body": words})
            played.sent.append(sent["sid"])
            again = time.monotonic() + AT_THE_DOOR
            while self._patient(end):
                if came():
                    return True
                if time.monotonic() > look:
                    look = time.monotonic() + LOOK
                    if self._alerted(phone):
                        return False  # supervisors have been told; nothing more will come by itself
                taken = self.house.took(sent["sid"])
                if time.monotonic() > again and not taken and not self._stored(f"in:{sent['sid']}"):
                    played.missed += 1
                    break
                time.sleep(0.5)
        return False

    def _stored(self, delivery: str) -> bool:
        return bool(self.house.ask_store("SELECT 1 FROM events WHERE delivery_id = :name", name=delivery))

    def _text(self) -> None:
        played, phone = self._new("automatic reply"), self._phone()
        played.seen = lambda: {
            f"replies to {phone}": len(self._on_phone(phone)) - played.missed,
            **self._tickets(phone),
        }
        played.came = lambda: bool(self._on_phone(phone))
        came = self._say(played, phone, REFUND, lambda: bool(self._on_phone(phone)))
        self._end(played, came, phone)

    def _order(self) -> None:
        """A customer whose number the company knows asks for an order that the order system has."""
        played = self._new("automatic reply")
        with self.house.turn:
            phone, order = self.house.buyers.pop() if self.house.buyers else ("", "")
        if not phone:
            played.done_at = played.began
            return
        before = len(self._on_phone(phone))
        played.seen = lambda: {f"replies to {phone}": len(self._on_phone(phone)) - before - played.missed}
        played.came = partial(self._more, phone, before)
        came = self._say(played, phone, f"Where is my order {order}?", partial(self._more, phone, before))
        self._end(played, came, phone)

    def _handoff(self) -> None:
        played, phone = self._new("handoff"), self._phone()

        def seen() -> dict[str, int]:
            owners = [owner for _, owner in self._conversations(phone)]
            if len(owners) > 1:
                played.owners = f"{phone} has {owners}"
            return {f"notices to {phone}": len(self._on_phone(phone)) - played.missed, **self._tickets(phone)}

        played.seen = seen
        played.came = lambda: bool(self._on_phone(phone))
        came = self._say(played, phone, PERSON, lambda: bool(self._on_phone(phone)) and bool(self._group_of(phone)))
        self._end(played, came, phone)

    def _mail(self) -> None:
        played = self._new("inbound turn")
        mail = f"{played.who}-{uuid.uuid4().hex[:6]}@example.com"
        ticket = ""
        end = time.monotonic() + PATIENCE
        made = self.house.people(
            "POST", "email", **{"from": mail, "subject": "Refund", "body": REFUND, "name": "Sam Lee"}
        )
        ticket, again, wrote = made["ticket_id"], time.monotonic() + AT_THE_DOOR, 1
        played.seen = lambda: self._mail_seen(ticket)
        played.came = lambda: self._decided(ticket)
        while self._patient(end):
            if self._decided(ticket):
                self._end(played, True, ticket)
                return
            known = self.house.ask_store("SELECT 1 FROM events WHERE subject = :ticket", ticket=str(ticket))
            if time.monotonic() > again and not known and not self.house.took(f'"{ticket}"'):
                played.missed += 1
                again, wrote = time.monotonic() + AT_THE_DOOR, wrote + 1
                body = {"from": mail, "subject": "Refund", "body": REFUND, "ticket_id": str(ticket)}
                self.house.people("POST", "email", **body)
            time.sleep(0.5)
        self._end(played, False, str(ticket))

    def _decided(self, ticket: str) -> bool:
        rows = self.house.ask_store(
            "SELECT count(*) FROM decisions d JOIN conversations c ON c.id = d.conversation_id WHERE c.ticket_id = :t",
            t=str(ticket),
        )
        return bool(rows[0][0])

    def _mail_seen(self, ticket: str) -> dict[str, int]:
        whole = self.house.people("GET", f"tickets/{ticket}")
        notes = Counter(each["body"] for each in whole["comments"] if not each.get("public", True))
        answers = sum(
            bool(each.get("public", True)) and "Sam Lee" not in json.dumps(each["author"]) for each in whole["comments"]
        )
        return {f"note on {ticket}: {body[:40]}": count for body, count in notes.items()} | {"answers": 2 * answers}

    def _tickets(self, phone: str) -> dict[str, int]:
        """Tickets of this person, and the notes on them that are there more than once."""
        tickets = {ticket for ticket, _ in self._conversations(phone) if ticket}
        found: dict[str, int] = {f"tickets of {phone}": len(tickets)}
        for ticket in tickets:
            whole = self.house.people("GET", f"tickets/{ticket}")
            found |= {
                f"note on {ticket}: {body[:60]}": count
                for body, count in Counter(each["body"] for each in whole["comments"]).items()
            }
        return found

    def _conversations(self, phone: str) -> list[tuple[str | None, str]]:
        """Ticket and owner of each conversation of who has this telephone."""
        person = self.house.find_customer(Identity(kind=IdentityKind.PHONE, value=phone))
        asked = "SELECT ticket_id, owner_kind || ' ' || owner_id FROM conversations WHERE customer_id = :person"
        return [(ticket, owner) for ticket, owner in self.house.ask_store(asked, person=person)] if person else []

    def _group_of(self, phone: str) -> bool:
        tickets = [ticket for ticket, _ in self._conversations(phone) if ticket]
        return any(self.house.people("GET", f"tickets/{ticket}")["group"] for ticket in tickets)

    def _chat(self) -> None:
        played = self._new("automatic reply")
        person, end = f"visitor-{uuid.uuid4().hex[:10]}", time.monotonic() + PATIENCE

        def replies() -> int:
            shown = self.house.people("GET", f"messaging/{person}/messages?channel=chat")["messages"]
            return sum(not each["mine"] for each in shown)

        played.seen = lambda: {f"replies to {person}": replies() - played.missed}
        played.came = lambda: bool(replies())
        while self._patient(end):
            sent = self.house.people("POST", "messaging", person=person, name="Kim", channel="chat", body=REFUND)
            played.sent.append(sent["id"])
            again = time.monotonic() + AT_THE_DOOR
            while self._patient(end):
                if replies():
                    self._end(played, True, person)
                    return
                if time.monotonic() > again and not self.house.took(sent["id"]):
                    played.missed += 1
                    break
                time.sleep(0.5)
        self._end(played, False, person)

    def _appointment(self) -> None:
        played, phone = self._new("appointment"), self._phone()
        played.seen = lambda: {f"bookings of {phone}": len(self._booked(phone))}
        played.came = lambda: bool(self._booked(phone))
        end, heard, words = time.monotonic() + 2 * PATIENCE, 0, "I would like to book an installer visit"
        while self._patient(end) and not played.came():
            if words and not self._say(played, phone, words, partial(self._more, phone, heard)):
                break
            said = self._on_phone(phone)
            words, heard = _answer_to(said[-1]["body"]) if len(said) > heard else "", len(said)
            if self._alerted(phone):
                break
            time.sleep(0.5)
        self._end(played, played.came(), phone)

    def _more(self, phone: str, before: int) -> bool:
        return len(self._on_phone(phone)) > before

    def _booked(self, phone: str) -> list[Json]:
        rows: list[Json] = self.house.people("GET", "appointments")["appointments"]
        return [row for row in rows if row["phone"] == phone]

    def free_calendar(self) -> None:
        """What was booked is counted by now; the times are for those who come."""
        env = self.house.up.environment
        for row in self.house.people("GET", "appointments")["appointments"]:
            requests.delete(
                f"{env.sandbox_url}/calendar/v1/appointments/{row['id']}",
                headers={"Authorization": f"Bearer {env.calendar_token}"},
                timeout=10,
            )

    def _article_changes(self) -> None:
        with self._sync:
            played, mark = self._new("sync"), f"Mark {uuid.uuid4().hex[:12]} is printed on the box."
            number = self._own_article()

            def there() -> int:
                rows = self.house.ask_store("SELECT count(*) FROM passages WHERE text LIKE :mark", mark=f"%{mark}%")
                return int(rows[0][0])

            played.came = lambda: bool(there())
            end = time.monotonic() + PATIENCE
            while self._patient(end):
                for draft in (True, False):
                    words = {"title": "What is on the box", "body": f"<p>{mark}</p>", "draft": draft}
                    self._zendesk("PUT", f"help_center/articles/{number}/translations/en-gb.json", translation=words)
                again = time.monotonic() + PUBLISHED_AGAIN
                while time.monotonic() < again and self._patient(end):
                    if there():
                        if there() > 1:
                            played.twice = f"{there()} passages with {mark}"
                        self._end(played, True, mark)
                        return
                    time.sleep(0.5)
                played.missed += 1
            self._end(played, False, mark)

    def _own_article(self) -> int:
        if not self._article:
            near = self._zendesk("GET", "help_center/articles.json")["articles"][0]
            fields = ("permission_group_id", "user_segment_id")
            wish = {"title": "What is on the box", "body": "<p>Nothing yet.</p>", "locale": "en-gb"}
            made = self._zendesk(
                "POST",
                f"help_center/sections/{near['section_id']}/articles.json",
                article=wish | {name: near.get(name) for name in fields},
            )
            self._article.append(int(made["article"]["id"]))
        return self._article[0]

    def _zendesk(self, method: str, path: str, **body: Any) -> Json:
        env = self.house.up.environment
        auth = ("integration@larkfield.example/token", env.zendesk_token)
        answer = requests.request(
            method, f"{env.sandbox_url}/zendesk/api/v2/{path}", auth=auth, json=body or None, timeout=15
        )
        if not answer.ok:
            raise NotSeenError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        found: Json = answer.json()
        return found

    def _campaign(self) -> None:
        """Two flows in one: the card is approved in Slack, then everybody gets it."""
        asked = self._new("approval")
        number = next(_numbers)
        region, service = f"R{number}", f"Cloud {number}"
        phones = self._recipients(number, region)
        end, now = time.monotonic() + PATIENCE, datetime.now(UTC)
        facts = {
            "incident": f"inc-{number}",
            "region": region,
            "service": service,
            "started": f"{now - timedelta(minutes=35):%H:%M} UTC",
            "expected_fix": f"{now + timedelta(minutes=150):%H:%M} UTC",
        }
        asked.seen = lambda: {
            f"approvals of {service}": self._votes(service),
            f"cards of {service}": len(self._cards(service)),
        }
        asked.came = lambda: self._running(service)
        name = f"matrix-{number}"
        while not self._signalled(name, facts) and self._patient(end):
            time.sleep(1)
        while not self._running(service) and self._patient(end):
            for card in self._cards(service)[-1:]:
                self._click(card)
            time.sleep(2)
        came = self._running(service)
        self._end(asked, came, service)
        if not came:
            return
        sent = self._new("campaign")
        end = time.monotonic() + PATIENCE
        sent.seen = lambda: {phone: len(self._on_phone(phone)) for phone in phones}
        while self._patient(end):
            got = sum(bool(self._on_phone(phone)) for phone in phones)
            parked = self._parked(service)
            if got + parked >= RECIPIENTS:
                sent.person = bool(parked)
                break
            time.sleep(0.5)
        self._end(sent, got + parked >= RECIPIENTS, service)

    def _recipients(self, number: int, region: str) -> list[str]:
        """The telephones of some customers who agreed to be texted, and for whom it is the early afternoon."""
        now = datetime.now(UTC)
        phones = [f"+4474{(number * 10 + place) % 10**8:08d}" for place in range(RECIPIENTS)]
        agreed = Consent(
            channel=Channel.SMS,
            purpose=Purpose.SERVICE,
            granted=True,
            at=now - timedelta(days=90),
            source="web form",
            wording="Larkfield Home may text me about my service.",
        )
        with self.house.writing() as unit:
            for phone in phones:
                unit.customers.save(
                    Customer(
                        id=CustomerId(f"cu_{phone[1:]}"),
                        name=f"Customer {phone[-4:]}",
                        locale="en-GB",
                        time_zone=outreach_send.zone_awake(now),
                        attributes={"region": region},
                        identities=(Identity(kind=IdentityKind.PHONE, value=phone, verified=True),),
                        consents=(agreed,),
                    )
                )
        return phones

    def _signalled(self, name: str, facts: Json) -> bool:
        try:
            self.house.people("POST", "signals", id=name, kind="outage", facts=facts)
        except (NotSeenError, requests.RequestException):
            return False
        return True

    def _cards(self, service: str) -> list[Json]:
        channels = self.house.people("GET", "slack/channels")["channels"]
        found = next((each["id"] for each in channels if each["name"] == "care-approvals"), None)
        rows = self.house.people("GET", f"slack/channels/{found}/messages")["messages"] if found else []
        return [row | {"channel": found} for row in rows if service in json.dumps(row, ensure_ascii=False)]

    def _click(self, card: Json) -> None:
        elements = [e for b in card.get("blocks") or () if b["type"] == "actions" for e in b["elements"]]
        button = next((e for e in elements if e.get("action_id") == APPROVE), None)
        members = self.house.people("GET", "config").get("slack_users") or []
        priya = next(m["id"] for m in members if "Priya Nair" in (m.get("name"), m.get("real_name")))
        if button is not None:
            wish = {"channel": card["channel"], "ts": card["ts"], "value": button["value"], "user_id": priya}
            try:
                self.house.people("POST", "slack/click", action_id=APPROVE, **wish)
            except (NotSeenError, requests.RequestException):
                return  # she sees that it failed, and clicks again

    def _campaigns(self, service: str) -> dict[str, str]:
        """The states of the campaigns about a service, by their ids. Their words are encrypted: they are read one by
        one."""
        asked = select(campaigns.c.id, campaigns.c.state, campaigns.c.campaign)
        rows = self.house.read(lambda unit: list(unit.connection.execute(asked)))
        return {name: state for name, state, told in rows if service in str(told)}

    def _of_campaign(self, service: str, what: str) -> int:
        found = 0
        for name in self._campaigns(service):
            found += int(self.house.ask_store(what, campaign=name)[0][0] or 0)
        return found

    def _running(self, service: str) -> bool:
        return bool({"running", "done"} & set(self._campaigns(service).values()))

    def _votes(self, service: str) -> int:
        return self._of_campaign(service, "SELECT count(*) FROM campaign_votes WHERE campaign_id = :campaign")

    def _parked(self, service: str) -> int:
        return self._of_campaign(
            service,
            "SELECT count(*) FROM outbox WHERE state IN ('parked','refused') AND approval_id = :campaign",
        )

    def _end(self, played: Played, came: bool, who: str) -> None:
        if not came:
            # Not as it should be, but not lost either, where a person has been told to look.
            played.person = self._alerted(who) or self._with_person(played, who)
            played.lost = "" if played.person else f"nothing came of {who}"
            played.story = self._story(played) if played.lost else []
        played.done_at = time.monotonic()

    def _story(self, played: Played) -> list[str]:
        """What is known of who seems lost, so that a report can be read without the house it is from."""

        def tell(unit: SqlUnit) -> list[str]:
            ask = unit.connection.execute
            told = [f"sent {played.sent}"]
            found = set[str]()
            for ref in played.sent:
                rows = ask(select(events).where(events.c.delivery_id.contains(ref))).all()
                told += [f"event {r.kind} {r.state} {r.attempts} {r.result} {r.error}" for r in rows]
                found |= set(ask(_conversation_of(ref)).scalars())
            for name in sorted(found):
                for row in ask(select(conversations).where(conversations.c.id == name)):
                    told.append(f"{name}: {row.owner_kind} {row.owner_id}, ticket {row.ticket_id}, {row.channel}")
                written = select(messages).where(messages.c.conversation_id == name).order_by(messages.c.serial)
                told += [f"{r.at:%H:%M:%S} {r.role} {r.channel}: {r.text[:150]!r}" for r in ask(written)]
                made = select(decisions).where(decisions.c.conversation_id == name).order_by(decisions.c.serial)
                told += [f"{r.at:%H:%M:%S} decided {r.action} {r.rule}" for r in ask(made)]
                left = select(outbox).where(outbox.c.conversation_id == name).order_by(outbox.c.serial)
                told += [f"{r.changed_at:%H:%M:%S} effect {r.kind} {r.state} {r.attempts} {r.error}" for r in ask(left)]
                about = select(alerts).where(alerts.c.conversation_id == name)
                told += [f"alert {r.kind} {r.state} in {r.slack_channel} {r.slack_ts}" for r in ask(about)]
            return told

        return self.house.read(tell)

    def _with_person(self, played: Played, who: str) -> bool:
        """Whether a conversation of theirs is a team's or an agent's, or a card in Slack is about it. Whoever chats has
        no number by which one could be found, so what they wrote leads there."""

        def look(unit: SqlUnit) -> bool:
            ask = unit.connection.execute
            found = [conversation for ref in played.sent for conversation in ask(_conversation_of(ref)).scalars()]
            if who.startswith("+"):
                person = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=who))
                theirs = select(conversations.c.id).where(conversations.c.customer_id == (person.id if person else ""))
                found += ask(theirs).scalars()
            owned = select(conversations.c.id).where(
                conversations.c.id.in_(found), conversations.c.owner_kind.in_(("agent", "team"))
            )
            told = select(alerts.c.id).where(alerts.c.conversation_id.in_(found), alerts.c.slack_ts != "")
            return ask(owned).first() is not None or ask(told).first() is not None

        return self.house.read(look)


def _answer_to(question: str) -> str:
    """What somebody says who wants a visit, to whatever they are asked; empty where they are told something. Of a time
    that another took meanwhile they are told, and asked again."""
    asked = {"Warm, Door or Hub": "Door", "Shall I": "yes please", "\n1. ": "1"}
    return next((answer for words, answer in asked.items() if words in question), "")


def _conversation_of(ref: str) -> Select[Any]:
    return select(messages.c.conversation_id).where(messages.c.vendor_ref.endswith(f":{ref}"))


def mixed(chance: random.Random) -> list[str]:
    """One of each, in any order."""
    flows = ["inbound turn", "automatic reply", "chat", "handoff", "approval", "appointment", "sync"]
    chance.shuffle(flows)
    return flows
