"""Events by profile: which are on, and what they say, with a preview beside it."""
