"""The installable app for Zendesk: its zip, and the rules that Zendesk's validator holds it against."""
