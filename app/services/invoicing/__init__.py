"""What an invoice is: composed, posted, and frozen with its statement and letterhead."""
