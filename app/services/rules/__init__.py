"""Rule sets of a provider: what is entered, what is in force, and when its windows are open."""
