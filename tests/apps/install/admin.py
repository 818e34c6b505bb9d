"""An admin with a folder of their own, and vendors that answer over HTTP."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from apps.install.connecting import Connecting, Disconnecting
from apps.install.place import Place
from apps.install.plan import Step
from apps.install.starting import Names, start
from apps.install.talk import Talk
from apps.install.vendors import Wish
from apps.setting_types import Setting
from apps.toml_file import read_toml
from tests.apps.sandbox.running import Sandbox

DESK = "https://desk.larkfield.example"
BEGUN = {
    "company": "Larkfield Home",
    "public_url": DESK,
    "zendesk.subdomain": "larkfield",
    "zendesk.email": "integration@larkfield.example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing(Talk):
    """Answers what is asked with what was laid out for it; `agrees` to a plan or not."""

    answers: Mapping[str, str] = field(default_factory=dict)
    agrees: bool = True

    def answer(self, setting: Setting, hint: str = "", default: str = "") -> str:
        self.out(f"? {setting.key}")
        return self.answers[setting.key]

    def ask_to_agree(self, steps: object) -> bool:
        return self.agrees


@dataclass(kw_only=True)
class Admin:
    """`heard` is what the last command said."""

    folder: Path
    sandbox: Sandbox
    environ: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """What `handrail init` writes, and the credentials of all three vendors."""
        names = Names(
            group="Customer care",
            alerts="#care-alerts",
            approvals="#care-approvals",
            approvers=("priya.nair@larkfield.example",),
        )
        start(self.folder, BEGUN, names, Talk(asks=False, out=self.heard.append, err=self.heard.append))
        known = self.sandbox.world.settings
        self.place.keep(
            {
                "zendesk.token": known.zendesk_token,
                "twilio.auth_token": known.twilio_auth_token,
                "twilio.account_sid": known.twilio_account_sid,
                "twilio.sms_number": "+15005550006",
                "slack.bot_token": known.slack_bot_token,
                "slack.signing_secret": known.slack_signing_secret,
            }
        )

    @property
    def place(self) -> Place:
        url = self.sandbox.url
        # Nothing of the machine's own settings gets in; only where the vendors are, and where the store is.
        there = {
            "HANDRAIL_ZENDESK_URL": f"{url}/zendesk",
            "HANDRAIL_TWILIO_URL": f"{url}/twilio",
            "HANDRAIL_SLACK_URL": f"{url}/slack/api/",
            "HANDRAIL_DATA_DIR": str(self.folder / "data"),
            "HANDRAIL_POLICY": str(self.folder / "policy.yaml"),
        }
        return Place(toml=self.folder / "handrail.toml", environ=there | self.environ)

    @property
    def toml(self) -> dict[str, str]:
        return read_toml(self.folder / "handrail.toml", [])

    def secret(self, key: str) -> str:
        path = self.folder / "secrets" / key
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    def connect(self, *vendors: str, wish: Wish | None = None, dry_run: bool = False, talk: Talk | None = None) -> int:
        """The exit code of `handrail connect`."""
        self.heard.clear()
        connecting = Connecting(place=self.place, talk=talk or self._talk, wish=wish or Wish(), dry_run=dry_run)
        return connecting.all(vendors)

    def disconnect(self, vendor: str, *, wish: Wish | None = None, dry_run: bool = False, forget: bool = False) -> int:
        self.heard.clear()
        disconnecting = Disconnecting(
            place=self.place, talk=self._talk, wish=wish or Wish(), dry_run=dry_run, forget=forget
        )
        return disconnecting.vendor(vendor)

    def types(self, agrees: bool = True, **answers: str) -> Typing:
        """A talk that asks; `zendesk__token` is the answer to zendesk.token."""
        given = {key.replace("__", "."): value for key, value in answers.items()}
        return Typing(asks=True, out=self.heard.append, err=self.heard.append, answers=given, agrees=agrees)

    @property
    def _talk(self) -> Talk:
        return Talk(asks=False, out=self.heard.append, err=self.heard.append)

    def did(self) -> list[str]:
        """The first word of each step that was told, in order: created, kept …"""
        return [line.split()[0] for line in self.heard if line.startswith("  ") and line[2] != " " and line.split()]

    def told(self, words: str) -> bool:
        return any(words in line for line in self.heard)

    def files(self) -> dict[str, bytes]:
        """Everything that lies in the admin's folder but the store."""
        listed = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in listed if "data" not in p.parts}

    def lose_the_store(self) -> None:
        shutil.rmtree(self.folder / "data")


def steps_of(steps: Sequence[Step]) -> list[tuple[str, str]]:
    return [(step.kind.value, step.what) for step in steps]
