"""Start of the program: a verb runs on the command line, no verb opens the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `bursar`; returns the exit code."""
    if getattr(sys, "frozen", False):  # packed builds start their workers through this very function
        import multiprocessing

        multiprocessing.freeze_support()
    from app.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
