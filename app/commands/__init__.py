"""The verbs of the command line, one module each; they speak, the services act."""

from app.commands import database, demo, explaining, importing, printing, rules, scanning, staff, window

__all__ = ["database", "demo", "explaining", "importing", "printing", "rules", "scanning", "staff", "window"]
