"""What is known of one setting: its key, its default and how its value must look."""

from dataclasses import dataclass

from apps.setting_forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its variable is `HANDRAIL_` and the key in capitals, its place in the TOML file the dotted key.
    `unless` names another one that, where it is set, makes this one needless."""

    key: str
    help: str
    default: str | None = None
    unless: str = ""
    secret: bool = False
    choices: tuple[str, ...] = ()
    form: Form | None = None

    @property
    def variable(self) -> str:
        return "HANDRAIL_" + self.key.replace(".", "_").upper()
