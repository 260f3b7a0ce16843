"""What can go wrong with a database: in the words of a person, and what is worth another try."""
