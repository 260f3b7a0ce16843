"""Maps: what the columns of a file mean here, as TOML text, and the fields they may fill."""
