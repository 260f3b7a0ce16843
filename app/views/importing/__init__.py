"""The import wizard: file and map, what the columns mean, and what would come of it."""
