"""What every screen stands on: the actions, where one goes, and what whoever works here may do."""
