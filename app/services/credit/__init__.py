"""Credit control: ratings, terms, classifications, KYC profiles, override rules, and the one check of a limit."""
