"""The card with which a person takes over: one view of a case for note, sidebar and Slack."""
