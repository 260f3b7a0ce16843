"""The customers of a provider as a list: filtered, sorted, paged, chosen, exported."""
