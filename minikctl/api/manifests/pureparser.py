"""The events of PyYAML's own parser, for installations whose PyYAML was built without libyaml. Slow, but the same."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def event_source(text: str) -> Any:
    """Return the function that hands out the events of ``text``, as ``yaml.cyaml.CParser(text).get_event`` does."""
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        """What ``yaml.Loader`` is, without the parts that make objects."""

        def __init__(self) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    return PureParser().get_event
