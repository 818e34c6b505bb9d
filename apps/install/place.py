"""Where an installation's settings come from, and where what was found at the vendors is kept."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from apps.secret_files import forget_secret, keep_secret
from apps.setting_types import Setting
from apps.settings import SETTINGS, Settings, read_settings, secrets_folder, toml_here
from apps.toml_file import change_toml, read_toml
from core.errors import ConfigurationError

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`answers` are what a person has just said, not kept anywhere yet."""

    toml: Path
    environ: Mapping[str, str] = field(repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def settings(self, needed: Collection[str] | None = ()) -> Settings:
        """Raises ConfigurationError with every problem; of what is missing only `needed` counts (None: everything)."""
        answered = {BY_KEY[key].variable: value for key, value in self.answers.items()}
        return read_settings({**self.environ, **answered}, self.toml, needed=needed)

    def answered(self, answers: Mapping[str, str]) -> "Place":
        return replace(self, answers={**self.answers, **answers})

    @property
    def secrets(self) -> Path:
        """The secrets folder, whether it is there or not."""
        folder = secrets_folder(self.environ, self.toml, read_toml(self.toml, []))
        return folder if folder is not None else self.toml.parent / "secrets"

    def keep(self, found: Mapping[str, str]) -> None:
        """Secrets into their folder, everything else into handrail.toml.

        Raises ConfigurationError where that cannot be written."""
        try:
            for key, value in found.items():
                if BY_KEY[key].secret:
                    keep_secret(self.secrets, key, value)
        except OSError as error:
            raise ConfigurationError(
                f"{key} cannot be kept in {self.secrets} ({error.strerror}): set secrets_dir to a folder that can be "
                f"written, or set {BY_KEY[key].variable} yourself."
            ) from error
        plain = {key: value for key, value in found.items() if not BY_KEY[key].secret}
        if plain:
            change_toml(self.toml, plain)

    def forget(self, keys: Iterable[str]) -> None:
        """Take keys out of both."""
        keys = list(keys)
        for key in keys:
            forget_secret(self.secrets, key)
        if self.toml.exists():
            change_toml(self.toml, {key: None for key in keys if not BY_KEY[key].secret})

    def kept(self, keys: Iterable[str]) -> str:
        """Where these keys are kept, in words."""
        plain = ", ".join(key for key in keys if not BY_KEY[key].secret)
        secret = ", ".join(key for key in keys if BY_KEY[key].secret)
        parts = [(plain, self.toml.name), (secret, f"{self.secrets.name}/")]
        return "; ".join(f"{listed} in {where}" for listed, where in parts if listed)

    def overridden(self, found: Mapping[str, str]) -> list[str]:
        """Variables of the environment that come before what was just kept, and say something else."""
        settings = replace(self, answers={}).settings()
        held = {key: settings.texts[key] for key in found}
        wrong = [BY_KEY[key].variable for key, value in found.items() if held[key] != value]
        return [name if self.environ.get(name) else f"{name}_FILE" for name in wrong]


def place_here(environ: Mapping[str, str] | None = None) -> Place:
    """The current folder's, or that of the file which HANDRAIL_CONFIG names."""
    environ = os.environ if environ is None else environ
    return Place(toml=toml_here(environ), environ=dict(environ))
