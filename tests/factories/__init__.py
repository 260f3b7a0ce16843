"""Builders of small books for tests; each mirrors an entity and goes through the same commands as the program."""
