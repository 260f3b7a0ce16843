"""What the business is: mapped entities, value types and pure rules. Knows neither Qt nor services."""
