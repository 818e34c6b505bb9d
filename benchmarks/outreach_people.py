"""Filling a store with people whom a campaign may be about, made by the database itself."""

from collections.abc import Iterator

from sqlalchemy import Engine, create_engine, text

from connectors.sql.engine import database_url
from connectors.sql.schema import upgrade

REGION = "north"
# In no order, as real ones are, and as long.
_ID = "'cu_' || CAST(1000000000000 + (i * 48271) % 999999999989 AS TEXT)"
# One in five is in America, one in five has no time zone on their profile.
_PHONE = "CASE WHEN i % 5 = 0 THEN '+1212' || (2000000 + i) ELSE '+447' || (400000000 + i) END"
_ZONE = (
    "CASE i % 5 WHEN 0 THEN 'America/New_York' WHEN 1 THEN 'Europe/London' WHEN 2 THEN 'Europe/Berlin'"
    " WHEN 3 THEN 'Asia/Tokyo' END"
)
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :size)"


def filled(url: str, size: int) -> None:
    """A migrated store with so many people in the region, nine in ten of whom have agreed to text messages."""
    upgrade(url)
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        for statement in _statements(engine):
            connection.execute(text(statement), {"size": size})
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _statements(engine: Engine) -> Iterator[str]:
    moment = "CAST('{}' AS TIMESTAMPTZ)" if engine.dialect.name == "postgresql" else "'{}'"
    january, march = (moment.format(f"2026-0{month}-01 09:00:00.000000") for month in (1, 3))
    names = "id, name, tier, locale, time_zone, organization"
    tier = "CASE WHEN i % 10 = 0 THEN 'business' WHEN i % 4 = 0 THEN 'plus' ELSE 'standard' END"
    locale = "CASE WHEN i % 5 = 2 THEN 'de' ELSE 'en-GB' END"
    yield _insert("customers", names, f"{_ID}, 'Person ' || i, {tier}, {locale}, {_ZONE}, NULL")
    yield _insert("customer_attributes", "customer_id, name, value", f"{_ID}, 'region', '{REGION}'")
    yield _insert("customer_attributes", "customer_id, name, value", f"{_ID}, 'devices', 'warm,door'")
    known = "kind, value, customer_id, verified"
    yield _insert("identities", known, f"'phone', {_PHONE}, {_ID}, true")
    yield _insert("identities", known, f"'email', 'person' || i || '@shop.example', {_ID}, true")
    said = "id, customer_id, channel, purpose, granted, at, source, wording"
    yes = "'sms', 'service', true, {}, 'web form', 'Yes, text me.'"
    yield _insert("consents", said, f"'cs_a' || i, {_ID}, {yes.format(january)}", "i % 20 <> 0")
    no = "'sms', 'service', false, {}, 'the customer, by sms', 'STOP'"
    yield _insert("consents", said, f"'cs_b' || i, {_ID}, {no.format(march)}", "i % 20 = 1")
    whatsapp = "'whatsapp', 'service', true, {}, 'web form', 'Yes'"
    yield _insert("consents", said, f"'cs_c' || i, {_ID}, {whatsapp.format(january)}", "i % 5 = 3")
    wish = 'customer_id, name, value, source, at, "by", evidence'
    values = f"{_ID}, 'quiet_hours', '21:00-09:30', 'said', {january}, '', ''"
    yield _insert("profile_facts", wish, values, "i % 20 = 7")
    values = f"{_ID}, 'preferred_channel', 'whatsapp', 'said', {january}, '', ''"
    yield _insert("profile_facts", wish, values, "i % 20 = 13")


def _insert(table: str, columns: str, values: str, where: str = "i > 0") -> str:
    rows = f"{_NUMBERS} SELECT {values} FROM n WHERE {where}"  # noqa: S608 - our own names and numbers
    return f"INSERT INTO {table} ({columns}) {rows}"
