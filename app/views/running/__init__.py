"""Background work as the window sees it: the runner, its jobs, questions, and the change bus."""
