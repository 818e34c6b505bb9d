"""Languages in the files of a replay: by code or by name."""

from core.model.language import language_code
from core.policy.languages import CODES


def language_in(written: object) -> str:
    """The ISO 639-1 code; YAML reads an unquoted `no` as False.

    Raises:
        ValueError: for what is no language that we know.
    """
    name = "no" if written is False else str(written).strip()
    code = language_code(name)
    if code not in CODES:
        raise ValueError(f"language {name!r} is neither a code such as de nor the name of a language that we know")
    return code
