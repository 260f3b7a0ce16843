"""Who acts in a unit of work, what they may, and the trail of what they did."""
