"""An OpenAI-compatible API that answers with sentences of the passages it is given."""
