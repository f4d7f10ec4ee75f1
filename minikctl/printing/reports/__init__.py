"""Reports of ``validate``: one module a format, each with ``render(report, settings) -> text pieces``.

``FORMATS`` is the one list. A report comes from ``minikctl.api.validating``; nothing here looks at manifests.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.validating.report import Report

#: the formats of ``-o`` and the modules that write them
FORMATS = {
    "text": "text", "json": "jsonreport", "junit": "junit", "sarif": "sarif", "github": "github", "tap": "tap",
}


class Settings:
    """How to write: ``colour`` for a terminal; ``on_warnings``: a warning fails its document, too."""

    __slots__ = ("colour", "on_warnings")

    def __init__(self, *, colour: bool = False, on_warnings: bool = False) -> None:
        self.colour = colour
        self.on_warnings = on_warnings


def render(report: Report, form: str, settings: Settings) -> Iterator[str]:
    """Yield the pieces of a report in a format of ``FORMATS``."""
    from importlib import import_module

    found: Iterator[str] = import_module(f"minikctl.printing.reports.{FORMATS[form]}").render(report, settings)
    return found
