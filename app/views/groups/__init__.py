"""Account groups: their manager, their members, and what a person sees through them."""
