"""The verbs of the command line, one module each; they speak, the services act."""
