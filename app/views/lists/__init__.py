"""Lists, tables and trees."""
