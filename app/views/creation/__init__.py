"""The wizard for a new account: customer, agent or provider."""
