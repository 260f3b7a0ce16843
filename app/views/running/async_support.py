"""The two bridges between signals and coroutines: a typed slot, and a dialog that a coroutine may wait for.

Coroutines run on the window's loop and are for HTTP and for conversations with the person; never for the database. A
nested Qt loop inside a coroutine would step other tasks while this one is still on the stack, and lose them; therefore
dialogs are opened and awaited, never executed.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtWidgets import QDialog

P = ParamSpec("P")
Owner = TypeVar("Owner")

log = logging.getLogger(__name__)


def async_slot(method: Callable[Concatenate[Owner, P], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a coroutine method connectable to a signal.

    The task is owned by the object until it ends, and its failure goes to the loop's exception handler. Arguments of
    the signal that the coroutine does not take are left out, as Qt does for plain methods.
    """
    wanted = _positional_count(method)

    @functools.wraps(method)
    def slot(self: Owner, *args: Any) -> None:
        call: Any = method
        task = asyncio.get_running_loop().create_task(call(self, *args[:wanted]), name=method.__qualname__)
        owned: set[asyncio.Task[None]] = self.__dict__.setdefault("_tasks_under_way", set())
        owned.add(task)
        task.add_done_callback(functools.partial(_end, owned))

    return slot


async def run_dialog(dialog: QDialog) -> int:
    """Open a window-modal dialog and wait for its result without a nested loop; closes it when cancelled."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def take(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(take)
    dialog.open()
    try:
        return await answer
    except asyncio.CancelledError:
        dialog.reject()
        raise
    finally:
        dialog.finished.disconnect(take)


def _positional_count(method: Callable[..., Any]) -> int | None:
    kinds = [p.kind for p in inspect.signature(method).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    countable = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return sum(kind in countable for kind in kinds) - 1


def _end(owned: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    owned.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        task.get_loop().call_exception_handler(
            {"message": f"{task.get_name()} failed", "exception": error, "task": task})
