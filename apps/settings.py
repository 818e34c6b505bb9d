"""Settings: the environment first, then one `handrail.toml`, read here and nowhere else into one frozen value.

Secrets come from the environment (`HANDRAIL_X`), from a file that it names (`HANDRAIL_X_FILE`) or from the secrets
folder, where each lies in a file named as its key; never from the TOML file. They are never printed: a `Secret` shows
itself as dots.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from apps.known_settings import SETTINGS, Setting
from apps.secret_files import read_secret
from apps.toml_file import read_toml
from core.errors import ConfigurationError

NO_TOML = " (there is no handrail.toml in this folder: go to the one where it lies, or begin with `handrail init`)"
CONNECTED = frozenset({"zendesk", "twilio", "slack"})  # the vendors that `handrail connect` knows


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is used, never shown."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "••••" if self.value else "(not set)"

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked. Read with `settings["zendesk.subdomain"]`; secrets with `settings.secret(...)`."""

    # An address of a database or a queue may hold a password.
    values: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, Secret]

    def __getitem__(self, key: str) -> str:
        return self.values[key]

    def secret(self, key: str) -> str:
        return self.secrets[key].value

    def on(self, key: str) -> bool:
        return self.values[key] == "true"

    @property
    def data_dir(self) -> Path:
        return Path(self.values["data_dir"])

    @property
    def store_url(self) -> str:
        return self.values["store_url"] or f"sqlite:///{self.data_dir / 'handrail.db'}"

    @property
    def queue_url(self) -> str:
        """The embedded server listens on a socket in a folder of its own; its file is the address."""
        return self.values["queue_url"] or f"redis+socket://{(self.data_dir / 'queue' / 'queue.sock').resolve()}"


def settings_here(*, needed: Collection[str] | None = None) -> Settings:
    """From the environment, then `handrail.toml` (or the file that HANDRAIL_CONFIG names); see `read_settings`."""
    return read_settings(os.environ, Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml")), needed=needed)


def read_settings(
    environ: Mapping[str, str], toml: Path | None = None, *, needed: Collection[str] | None = None
) -> Settings:
    """Read and check everything. Where only part of it is used, `needed` names what must be set; other settings that
    have no default may then be missing and are empty.

    Raises:
        ConfigurationError: one message with every problem: the variable's name and what to do.
    """
    problems: list[str] = []
    if toml is not None and environ.get("HANDRAIL_CONFIG") and not toml.exists():
        problems.append("HANDRAIL_CONFIG names a file that is not there: correct the path, or leave it out.")
    file = read_toml(toml, problems)
    if file == {} and problems:
        # What stands in it would only be told as missing.
        raise ConfigurationError(_told(problems, ""))
    folder = secrets_folder(environ, toml, file)
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for known in SETTINGS if needed is None else _eased(needed):
        setting = replace(known, default="") if _needless(known, environ, file) else known
        if setting.secret:
            secrets[setting.key] = Secret(_secret(setting, environ, file, folder, problems))
        else:
            values[setting.key] = _plain(setting, environ, file, problems)
    problems += _unknown(environ, file)
    if problems:
        nowhere = toml is not None and not toml.exists()
        raise ConfigurationError(_told(problems, NO_TOML if nowhere else ""))
    return Settings(values=values, secrets=secrets)


def _told(problems: list[str], more: str) -> str:
    lines = "\n".join(f"  - {problem}" for problem in problems)
    return f"Handrail cannot go on, {len(problems)} setting(s) need attention{more}:\n{lines}"


def _way(setting: Setting) -> str:
    """What to do where it is missing, up to the places where it may be set."""
    vendor = setting.key.partition(".")[0]
    return f"`handrail connect {vendor}` asks for it; or set it" if vendor in CONNECTED else "Set it"


def _eased(needed: Collection[str]) -> Iterator[Setting]:
    for setting in SETTINGS:
        missing = setting.default is None and setting.key not in needed
        yield replace(setting, default="") if missing else setting


def _needless(setting: Setting, environ: Mapping[str, str], file: Mapping[str, str]) -> bool:
    other = next((each for each in SETTINGS if each.key == setting.unless), None)
    return other is not None and bool(environ.get(other.variable) or file.get(other.key))


def _plain(setting: Setting, environ: Mapping[str, str], file: Mapping[str, str], problems: list[str]) -> str:
    value = environ.get(setting.variable) or file.get(setting.key) or setting.default
    if value is None:
        way = f"{_way(setting)}, or {setting.key} in handrail.toml"
        problems.append(f"{setting.variable} is missing: {setting.help}. {way}.")
        return ""
    if setting.choices and value not in setting.choices:
        problems.append(f"{setting.variable} is {value!r}: use one of {', '.join(setting.choices)}.")
    if value and setting.form and not setting.form.fits(value):
        problems.append(f"{setting.variable} is {value!r}: {setting.form.words}.")
    return value


def secrets_folder(environ: Mapping[str, str], toml: Path | None, file: Mapping[str, str]) -> Path | None:
    """Where secrets lie, `file` being what stands in the TOML file. None: there is no such file to be beside of, and
    nobody named a folder."""
    setting = next(each for each in SETTINGS if each.key == "secrets_dir")
    named = environ.get(setting.variable) or file.get(setting.key)
    if toml is None:
        return Path(named) if named else None
    return toml.parent / (named or str(setting.default))


def _secret(
    setting: Setting,
    environ: Mapping[str, str],
    file: Mapping[str, str],
    folder: Path | None,
    problems: list[str],
) -> str:
    if setting.key in file:
        problems.append(f"{setting.key} stands in handrail.toml: secrets belong in {setting.variable} (or …_FILE).")
    if environ.get(setting.variable, "").strip():
        return environ[setting.variable].strip()
    path = environ.get(f"{setting.variable}_FILE")
    if path:
        return read_secret(Path(path), f"{setting.variable}_FILE", problems)
    kept = folder / setting.key if folder is not None else None
    # A link to a file that is gone is told as a problem, not passed over as a secret that nobody set.
    if kept is not None and os.path.lexists(kept):
        return read_secret(kept, str(kept), problems)
    if setting.default is None:
        where = f", or write it into {kept}" if kept is not None else ""
        way = f"{_way(setting)}, or {setting.variable}_FILE{where}"
        problems.append(f"{setting.variable} is missing: {setting.help}. {way}.")
    return ""


def _unknown(environ: Mapping[str, str], file: Mapping[str, str]) -> list[str]:
    """A misspelt setting would silently do nothing, so it is a problem like any other."""
    keys = {setting.key for setting in SETTINGS}
    variables = {s.variable for s in SETTINGS} | {f"{s.variable}_FILE" for s in SETTINGS if s.secret} | OTHER_VARIABLES
    wrong = [
        f"{key} in handrail.toml is no setting of Handrail: check its spelling." for key in file if key not in keys
    ]
    strange = sorted(v for v in environ if v.startswith("HANDRAIL_") and v not in variables)
    return wrong + [f"{variable} is no setting of Handrail: check its spelling." for variable in strange]


# Read by the command line and the tests, not settings of the product.
OTHER_VARIABLES = frozenset({"HANDRAIL_SHARED", "HANDRAIL_CONFIG", "HANDRAIL_CHROMIUM", "HANDRAIL_STORY_CLOCK"})
