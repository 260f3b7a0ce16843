"""What the operator sees: windows, item models, delegates and the job runner."""
