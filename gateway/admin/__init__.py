"""The admin API: registering, testing, listing and withdrawing what must be forgotten.

It speaks HTTP for the registry and asks an inspector what a text would meet; it knows neither how
anything is stored nor how anything is detected.
"""

from __future__ import annotations

from gateway.admin.app import build_admin_app
from gateway.admin.inspector import Explanation, Inspector

__all__ = ["Explanation", "Inspector", "build_admin_app"]
