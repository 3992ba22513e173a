"""What holds for every test: a loaded machine is no reason to fail."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ablytui",
    deadline=None,
    # How long an example takes to draw is the machine's affair, and CI shares its machine.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("ablytui")
