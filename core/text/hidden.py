"""What of an address may be shown where other eyes may see it."""


def hidden_email(email: str) -> str:
    """Enough for its owner to know it again, not enough to learn it: `e…@e….com`."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host[:1]}…{host[host.rfind('.') :]}" if "." in host else f"{name[:1]}…"
