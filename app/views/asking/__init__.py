"""Asking people: fields, forms, dialogs, wizards, and errors in words."""
