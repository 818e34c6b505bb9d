"""The installation of the policy's own tests."""

from tests.apps.policy.conftest import Installation, container, installation

__all__ = ["Installation", "container", "installation"]
