"""What validation may find: the rules by name, and a problem with its place.

``RULES`` is the one list. A rule's name is what ``--disable`` takes and what every output format carries, so it never
changes its meaning. Errors are what the API server would refuse (or kubectl could not send); warnings are what it would
take, and what will hardly be meant.
"""

from __future__ import annotations

ERROR, WARNING = "error", "warning"


class Rule:
    """One row of ``RULES``: its name, how bad it is, and what it is about in a line."""

    __slots__ = ("name", "severity", "summary")

    def __init__(self, name: str, severity: str, summary: str) -> None:
        self.name = name
        self.severity = severity
        self.summary = summary


RULES: tuple[Rule, ...] = (
    # reading
    Rule("unreadable", ERROR, "The file cannot be read."),
    Rule("syntax", ERROR, "The text is neither YAML nor JSON."),
    Rule("not-an-object", ERROR, "The document is no object with apiVersion and kind."),
    Rule("missing-kind", ERROR, "apiVersion or kind is not set."),
    Rule("unknown-kind", ERROR, "There is no such kind in this version of Kubernetes."),
    Rule("duplicate-key", ERROR, "A key stands twice in one object: only the last one counts."),
    Rule("key-not-text", WARNING, "YAML reads a key without quotes as something else than the text."),
    # decoding
    Rule("unknown-field", ERROR, "The kind has no such field."),
    Rule("wrong-type", ERROR, "A value is of another type than the field."),
    Rule("wrong-format", ERROR, "A number, quantity, time or base64 text that cannot be read."),
    # the API server's rules, by the first words of its field errors
    Rule("required-value", ERROR, "A field that has to be there is missing."),
    Rule("invalid-value", ERROR, "A value that the API server refuses."),
    Rule("unsupported-value", ERROR, "A value that is none of the supported ones."),
    Rule("duplicate-value", ERROR, "A value that may stand only once."),
    Rule("forbidden-value", ERROR, "A field that must not be set here."),
    Rule("not-found", ERROR, "A name within the object that leads nowhere."),
    Rule("too-long", ERROR, "A text that is longer than it may be."),
    Rule("too-many", ERROR, "A list that has more items than it may have."),
    Rule("invalid-definition", ERROR, "A CustomResourceDefinition or schema that cannot be used."),
    Rule("server-warning", WARNING, "The API server takes it and warns."),
    # across objects
    Rule("duplicate-object", WARNING, "Two objects of one kind and name: the second changes the first."),
    Rule("service-without-pods", WARNING, "A Service's selector matches no Pod template."),
    Rule("missing-target-port", WARNING, "No container names the port that a Service leads to."),
    Rule("budget-without-pods", WARNING, "A PodDisruptionBudget's selector matches no Pod template."),
    Rule("missing-scale-target", WARNING, "A HorizontalPodAutoscaler's target is not there."),
    Rule("missing-configmap", WARNING, "A ConfigMap that is referred to is not there."),
    Rule("missing-secret", WARNING, "A Secret that is referred to is not there."),
    Rule("missing-key", WARNING, "A ConfigMap or Secret is there, but has no such key."),
    Rule("missing-serviceaccount", WARNING, "A ServiceAccount that is referred to is not there."),
    Rule("missing-claim", WARNING, "A PersistentVolumeClaim that is referred to is not there."),
    Rule("missing-service", WARNING, "A Service that is referred to is not there, or has no such port."),
    Rule("missing-role", WARNING, "A Role or ClusterRole that is referred to is not there."),
)

_by_name = {rule.name: rule for rule in RULES}


def rule(name: str) -> Rule:
    """The rule of a name. Raises KeyError."""
    return _by_name[name]


class Problem:
    """One thing that is wrong, and where.

    ``file`` as messages name it; ``line`` and ``column`` count from 1 (columns are characters), ``end_column`` is the one
    after the marked piece; ``path`` is the field (``spec.replicas``, or ""), ``object`` the object
    (``deployment.apps/web``, or ""), ``suggestion`` what to do about it (or ""). ``excerpt`` is the line, or as much of
    a long one as stands around the place, and ``excerpt_column`` the column (from 1) of its first character.
    """

    __slots__ = (
        "column", "end_column", "excerpt", "excerpt_column", "file", "line", "message", "object", "path", "rule",
        "suggestion",
    )

    def __init__(
        self, rule: str, message: str, *, file: str = "", line: int = 1, column: int = 1, path: str = "",
        suggestion: str = "",
    ) -> None:
        self.rule = rule
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.end_column = column + 1
        self.path = path
        self.suggestion = suggestion
        self.object = ""
        self.excerpt = ""
        self.excerpt_column = 1

    @property
    def severity(self) -> str:
        """``error`` or ``warning``, as the rule has it."""
        return _by_name[self.rule].severity

    @property
    def is_error(self) -> bool:
        """Whether the rule is an error."""
        return self.severity == ERROR

    def __repr__(self) -> str:
        return f"Problem({self.rule}, {self.file}:{self.line}:{self.column}, {self.message!r})"


#: how many characters of a long line are shown, and how many of them before the place
EXCERPT, EXCERPT_BEFORE = 160, 60


def excerpt(line: str, column: int) -> tuple[str, int]:
    """Return what to show of ``line`` around ``column`` (from 1), and the column of its first character."""
    if len(line) <= EXCERPT:
        return line, 1
    start = max(0, column - 1 - EXCERPT_BEFORE)
    return line[start : start + EXCERPT], start + 1
