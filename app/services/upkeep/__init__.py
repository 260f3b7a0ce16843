"""Looking after a database: opening it for use, and checking what it holds."""
