"""The policy's versions, its sign-offs, and which version is in force."""

from datetime import datetime

from sqlalchemy import insert, select, update

from connectors.sql import codec
from connectors.sql.statements import Repository, insert_once, take_turn
from connectors.sql.tables import policies, policy_enactments, policy_signoffs
from core.errors import ConflictError
from core.model.enacted import Enactment, PolicyText, SignOff

_NEWEST = select(policy_enactments).order_by(policy_enactments.c.serial.desc()).limit(1)
_VERSION = select(policy_enactments.c.version).order_by(policy_enactments.c.serial.desc()).limit(1)


class SqlPolicyTable(Repository):
    """`core.ports.PolicyTable`."""

    def keep(self, policy: PolicyText) -> None:
        insert_once(self._connection, policies, codec.to_row(policy))

    def text(self, version: str) -> PolicyText | None:
        row = self._connection.execute(select(policies).where(policies.c.version == version)).one_or_none()
        return None if row is None else codec.of_row(PolicyText, row)

    def version(self) -> str | None:
        return self._connection.execute(_VERSION).scalar_one_or_none()

    def in_force(self) -> Enactment | None:
        row = self._connection.execute(_NEWEST).one_or_none()
        return None if row is None else codec.of_row(Enactment, row)

    def enact(self, enactment: Enactment) -> None:
        # On PostgreSQL two appliers could both read the version that each believes to replace.
        take_turn(self._connection)
        found = self.version()
        if found != enactment.replaced:
            raise ConflictError(f"version {found} is in force by now: look at what changed, then apply again")
        self._connection.execute(insert(policy_enactments).values(codec.to_row(enactment, "serial")))

    def enactments(self) -> list[Enactment]:
        newest_first = select(policy_enactments).order_by(policy_enactments.c.serial.desc())
        return [codec.of_row(Enactment, row) for row in self._connection.execute(newest_first)]

    def sign(self, signoff: SignOff) -> bool:
        take_turn(self._connection)
        known = self.signoffs(signoff.section, signoff.before, signoff.after)
        if any((s.role, s.person) == (signoff.role, signoff.person) for s in known):
            return False
        self._connection.execute(insert(policy_signoffs).values(codec.to_row(signoff)))
        return True

    def signoffs(self, section: str, before: str, after: str) -> list[SignOff]:
        columns = policy_signoffs.c
        mine = select(policy_signoffs).where(
            columns.section == section, columns.before == before, columns.after == after, columns.spent_at.is_(None)
        )
        return [codec.of_row(SignOff, row) for row in self._connection.execute(mine.order_by(columns.serial))]

    def spend(self, section: str, at: datetime) -> None:
        open_ones = update(policy_signoffs).where(
            policy_signoffs.c.section == section, policy_signoffs.c.spent_at.is_(None)
        )
        self._connection.execute(open_ones.values(spent_at=at))

    def list_sign_offs(self, limit: int) -> list[SignOff]:
        newest_first = select(policy_signoffs).order_by(policy_signoffs.c.serial.desc()).limit(limit)
        return [codec.of_row(SignOff, row) for row in self._connection.execute(newest_first)]
