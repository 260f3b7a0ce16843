"""Schedule: when a provider's own work is due, and how far it is."""
