"""Qt item models: rows and pages adapted, nothing decided."""
