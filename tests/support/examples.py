"""How many examples a property is tried on whose every example takes long."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def few_examples(count: int) -> settings:
    """So many in the usual run; a thorough one (`HYPOTHESIS_PROFILE=thorough`) tries as many as of any property."""
    usual = settings.get_profile("ci").max_examples
    return settings(
        max_examples=count if settings().max_examples == usual else settings().max_examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
