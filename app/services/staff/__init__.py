"""Staff: people who sign in, their org units and roles, and what one person sees."""
