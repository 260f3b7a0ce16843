"""The database: opening it, units of work, the differences between SQLite and PostgreSQL, guards and migrations.

One engine a process, one session a unit of work, never shared between threads. Services flush; the unit of work at
the edge commits once.
"""
