"""Run one command line in this process and print what its parts cost, as JSON: ``python -m benchmarks.parts apply -f x``.

The parts are those of ``apply``. What a part spends in another one counts for that one alone. Measuring costs a little
itself, so that the parts add up to somewhat more than the command takes by itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import wraps
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: part -> the functions that are it; the modules of verbs, which take them from there, are imported after this
PARTS = {
    "read": ("minikctl.commands._manifests:read_targets",),
    "validate": (
        "minikctl.api.server:Api._decode", "minikctl.api.server:Api._validate", "minikctl.api.server:Api._write_out",
        "minikctl.api.server:Api._decode_update",
    ),
    "merge": ("minikctl.api.patches:three_way", "minikctl.api.patches.lastapplied:with_annotation"),
    "store": (
        "minikctl.store.writing:Writing.insert", "minikctl.store.writing:Writing.replace", "minikctl.store:Store.commit",
    ),
    "reconcile": ("minikctl.reconcile:Reconciler.run_pass",),
}
#: in these parts nothing else is looked at
WHOLE = {"reconcile", "read"}


class Clock:
    """CPU time by part: at each moment that of the innermost."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys((*PARTS, "rest"), 0.0)
        self._stack = ["rest"]
        self._since = time.process_time()

    def _pass(self) -> None:
        now = time.process_time()
        self.spent[self._stack[-1]] += now - self._since
        self._since = now

    def measured(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, with its time counted for ``part``."""

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if self._stack[-1] in WHOLE:
                return function(*args, **kwargs)
            self._pass()
            self._stack.append(part)
            try:
                return function(*args, **kwargs)
            finally:
                self._pass()
                self._stack.pop()

        return wrapper

    def end(self) -> dict[str, float]:
        """What everything cost, the start of Python included."""
        self._pass()
        self.spent["rest"] += time.process_time() - sum(self.spent.values())
        return self.spent


def main() -> int:
    """Measure the command line in ``sys.argv``."""
    clock = Clock()
    for part, names in PARTS.items():
        for name in names:
            module, _, path = name.partition(":")
            place: Any = import_module(module)
            *outer, last = path.split(".")
            for each in outer:
                place = getattr(place, each)
            # A static method has to stay one, and a method is changed in the class that has it.
            place = next(each for each in getattr(place, "__mro__", (place,)) if last in vars(each))
            function = vars(place)[last]
            static = isinstance(function, staticmethod)
            changed = clock.measured(part, function.__func__ if static else function)
            setattr(place, last, staticmethod(changed) if static else changed)
    from minikctl.cli import main as run
    from minikctl.env import Output, system_env

    env = system_env()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        env.out = Output(nowhere)
        code = run(sys.argv[1:], env)
    print(json.dumps(clock.end()))
    return code


if __name__ == "__main__":
    sys.exit(main())
