"""`handrail init`: the files that an installation begins with. No secret stands in any of them."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from marshmallow import fields

from apps.install.place import BY_KEY, Place
from apps.install.talk import Talk
from apps.install.vendors import HINTS
from apps.setting_types import Setting
from core.errors import ConfigurationError

STARTER = Path(__file__).parents[1] / "starter"
TOML, POLICY, STYLE = "handrail.toml", "policy.yaml", "style.yaml"
APPROVER = Setting(
    "the e-mail address of whoever approves what goes out, as Slack knows them",
    form=fields.Email(error_messages={"invalid": "write an e-mail address, such as priya.nair@larkfield.example"}),
    key="approver",
)
ASKED = ("company", "public_url", "zendesk.subdomain", "zendesk.email")
# Nobody has to think of these: they are ours alone, and long and random is all they must be.
MADE_UP = ("api_key", "session_secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the starting policy calls things; the group must be one of the helpdesk's. `approvers` are the e-mail
    addresses of those who approve outreach and sign for a change of what raises an alarm."""

    group: str = "Support"
    alerts: str = "#support-alerts"
    approvals: str = "#support-approvals"
    approvers: tuple[str, ...] = ()


def start(folder: Path, given: Mapping[str, str], names: Names, talk: Talk) -> None:
    """Write the files.

    Raises:
        ConfigurationError: one of them is there already, or something is missing and nobody can be asked. Nothing was
            written then.
    """
    there = [name for name in (TOML, POLICY, STYLE) if (folder / name).exists()]
    if there:
        raise ConfigurationError(
            f"already there in {folder.resolve()}: {', '.join(there)}. Nothing was written; take another folder "
            "(--folder), or change what you have."
        )
    answers = _answers(given, names.approvers, talk)
    names = replace(names, approvers=names.approvers or (talk.answer(APPROVER),))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TOML).write_text(toml_text(answers), encoding="utf-8")
    (folder / POLICY).write_text(policy_text(names), encoding="utf-8")
    (folder / STYLE).write_text((STARTER / STYLE).read_text(encoding="utf-8"), encoding="utf-8")
    place = Place(toml=folder / TOML, environ={})
    place.keep({key: secrets.token_urlsafe(32) for key in MADE_UP if not (place.secrets / key).exists()})
    _tell(folder, talk)


def _answers(given: Mapping[str, str], approvers: Sequence[str], talk: Talk) -> dict[str, str]:
    wrong = [f"  - {_flag(key)}: {problem}." for key, value in given.items() if (problem := BY_KEY[key].problem(value))]
    missing = [key for key in ASKED if key not in given]
    wrong += [f"  - --approver: {problem}." for each in approvers if (problem := APPROVER.problem(each))]
    if not approvers and not talk.asks:
        wrong.append(f"  - --approver: {APPROVER.help}.")
    if missing and not talk.asks:
        wrong += [f"  - {_flag(key)}: {HINTS[key]}." for key in missing]
    if wrong:
        raise ConfigurationError("handrail init needs to know more:\n" + "\n".join(wrong))
    return {**given, **{key: talk.answer(BY_KEY[key], HINTS[key]) for key in missing}}


def _flag(key: str) -> str:
    return f"--{key.removeprefix('zendesk.').replace('.', '-').replace('_', '-')}"


def toml_text(values: Mapping[str, str]) -> str:
    """handrail.toml, with a word on each line that is not plain."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("What this installation of Handrail is told. Secrets never stand here: each lies in"))
    document.add(tomlkit.comment("a file of its own in secrets/, or in the environment. docs/going-live.md"))
    document.add("company", tomlkit.item(values["company"]).comment("as customers know it"))
    document.add("public_url", tomlkit.item(values["public_url"]).comment("where the vendors reach this server"))
    document.add("policy", tomlkit.item(POLICY).comment("who owns what; handrail policy apply puts a change in force"))
    document.add("style", tomlkit.item(STYLE).comment("how drafts sound"))
    table = tomlkit.table()
    table.add("subdomain", values["zendesk.subdomain"])
    table.add("email", tomlkit.item(values["zendesk.email"]).comment("the integration user; an admin while connecting"))
    document.add(tomlkit.nl())
    document.add("zendesk", table)
    return tomlkit.dumps(document)


def policy_text(names: Names) -> str:
    """The careful policy, with the names that were given; whatever is changed is still a policy."""
    text = (STARTER / POLICY).read_text(encoding="utf-8")
    for before, after in (("#support-alerts", names.alerts), ("#support-approvals", names.approvals)):
        text = text.replace(f'"{before}"', f'"{after}"')
    # Quoted, a name may hold what YAML would read as its own: a comma, a colon.
    quoted = names.group if names.group.replace(" ", "").isalnum() else json.dumps(names.group, ensure_ascii=False)
    for place in ("group: {}", "  {}: {{}}"):
        text = text.replace(place.format("Support"), place.format(quoted))
    listed = ", ".join(json.dumps(each) for each in names.approvers)
    people = ", ".join(f"{{email: {json.dumps(each)}, role: supervisor}}" for each in names.approvers)
    text = text.replace("approvers: []}", f"approvers: [{people}]}}")
    signing = f"signoffs:\n  roles: {{supervisor: [{listed}]}}\n  sections: {{triggers: [supervisor]}}"
    return text.replace("signoffs: {}", signing)


def _tell(folder: Path, talk: Talk) -> None:
    talk.say(f"Written in {folder.resolve()}:")
    talk.say(f"  {TOML}   what this installation is told; no secret stands in it")
    talk.say(f"  {POLICY}     a careful policy: agents get drafts, nothing is answered automatically")
    talk.say(f"  {STYLE}      how drafts sound")
    talk.say("  secrets/        readable by you alone, ignored by git; two random secrets are in it")
    talk.say("Next: handrail people add YOU@… makes the key that proves who gives a command.")
    talk.say("Then: handrail connect zendesk --dry-run shows what would be made there; without --dry-run it is made.")
