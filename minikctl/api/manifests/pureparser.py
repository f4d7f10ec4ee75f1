"""The events of PyYAML's own parser, for installations whose PyYAML was built without libyaml. Slow, but the same."""

from __future__ import annotations

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class PureParser(Reader, Scanner, Parser):
    """``get_event`` hands out the events of ``text``, as ``yaml.cyaml.CParser`` does."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
