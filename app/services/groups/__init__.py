"""Account groups: made and changed, their members, and whom they limit."""
