"""What an approval is in the end: a seal over a manifest, under which its messages leave and nothing else does."""

from dataclasses import dataclass
from datetime import datetime

from core.model.ids import ApprovalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Somebody whose yes is in a seal, in the role that the policy gave them at that moment."""

    email: str
    role: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`digest` is the campaign's, over every word of it; `root` is over the digests of its `size` recipients' messages;
    `whole` is over all else that is stored of the campaign. The words are those that `composer` made under
    `policy_version`. It has sealers, or the `standing` rule of that version in their place. It could be made until
    `expires_at`; nothing leaves under it from `not_after` on."""

    campaign_id: ApprovalId
    digest: str
    root: str
    size: int
    whole: str
    policy_version: str
    composer: str
    at: datetime
    expires_at: datetime
    not_after: datetime
    sealers: tuple[Sealer, ...] = ()
    standing: str = ""
