"""The company's public status page, served as Statuspage does and as feeds."""

from apps.sandbox.status.api import add_status, status_blueprint
from apps.sandbox.status.board import StatusBoard

__all__ = ["StatusBoard", "add_status", "status_blueprint"]
