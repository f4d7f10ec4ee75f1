"""``completion``: the script that teaches a shell minikctl's words (upstream: kubectl ``cmd/completion``)."""

from __future__ import annotations

from minikctl.commands._completion import SHELLS, script
from minikctl.commands._options import Command, Options
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Print the script of a shell."""
    if not options.args:
        raise UsageError(
            "Shell not specified.\nSee 'PROGRAM completion -h' for help and examples".replace(
                "PROGRAM", session.program
            )
        )
    if len(options.args) > 1:
        raise UsageError(
            f"Too many arguments. Expected only the shell type.\nSee '{session.program} completion -h' for help and examples"
        )
    shell = options.args[0]
    if shell not in SHELLS:
        raise UsageError(
            f"Unsupported shell type \"{shell}\".\nSee '{session.program} completion -h' for help and examples"
        )
    session.write(script(shell, session.program))


COMMAND = Command(
    usage="completion (bash | zsh | fish)",
    summary="Print the completion script of a shell",
    description="With names of objects, namespaces and contexts out of the state.",
    examples=(("In this bash", "completion bash"), ("For every fish", "completion fish")),
    run=run,
)
