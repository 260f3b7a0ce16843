"""Account profiles: made and changed, members moved between them, and what a change would do."""
