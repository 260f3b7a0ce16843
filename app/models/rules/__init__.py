"""Pure decisions: no session, no clock, no input or output. Every rule takes its date as an argument."""
