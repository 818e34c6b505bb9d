"""Who may be the same person, with the evidence. A proposal for an agent: nothing is ever merged because of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from core.model.customer import Customer, IdentityKind
from core.model.ids import CustomerId
from core.model.profile import Link
from core.ports import Unit

MOST = 3  # proposals beside a ticket
LOOKED_AT = 40  # links
WORTH_SHOWING = 0.5
# Where everybody has their mail: a shared domain says nothing there.
ANYBODYS = frozenset(
    """
    aol.com gmail.com gmx.com gmx.de gmx.net googlemail.com hotmail.com hotmail.co.uk hotmail.fr icloud.com live.com
    mail.com me.com msn.com orange.fr outlook.com outlook.de posteo.de proton.me protonmail.com t-online.de web.de
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.fr docomo.ne.jp uol.com.br wanadoo.fr example.com example.org example.net
    """.split()  # noqa: SIM905 - words are read as a text
)
# How much each kind of evidence says, from 0 to 1. `said_`: written by the customer, `helpdesk_`: in a profile there,
# `both_`: said by the two of them alike.
WEIGHTS: Mapping[str, float] = {
    "said_email": 0.7,
    "said_phone": 0.7,
    "helpdesk_phone": 0.6,
    "helpdesk_email": 0.7,
    "both_email": 0.6,
    "both_phone": 0.6,
    "both_order": 0.5,
    "said_order": 0.5,
    "name": 0.3,
    "organization": 0.4,
    "domain": 0.4,
}
# Two colleagues share these; they count only beside something that is one person's.
OF_A_COMPANY = frozenset({"organization", "domain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody who may be the same person. `similarity` from 0 to 1; `links` the evidence, weightiest first."""

    customer: Customer
    similarity: float
    links: tuple[Link, ...]


def proposals(unit: Unit, here: Customer) -> list[Proposal]:
    """The likeliest, best first."""
    links: dict[CustomerId, list[Link]] = {}
    for name, link in unit.profiles.find_linked(here, LOOKED_AT):
        links.setdefault(name, []).append(link)
    others = unit.customers.many(list(links))
    found = [made for other in others if (made := proposal(here, other, links[other.id])) is not None]
    return sorted(found, key=lambda each: (-each.similarity, each.customer.id))[:MOST]


def proposal(here: Customer, other: Customer, shared: Iterable[Link]) -> Proposal | None:
    """None where what they share says too little."""
    links = {link.kind: link for link in (*shared, *_company(here, other))}
    if not links.keys() - OF_A_COMPANY:
        return None
    similarity = 1 - prod(1 - WEIGHTS.get(kind, 0.0) for kind in links)
    if similarity < WORTH_SHOWING or _two_logins(here, other, links.keys()):
        return None
    best = sorted(links.values(), key=lambda link: (-WEIGHTS.get(link.kind, 0.0), link.kind))
    return Proposal(customer=other, similarity=similarity, links=tuple(best))


def _company(here: Customer, other: Customer) -> Iterable[Link]:
    if here.organization and here.organization == other.organization:
        yield Link(kind="organization", value=here.organization)
    ours, theirs = domains(here), domains(other)
    for domain in sorted(ours & theirs):
        yield Link(kind="domain", value=domain)


def domains(customer: Customer) -> set[str]:
    """Of the company addresses among the customer's."""
    mails = (i.value for i in customer.identities if i.kind is IdentityKind.EMAIL)
    return {mail.rpartition("@")[2] for mail in mails} - ANYBODYS


def _two_logins(here: Customer, other: Customer, kinds: Iterable[str]) -> bool:
    """Two colleagues of one name who write from two verified addresses of one company are two, unless more says so."""
    if set(kinds) - {"name", *OF_A_COMPANY}:
        return False
    mails = [{i.value for i in c.identities if i.kind is IdentityKind.EMAIL and i.verified} for c in (here, other)]
    return all(mails) and not mails[0] & mails[1]
