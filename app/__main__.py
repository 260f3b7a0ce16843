"""Start of the program: a verb runs on the command line, no verb opens the window."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `bursar`; returns the exit code."""
    # Frozen builds start their workers through this very function.
    multiprocessing.freeze_support()
    from app.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
