"""A campaign goes on: prepared, let into the outbox, sent at its rate, looked after, ended."""
