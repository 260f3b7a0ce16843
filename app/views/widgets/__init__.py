"""Reusable pieces of screens, painted from the tokens; none of them knows a business rule."""
