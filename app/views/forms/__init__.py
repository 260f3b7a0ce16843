"""Forms compiled from `ui/*.ui` by `packaging/build_forms.py`; the modules `ui_*.py` are never edited."""
