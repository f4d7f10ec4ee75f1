"""Errors of the output formats: what failed, and what stands on standard output by then.

kubectl writes while it prints, so a template that fails in its middle leaves output behind (and ``-o go-template`` adds
its help for debugging there). A printer here returns text; when it fails it raises ``PrintError``, and whoever called
it writes ``error.stdout`` before the error takes its way. The texts are kubectl's; this module knows no format.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError


class PrintError(MinikctlError):
    """Printing failed. ``stdout`` is what kubectl has written to standard output by then (mostly nothing).

    ``exit_code`` is 1 but where kubectl dies by ``klog.Fatal`` (255).
    """

    def __init__(self, message: str, *, stdout: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.stdout = stdout
        self.exit_code = exit_code
