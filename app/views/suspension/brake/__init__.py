"""The safety brake in the window: what it stopped, the place to decide about it, and the notice that leads there."""
