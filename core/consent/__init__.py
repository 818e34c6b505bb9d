"""Who may be written to: opt-outs, numbers that cannot be texted, channels that a customer prefers."""
