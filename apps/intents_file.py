"""The company's own intents: a YAML file with examples, read into plain mappings for the models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigurationError
from core.model.signals import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    """Examples, labels and usual urgency per intent; `out_of_scope` are messages that have none of them."""

    examples: Mapping[str, list[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    urgency: Mapping[str, str] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()


def read_intents(path: str) -> Intents:
    """Without a path there are no intents, and none is recognised.

    Raises:
        ConfigurationError: naming the file and what is wrong in it.
    """
    if not path:
        return Intents()
    try:
        fields = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        return _intents(fields)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); set HANDRAIL_INTENTS") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path}: each intent needs name, label and examples ({error})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: urgency_hint is low, normal or high ({error})") from error


def _intents(fields: Mapping[str, Any]) -> Intents:
    rows = fields["intents"]
    return Intents(
        examples={row["name"]: [str(text) for text in row["examples"]] for row in rows},
        labels={row["name"]: str(row["label"]) for row in rows},
        urgency={row["name"]: Urgency(row["urgency_hint"]) for row in rows if row.get("urgency_hint")},
        out_of_scope=tuple(str(text) for text in fields.get("out_of_scope_examples", ())),
    )
