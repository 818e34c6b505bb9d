"""OpenAI's error bodies."""

from typing import Any


class OpenAIError(Exception):
    """A refusal, with everything its body says."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code

    def body(self) -> dict[str, Any]:
        """The error as the API answers it."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}
