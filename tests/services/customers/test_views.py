"""Saved views: by name, each person their own, one of them the default."""

from __future__ import annotations

import pytest

from app.services.customers.views import delete_view, list_views, rename_view, save_view, set_default_view
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule


def test_views_are_kept_renamed_chosen_and_forgotten(database: Database) -> None:
    with database.write() as session:
        big = save_view(session, place="customers", name="  Large   debtors ", definition="1", seen=None)
        late = save_view(session, place="customers", name="a late one", definition="2", seen=None)
        save_view(session, place="other", name="Large debtors", definition="3", seen=None)
        assert save_view(session, place="customers", name="LARGE DEBTORS", definition="4", seen="1") == big
        for name in ("", "   ", "x" * 81):
            with pytest.raises(RefusedByRule, match="1 to 80"):
                save_view(session, place="customers", name=name, definition="", seen=None)
        with pytest.raises(RefusedByRule, match='a view "large debtors" already'):
            rename_view(session, view_id=late, name="large debtors", seen="a late one")
        rename_view(session, view_id=late, name="A Late one", seen="a late one")
        set_default_view(session, place="customers", view_id=big, seen=None)
        set_default_view(session, place="customers", view_id=late, seen=big)
        views = list_views(session, place="customers")
        assert [(v.name, v.definition, v.is_default) for v in views] == [
            ("A Late one", "2", True), ("Large debtors", "4", False)]
        set_default_view(session, place="customers", view_id=None, seen=late)
        delete_view(session, view_id=late)
        assert [(v.id, v.is_default) for v in list_views(session, place="customers")] == [(big, False)]
    database.actor = "somebody@else.example"
    with database.write() as session:
        assert list_views(session, place="customers") == []
        for touch in (lambda: delete_view(session, view_id=big), lambda: rename_view(session, view_id=big, name="x",
                                                                                    seen="Large debtors"),
                      lambda: set_default_view(session, place="customers", view_id=big, seen=None)):
            with pytest.raises(NotFound):
                touch()
        assert save_view(session, place="customers", name="Large debtors", definition="5", seen=None) != big
