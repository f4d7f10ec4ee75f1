"""Below kubectl's own words for a manifest that is wrong: the line, a marker, and what was meant; at a terminal only."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.env import Env
    from minikctl.errors import MinikctlError

#: frames that help; ``validate`` shows all
MOST = 10


def explain(error: MinikctlError, env: Env) -> None:
    """Show on standard error where in its manifest ``error`` (or each of several) comes from."""
    from itertools import islice

    from minikctl.api.validating.explaining import explained
    from minikctl.printing.colour import paint
    from minikctl.printing.reports.frames import frame, safe

    colour = env.is_coloured(env.err)
    problems = list(islice(explained(error), MOST + 1))
    for problem in problems[:MOST]:
        where = paint(f"{safe(problem.file)}:{problem.line}:{problem.column}:", "bold", colour=colour)
        env.err.write(f"\n{where} {safe(problem.path or problem.message)}\n")
        for line in frame(problem, colour=colour):
            env.err.write(line + "\n")
    if len(problems) > MOST:
        env.err.write(f'\n... "{env.program} validate" shows everything\n')
