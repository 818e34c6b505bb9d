"""From a business signal to messages that a supervisor approved."""
