"""The one way out: effects planned, sent, reconciled and followed."""
