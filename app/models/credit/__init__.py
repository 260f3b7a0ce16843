"""Credit control: classifications, KYC profiles, and rules that let events through above a limit."""
