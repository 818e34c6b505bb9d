"""An OpenAI-compatible API that answers with sentences of the passages it is given."""

from apps.sandbox.openai.api import openai_blueprint

__all__ = ["openai_blueprint"]
