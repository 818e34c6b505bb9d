"""Opening the policy file: YAML in, a checked `Policy` out."""

from pathlib import Path

import yaml

from core.coordinate.policy import Policy, read
from core.errors import ConfigurationError


def read_policy(path: Path) -> Policy:
    """Raises ConfigurationError naming the file, and the line or every key that is wrong."""
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); set HANDRAIL_POLICY") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(fields, dict):
        raise ConfigurationError(f"{path}: expected keys such as channels, owners, triggers")
    return read(fields)
