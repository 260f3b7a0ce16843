"""Settings: database, appearance, and the notices of the libraries in use."""
