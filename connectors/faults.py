"""Telling faults apart that the SDKs do not: whose they are, and whether anything left the house."""

from urllib3 import exceptions as sockets


def raised_in(error: Exception, package: str) -> bool:
    """Whether the SDK `package` tripped over an answer, rather than our own code over its own mistake."""
    trace, modules = error.__traceback__, []
    while trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__", "")))
        trace = trace.tb_next
    # The last frame that is the SDK's or ours decides: json and the like are called by both.
    decisive = [module for module in modules if module.startswith((f"{package}.", "connectors."))]
    return bool(decisive) and decisive[-1].startswith(f"{package}.")


def never_left(error: Exception) -> bool:
    """Whether requests could not even connect, so that nothing can have been carried out."""
    reasons = [error, *error.args]
    reasons += [reason.reason for reason in reasons if isinstance(reason, sockets.MaxRetryError)]
    return any(isinstance(reason, sockets.NewConnectionError | sockets.ConnectTimeoutError) for reason in reasons)


def certificate_refused(error: Exception) -> bool:
    """Whether the other side's certificate is not to be trusted; other troubles with TLS may pass."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
