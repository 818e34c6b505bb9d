"""What language models are told, in files: a change of the words is a change of the version."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The words of one file. `$name` marks a place to fill in; `$$` is a dollar sign."""

    name: str
    words: str

    @property
    def version(self) -> str:
        """Twelve digits that change with every letter of the file."""
        return hashlib.sha256(self.words.encode()).hexdigest()[:12]

    def fill(self, **places: str) -> str:
        """The words with every place filled; KeyError where one is missing. What is filled in is not read again."""
        return Template(self.words).substitute(places).strip()


@cache
def prompt(name: str) -> Prompt:
    """The prompt of the file `name.md` beside this module. FileNotFoundError where there is none."""
    words = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    return Prompt(name=name, words=words)


def fingerprint(used: Prompt, *filled: str) -> str:
    """Changes with the version of the prompt and with everything that it was filled with."""
    return hashlib.sha256("\0".join((used.version, *filled)).encode()).hexdigest()
