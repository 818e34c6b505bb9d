"""The settings of what the company's other systems tell of a customer."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

PROFILE: tuple[Setting, ...] = (
    Setting(
        key="profile.url",
        default="",
        form=URL,
        help="the address that the paths of the mapping file begin at; empty: no system is asked over HTTP",
    ),
    Setting(
        key="profile.mapping",
        default="",
        help="the JSON file that says which path is asked and where in the answer each fact stands",
    ),
    Setting(key="profile.token", secret=True, default="", help="the bearer token that those systems ask for"),
    Setting(
        key="profile.sql_url",
        secret=True,
        default="",
        help="a database of the company's with facts about customers, e.g. postgresql+psycopg://… ; empty: none",
    ),
    Setting(
        key="profile.sql_query",
        default="",
        help="the file with the one query that is asked there, with places :email, :phone, :helpdesk or :external",
    ),
    Setting(
        key="profile.sql_source",
        default="analytics",
        choices=("crm", "billing", "analytics", "orders"),
        help="which kind of system that database belongs to",
    ),
    Setting(key="profile.sql_name", default="Product analytics", help="how agents know that database"),
    Setting(
        key="profile.trusted",
        default="agent, orders, billing, crm, helpdesk, analytics, said",
        help="whose word on a fact holds where several say different things, the most trusted first",
    ),
    Setting(key="profile.fresh_minutes", default="5", help="how long an answer of those systems is believed"),
)
