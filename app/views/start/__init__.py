"""The application, and what is shown before a database is open."""
