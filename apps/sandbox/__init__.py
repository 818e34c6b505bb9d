"""The outside world on one port: local stand-ins that speak the vendors' HTTP APIs."""
