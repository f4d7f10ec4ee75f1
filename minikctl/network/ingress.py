"""Which Service an HTTP request gets to through Ingresses, as a controller for them would find it.

The rules are those of the API's documentation: an exact host before a wildcard before none; among its paths the longest
that matches, Exact before Prefix; ImplementationSpecific counts as Prefix; then default backends.
"""

from __future__ import annotations

from minikctl.kinds.ingress import CLASS_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader

INGRESSES, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
EXACT = "Exact"


class Match:
    """The backend of a request: ``ingress`` has it, ``words`` say by which rule."""

    __slots__ = ("backend", "ingress", "words")

    def __init__(self, ingress: Obj, backend: Obj, words: str) -> None:
        self.ingress = ingress
        self.backend = backend
        self.words = words


def class_of(ingress: Obj) -> str:
    """The class of an Ingress: the field, else the old annotation, else ""."""
    annotations = ingress["metadata"].get("annotations") or {}
    return str(ingress["spec"].get("ingressClassName") or annotations.get(CLASS_ANNOTATION) or "")


def served_ingresses(read: Reader, wanted: str, notes: list[str]) -> list[Obj]:
    """The Ingresses that some controller serves (``wanted``: of one class alone), the oldest first.

    One whose class does not exist is nobody's; ``notes`` says so.
    """
    classes = {each["metadata"]["name"] for each in read.list(CLASSES)}
    found = []
    for each in read.list(INGRESSES):
        name, meta = class_of(each), each["metadata"]
        if wanted and name != wanted:
            continue
        if each["spec"].get("ingressClassName") and name not in classes:
            notes.append(f'Ingress {meta["namespace"]}/{meta["name"]} is served by nobody: there is no IngressClass "{name}"')
            continue
        found.append(each)
    return sorted(found, key=lambda each: each["metadata"].get("creationTimestamp", ""))


def find_backend(ingresses: list[Obj], host: str, path: str) -> Match | None:
    """The backend of a request, None where no rule and no default backend has one."""
    rules = [(each, rule) for each in ingresses for rule in each["spec"].get("rules") or ()]
    best = max((host_rank(rule.get("host", ""), host) for _, rule in rules), default=0)
    of_host = [(each, rule) for each, rule in rules if best and host_rank(rule.get("host", ""), host) == best]
    found: tuple[tuple[int, bool], Match] | None = None
    for each, rule in of_host:
        for wanted in (rule.get("http") or {}).get("paths") or ():
            text, kind = wanted.get("path") or "/", wanted.get("pathType", "ImplementationSpecific")
            rank = (len(text.rstrip("/")), kind == EXACT)
            if path_matches(text, kind, path) and (found is None or rank > found[0]):
                words = f"host {rule.get('host') or '*'}, path {text} ({kind})"
                found = rank, Match(each, wanted["backend"], words)
    if found is not None:
        return found[1]
    # Those that have rules for the host come first, then those of anybody.
    for each in [*(each for each, _ in of_host), *ingresses]:
        if each["spec"].get("defaultBackend"):
            return Match(each, each["spec"]["defaultBackend"], "default backend")
    return None


def host_rank(wanted: str, host: str) -> int:
    """How well a rule's host fits: 3 exactly, 2 as a wildcard for one label, 1 for rules of any host, 0 not at all."""
    if not wanted:
        return 1
    if wanted.lower() == host:
        return 3
    label, dot, rest = host.partition(".")
    return 2 if wanted.startswith("*.") and label and dot and wanted[2:].lower() == rest else 0


def path_matches(wanted: str, kind: str, path: str) -> bool:
    """Whether a path of a rule matches: ``/a`` as Prefix matches ``/a``, ``/a/`` and ``/a/b``, but not ``/ab``."""
    if kind == EXACT:
        return path == wanted
    elements, given = _elements(wanted), _elements(path)
    return given[:len(elements)] == elements


def _elements(path: str) -> list[str]:
    return [element for element in path.split("/") if element]
