"""The installation of the policy's own tests."""

from tests.apps.policy.conftest import Installation, installation

__all__ = ["Installation", "installation"]
