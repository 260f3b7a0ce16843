"""Where one has been: back and forward, as in a browser."""

from __future__ import annotations

from app.views.desk.screen import Target

_KEPT = 100


class History:
    """Targets in the order they were visited; going somewhere new forgets what lay ahead."""

    def __init__(self) -> None:
        self._visited: list[Target] = []
        self._place = -1

    @property
    def can_go_back(self) -> bool:
        return self._place > 0

    @property
    def can_go_forward(self) -> bool:
        return self._place < len(self._visited) - 1

    def visit(self, target: Target) -> None:
        """Remember a target that was reached by other ways than back and forward."""
        if self._place >= 0 and self._visited[self._place] == target:
            return
        del self._visited[self._place + 1:]
        self._visited.append(target)
        del self._visited[:-_KEPT]
        self._place = len(self._visited) - 1

    def back(self) -> Target | None:
        if not self.can_go_back:
            return None
        self._place -= 1
        return self._visited[self._place]

    def forward(self) -> Target | None:
        if not self.can_go_forward:
            return None
        self._place += 1
        return self._visited[self._place]
