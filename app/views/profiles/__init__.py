"""The profile manager: profiles of a provider, their overrides and members, moves and how they are taken back."""
