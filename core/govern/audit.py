"""The proof from end to end: the chain, every sealed manifest, and that each message which left had its leave."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.govern.seal import SEALED, facts_of, verify_manifest, whole_of
from core.model.arm import Arm
from core.model.campaign import Campaign, is_message_to
from core.model.ids import ApprovalId, EffectId
from core.model.outbound import TO_CUSTOMER, Effect, EffectState, OutboxRow
from core.model.seal import GENESIS, Record
from core.ports import Unit
from core.privacy.erase import DONE
from core.privacy.retention import PURGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Under what a message left: a seal, the record with that serial, or what needs no manifest: a standing rule, or an
    approval of the time before there were seals."""

    sealed_at: int = 0
    not_after: datetime | None = None


def about_message(unit: Unit, said: Mapping[str, Any], leave: Leave | None, campaign: Campaign | None) -> Iterator[str]:
    """What is wrong with it, each in a few words."""
    if leave is None:
        by = f"approval {said['approval']}" if said.get("approval") else f"rule {said.get('rule')!r}"
        yield f"it left without leave: {by} was not in force when it was recorded"
    effect_id = EffectId(str(said.get("effect")))
    row = _row(unit, effect_id)
    if row is None:
        if not _same_digest(unit, unit.privacy.erased_effect(effect_id), said.get("digest") or ""):
            yield "its row in the outbox is gone or cannot be read"
        return
    yield from _differing(unit, said, row)
    if leave is not None and leave.not_after and row.first_sent_at and row.first_sent_at >= leave.not_after:
        yield "it left after its time had passed"
    if campaign is not None and not _in_manifest(unit, campaign, row.effect):
        yield "it is not in the manifest that was sealed"


def _same_digest(unit: Unit, kept: str | None, said: object) -> bool:
    """An earlier version kept them without a key."""
    one, other = (unit.ledger.as_written(SENT, {"digest": each}) for each in (kept, said))
    return one == other


def _row(unit: Unit, effect_id: EffectId) -> OutboxRow | None:
    try:
        return unit.outbox.get(effect_id)
    except (ValueError, KeyError, TypeError):  # stored text that is no effect any more
        return None


def _differing(unit: Unit, said: Mapping[str, Any], row: OutboxRow) -> Iterator[str]:
    """Each thing that the record and the row say otherwise."""
    effect = row.effect
    there: Mapping[str, Any] = {
        "effect": effect.id,
        "kind": effect.kind,
        "target": effect.target,
        "rule": effect.authority.rule,
        "approval": effect.authority.approval_id,
        "policy": effect.authority.policy_version,
        "ref": row.vendor_ref,
        "digest": effect.digest,
    }
    recorded, told = unit.ledger.as_written(SENT, there), unit.ledger.as_written(SENT, said)
    names = sorted(name for name, value in recorded.items() if told.get(name) != value)
    if "digest" in names or not row.verbatim:
        names = [*(name for name in names if name != "digest"), "text"]
    if row.state is not EffectState.SENT:
        names.append("state")
    if names:
        yield f"its row in the outbox was changed: {', '.join(names)}"


def _in_manifest(unit: Unit, campaign: Campaign, effect: Effect) -> bool:
    try:
        line = unit.campaigns.line(campaign.id, effect.target)
        if line is None or line.arm is not Arm.TREATED:
            return False
        return is_message_to(effect, campaign, line)
    except (ValueError, KeyError, TypeError):  # stored text that is no recipient of it any more
        return False


PAGE = 1000
SENT = "sent"
RECHAINED = "rechained"  # the records up to it were written anew once, with hashes in the place of addresses
IN_FORCE = frozenset({"policy_applied", "policy_restored"})
GONE = frozenset({DONE, PURGED})
OLDER = "approval"  # before manifests were sealed, each approval was a record of this kind

Standing = Callable[[str], frozenset[str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as it was written down. `serial` is the ledger's record, `ordinal` a line of a campaign's
    manifest."""

    text: str
    serial: int = 0
    campaign: str = ""
    ordinal: int | None = None
    effect: str = ""


@dataclass(slots=True, kw_only=True)
class Found:
    """What an audit has seen so far; complete once its faults have been iterated to the end."""

    records: int = 0
    seals: int = 0
    lines: int = 0
    by_seal: int = 0
    by_rule: int = 0
    first: Record | None = None
    last: Record | None = None
    seen_head: bool = False


@dataclass(slots=True, kw_only=True)
class Audit:
    """One pass over the ledger, in its order; memory grows with the number of campaigns, not of messages.

    `standing_of` says which standing rules the text of a policy version grants, None where there is no such text;
    `head` is a hash that was noted outside, to be found on the way."""

    unit: Unit
    standing_of: Standing
    head: str = ""
    found: Found = field(default_factory=Found)
    _applied: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _leaves: dict[str, Leave] = field(default_factory=dict)
    _campaign: tuple[str, Campaign | None] = ("", None)

    def faults(self) -> Iterator[Fault]:
        last, previous = 0, GENESIS
        while page := self.unit.ledger.records(last, PAGE):
            for record in page:
                yield from self._chained(record, last, previous)
                yield from self._meant(record)
                last, previous = record.serial, record.hash
                self.found.records += 1
                self.found.seen_head |= bool(self.head) and _is_head(record, self.head)
            self.found.first = self.found.first or page[0]
            self.found.last = page[-1]
        yield from self._not_once()
        if self.head and not self.found.seen_head:
            yield Fault(text=f"no record has the hash {self.head}: the end was cut off, or all was written anew")

    def _chained(self, record: Record, last: int, previous: str) -> Iterator[Fault]:
        if record.serial != last + 1:
            yield Fault(serial=record.serial, text=f"records are missing: {last} is followed by {record.serial}")
        elif record.previous != previous:
            yield Fault(serial=record.serial, text=f"record {record.serial} does not follow record {last}")
        elif not record.follows(last, previous):
            yield Fault(serial=record.serial, text=f"record {record.serial} ({record.kind}) was changed")

    def _meant(self, record: Record) -> Iterator[Fault]:
        """What the record says, held against what is stored."""
        try:
            said = record.said
        except ValueError:
            yield Fault(serial=record.serial, text=f"record {record.serial} ({record.kind}) cannot be read")
            return
        if record.kind in IN_FORCE:
            yield from self._in_force(record, str(said.get("version")))
        elif record.kind == SEALED:
            yield from self._sealed(record, dict(said))
        elif record.kind in GONE and self.unit.privacy.erased_digests(str(said.get("erasure"))) != said.get("effects"):
            text = f"record {record.serial}: what is kept of the messages that were erased was changed"
            yield Fault(serial=record.serial, text=text)
        elif record.kind == OLDER and said.get("verdict") == "approved":
            self._leaves.setdefault(str(said.get("approval")), Leave())
        elif record.kind == SENT and said.get("kind") in TO_CUSTOMER:
            yield from self._sent(record, dict(said))

    def _in_force(self, record: Record, version: str) -> Iterator[Fault]:
        self._applied[version] = self.standing_of(version)
        if self._applied[version] is None:
            yield Fault(serial=record.serial, text=f"the text of policy {version} is gone or is another's")

    # ------------------------------------------------------------ seals

    def _sealed(self, record: Record, said: dict[str, Any]) -> Iterator[Fault]:
        name = str(said.get("campaign"))
        self.found.seals += 1
        self._leaves[name] = Leave(not_after=_moment(said.get("not_after")), sealed_at=record.serial)
        for text, ordinal in self._against_seal(ApprovalId(name), said):
            yield Fault(serial=record.serial, campaign=name, ordinal=ordinal, text=f"campaign {name}: {text}")

    def _against_seal(self, name: ApprovalId, said: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
        row, campaign = self.unit.seals.get(name), self._of(name)
        if row is None or self.unit.ledger.as_written(SEALED, facts_of(row)) != said:
            yield "its seal is not what the ledger says", None
        if campaign is None and self.unit.privacy.erased_effect(EffectId(name)) == said.get("digest"):
            return  # it went to one person, who was erased
        if campaign is None:
            yield "it is not there any more, or cannot be read", None
            return
        if campaign.digest != said.get("digest"):
            yield "its words, facts or sources are not those that were sealed", None
        elif whole_of(campaign) != said.get("whole"):
            yield "something on its card is not what was sealed", None
        self.found.lines += campaign.size
        try:
            wrong = verify_manifest(self.unit, campaign)
        except (ValueError, KeyError, TypeError):  # stored text that is no recipient any more
            yield "one of its recipients cannot be read any more", None
            return
        if wrong is not None:
            whole = "its recipients are not those that were sealed"
            yield (f"recipient {wrong} is not what was sealed" if wrong else whole), wrong

    def _of(self, name: ApprovalId) -> Campaign | None:
        if self._campaign[0] != name:
            try:
                standing = self.unit.campaigns.get(name)
            except (ValueError, KeyError, TypeError):  # stored text that is no campaign any more
                standing = None
            self._campaign = (name, standing.campaign if standing else None)
        return self._campaign[1]

    # ------------------------------------------------------------ messages

    def _sent(self, record: Record, said: dict[str, Any]) -> Iterator[Fault]:
        effect = str(said.get("effect"))
        leave = self._leaves.get(str(said["approval"])) if said.get("approval") else self._by_rule(said)
        if said.get("approval"):
            self.found.by_seal += 1
        else:
            self.found.by_rule += 1
        campaign = self._of(ApprovalId(said["approval"])) if leave and leave.sealed_at else None
        for text in about_message(self.unit, said, leave, campaign):
            yield Fault(serial=record.serial, effect=effect, text=f"record {record.serial}, message {effect}: {text}")

    def _not_once(self) -> Iterator[Fault]:
        """What the records one by one cannot tell: one too many of them, or none."""
        for effect, records in self.unit.ledger.not_once():
            said = f"its leaving is recorded {records} times" if records else "it left, and no record says so"
            yield Fault(effect=effect, text=f"effect {effect}: {said}")

    def _by_rule(self, said: dict[str, Any]) -> Leave | None:
        version = str(said.get("policy"))
        if version not in self._applied:
            return None
        granted = self._applied[version]
        return Leave() if granted is None or said.get("rule") in granted else None


def _is_head(record: Record, head: str) -> bool:
    """A head that was noted before addresses became hashes stands in the record of that."""
    return record.hash.startswith(head) or (record.kind == RECHAINED and f'"old_head":"{head}' in record.facts)


def _moment(found: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(found))
    except ValueError:
        return None
