"""What is told outside: words of a message made of its template and facts, and its way out."""
