"""The installation and the day of the policy's own tests."""

from tests.apps.policy.conftest import Installation, house, installation

__all__ = ["Installation", "house", "installation"]
