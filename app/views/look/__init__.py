"""How it looks: tokens, theme, icons, painting, and how figures and dates read."""
