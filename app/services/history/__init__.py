"""History: what was true of accounts on a day, and since when it is no longer."""
