"""How cells are painted: each delegate reads one `Cell` per paint and asks the theme for roles."""
