"""Providers: the settings they give to those below, and the modules they have."""
