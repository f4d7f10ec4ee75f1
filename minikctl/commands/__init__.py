"""The verbs, in the order in which the help lists them.

``COMMANDS`` is the one list: the words of each verb, the module that has it as ``COMMAND``, and the line that the help
shows. A module is imported when its verb is run; a test fails when a module is missing here or says another summary.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._options import Command

BASIC = "Basic commands"
WORKLOADS = "Rollouts and scale"
CLUSTER = "Cluster"
STATE = "State and time (minikctl's own)"
SETTINGS = "Settings and discovery"


class CommandRef:
    """One row of ``COMMANDS``."""

    __slots__ = ("aliases", "group", "module", "summary", "words")

    def __init__(self, words: str, summary: str, group: str, *, module: str = "", aliases: tuple[str, ...] = ()) -> None:
        """``module`` is given where it is not the words with dots and underscores (``rollout.status``)."""
        self.words = tuple(words.split())
        self.summary = summary
        self.group = group
        self.module = module or ".".join(word.replace("-", "_") for word in self.words)
        #: other names of the last word
        self.aliases = aliases

    def load(self) -> Command:
        """Import the verb's module and return its COMMAND."""
        from importlib import import_module

        command: Command = import_module(f"minikctl.commands.{self.module}").COMMAND
        return command


COMMANDS: tuple[CommandRef, ...] = (
    CommandRef("get", "Show objects", BASIC),
)

#: words that stand before other words (``rollout``): what the help says of them
FAMILIES: dict[str, str] = {
    "rollout": "Watch, undo, pause and restart rollouts",
    "set": "Change one thing of an object",
    "create": "Create an object from files or words",
    "config": "Contexts: which state file and which namespace is in use",
    "apply": "Make the stored objects as files say",
}


def find_command(words: list[str]) -> tuple[CommandRef | None, int]:
    """The verb that ``words`` begin with, and how many of them name it; (None, n): n words are a family without a verb."""
    best: CommandRef | None = None
    length = 0
    for ref in COMMANDS:
        count = len(ref.words)
        if count > length and len(words) >= count and tuple(words[: count - 1]) == ref.words[:-1] and (
            words[count - 1] == ref.words[-1] or words[count - 1] in ref.aliases
        ):
            best, length = ref, count
    if best is None and words and words[0] in FAMILIES:
        return None, 1
    return best, length
