"""The values that pass between the steps: frozen, keyword-only, checked at birth."""
