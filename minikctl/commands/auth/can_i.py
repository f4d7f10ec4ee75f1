"""``auth can-i`` (upstream: kubectl ``cmd/auth/cani.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

_RESOURCE_VERBS = frozenset({
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "*",
    "approve", "sign", "escalate", "attest",
})
_URL_VERBS = frozenset({"get", "put", "post", "head", "options", "delete", "patch", "*"})
#: what can be impersonated and is no resource of the API
_NO_RESOURCES = frozenset({"users", "groups"})


class CanIOptions(Options):
    """Flags of ``auth can-i``."""

    all_namespaces: bool = flag("all-namespaces", "A", kind="bool", help="Ask for all namespaces at once.")
    list: bool = flag("list", kind="bool", help="Print everything that is allowed.")
    no_headers: bool = flag("no-headers", kind="bool", help="With --list: without the line of headers.")
    quiet: bool = flag("quiet", "q", kind="bool", help="Say nothing: the exit code is the answer.")
    subresource: str = flag("subresource", help="A part of the resource: log, scale.")


class _Question:
    """What is asked for: a verb on a resource, or on a path."""

    __slots__ = ("group", "info", "name", "path", "resource", "verb")

    def __init__(self, options: CanIOptions, session: Session) -> None:
        self.verb, what = options.args
        self.path = what if what.startswith("/") else ""
        self.group = self.resource = self.name = ""
        self.info: kinds.KindInfo | None = None
        if not self.path:
            word, _, self.name = what.partition("/")
            self._resolve(word, session)

    def _resolve(self, word: str, session: Session) -> None:
        """Find the resource that is meant; one that is not there is asked for as it is."""
        self.resource = word
        if word == "*":
            return
        self.info = kinds.find_kind(word)
        if self.info is not None:
            self.resource, self.group = self.info.plural, self.info.group
            return
        name, _, group = word.lower().partition(".")
        if word.lower() not in _NO_RESOURCES:
            place = f" in group '{group}'" if group else ""
            session.warn(f"the server doesn't have a resource type '{name}'{place}\n")


def run(options: CanIOptions, session: Session) -> int:
    """Say yes or no; the exit code of no is 1."""
    if options.list:
        _list(options, session)
        return 0
    if len(options.args) != 2:
        raise UsageError(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            f"See '{session.program} auth can-i -h' for help and examples."
        )
    question = _Question(options, session)
    _check(options, question, session)
    session.allow("create", "selfsubjectaccessreviews.authorization.k8s.io", "", "")
    from minikctl.api.rbac.reviews import access
    from minikctl.api.rbac.rules import Attributes

    user = session.user
    if question.path:
        attributes = Attributes(user, question.verb, path=question.path)
    else:
        attributes = Attributes(
            user, question.verb, group=question.group, resource=question.resource, subresource=options.subresource,
            namespace="" if options.all_namespaces else session.namespace, name=question.name,
        )
    status = access(session.trusted, attributes)
    if not options.quiet:
        reason = "" if status["allowed"] or not status.get("reason") else f" - {status['reason']}"
        session.print("yes" if status["allowed"] else f"no{reason}")
    return 0 if status["allowed"] else 1


def _check(options: CanIOptions, question: _Question, session: Session) -> None:
    """Refuse flags that do not go together, and warn of what is probably not meant."""
    if question.path:
        if options.subresource:
            raise UsageError("--subresource can not be used with NonResourceURL")
        if question.verb not in _URL_VERBS:
            session.warn(f"verb '{question.verb}' is not a known verb\n")
    elif not options.all_namespaces:
        info = question.info
        if info is not None and not info.namespaced:
            place = f" in group '{info.group}'" if info.group else ""
            session.warn(f"resource '{info.plural}' is not namespace scoped{place}\n")
        if question.verb not in _RESOURCE_VERBS:
            session.warn(f"verb '{question.verb}' is not a known verb\n")
    if options.no_headers:
        raise UsageError("--no-headers cannot be set without --list specified")


def _list(options: CanIOptions, session: Session) -> None:
    """Print all that is allowed in the namespace, a line for each resource or path."""
    if options.args:
        raise UsageError("list option must be specified with no arguments")
    if options.quiet or options.all_namespaces or options.subresource:
        raise UsageError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    session.allow("create", "selfsubjectrulesreviews.authorization.k8s.io", "", "")
    from minikctl.api.rbac.reviews import rules_review

    status = rules_review(session.trusted, session.user, session.namespace)
    if status["incomplete"]:
        session.warn(f"the list may be incomplete: {status.get('evaluationError', '')}\n")
    session.write(rules_table([*status["resourceRules"], *status["nonResourceRules"]], headers=not options.no_headers))


def rules_table(rules: list[Obj], *, headers: bool) -> str:
    """The table of ``--list``."""
    from minikctl.kinds.rbacrules import combine_resource_group, compact_rules
    from minikctl.lib.gofmt import value
    from minikctl.printing.tabwriter import align

    lines = ["Resources\tNon-Resource URLs\tResource Names\tVerbs\n"] if headers else []
    for rule in compact_rules(rules):
        cells = (value(rule.get(field) or []) for field in ("nonResourceURLs", "resourceNames", "verbs"))
        lines.append("\t".join((combine_resource_group(rule), *cells)) + "\n")
    return align("".join(lines), min_width=6, padding=3)


COMMAND = Command(
    usage="auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    summary="Say whether something is allowed",
    description="With --as, whether somebody else may. The exit code of no is 1.",
    examples=(
        ("May I create Pods in any namespace", "auth can-i create pods --all-namespaces"),
        ("May an account read Pods", "auth can-i list pods --as=system:serviceaccount:default:default"),
        ("May I read logs", "auth can-i get pods --subresource=log"),
        ("All that is allowed", "auth can-i --list"),
    ),
    options=CanIOptions,
    run=run,
)
