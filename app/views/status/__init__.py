"""The status of accounts on screen."""
