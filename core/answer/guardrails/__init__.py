"""The guardrails, a module for each concern; `core.answer.guard` asks them all."""
