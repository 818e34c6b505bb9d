import sys

import pytest

from connectors.local.sent_files import CommandScanner
from core.errors import ConfigurationError, TransientError

FINDS = f"{sys.executable} -c \"import sys; sys.exit(1 if b'virus' in sys.stdin.buffer.read() else 0)\""


def test_the_exit_code_says_whether_a_file_is_clean() -> None:
    scanner = CommandScanner(FINDS)
    assert scanner.is_clean(b"a photo")
    assert not scanner.is_clean(b"a virus")


def test_a_scanner_that_fails_says_nothing_of_the_file() -> None:
    with pytest.raises(TransientError):
        CommandScanner(f'{sys.executable} -c "raise SystemExit(2)"').is_clean(b"x")


def test_a_scanner_that_is_not_there_is_a_matter_for_a_person() -> None:
    with pytest.raises(ConfigurationError):
        CommandScanner("no-such-scanner --now").is_clean(b"x")
    with pytest.raises(ValueError, match="needs a command"):
        CommandScanner("  ")
