"""What `handrail eval answers` needs of the connectors: an index to look through, and what learns from labels."""

from apps.bootstrap.offline import OfflineContainer
from connectors.local.answering import Labelled, fit
from connectors.local.index import PassageIndex
from core.ports import VectorIndex

__all__ = ["Labelled", "fit", "index_of"]


def index_of(container: OfflineContainer) -> VectorIndex:
    """The passages of a house, found by their vectors."""
    return PassageIndex(container.store, container.encoder.name)
