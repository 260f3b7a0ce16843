"""The inheritance diagram: where a value comes from, drawn from the resolver's answer and from nothing else."""
