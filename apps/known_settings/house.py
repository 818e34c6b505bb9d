"""The settings of the installation itself: its folders, addresses, files and own secrets."""

from apps.known_settings.setting import Setting
from apps.setting_forms import ADDRESS, URL

HOUSE: tuple[Setting, ...] = (
    Setting(key="data_dir", default="var/handrail", help="the folder for the database, caches and the embedded queue"),
    Setting(
        key="secrets_dir",
        default="secrets",
        help="the folder with one file for each secret, beside handrail.toml unless the path is absolute",
    ),
    Setting(key="store_url", default="", help="the database, e.g. postgresql+psycopg://… ; empty: SQLite in data_dir"),
    Setting(key="queue_url", default="", help="redis://… of a Redis server; empty: the embedded one"),
    Setting(
        key="public_url",
        form=URL,
        help="the address at which the vendors reach this server, e.g. https://desk.example.com",
    ),
    Setting(key="listen", default="127.0.0.1:8800", form=ADDRESS, help="host:port that the web process binds"),
    Setting(
        key="web_workers",
        default="2",
        choices=("1", "2", "3", "4"),
        help="processes that answer HTTP, one for each core; a second one takes about 100 MB",
    ),
    Setting(key="company", default="our team", help="the company's name as customers know it"),
    Setting(key="frame_ancestors", default="", help="who may frame the sidebar; empty: Zendesk"),
    Setting(key="policy", default="policy.yaml", help="the policy file"),
    Setting(key="style", default="", help="the style card; empty: the one that comes with Handrail"),
    Setting(key="scenarios", default="", help="the file of refund rules; empty: nothing is offered to agents"),
    Setting(key="handle_times", default="", help="what `handrail route learn` has written; empty: unknown"),
    Setting(key="intents", default="", help="the intents file; empty: no intent is recognised"),
    Setting(key="api_key", secret=True, help="a long random text; callers of /signals and /decisions send it"),
    Setting(key="session_secret", secret=True, help="a long random text that signs the sidebar's sessions"),
)
