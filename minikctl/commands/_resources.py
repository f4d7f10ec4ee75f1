"""``TYPE NAME``, ``TYPE/NAME``, ``-f``, ``-l``, ``-A``: from words to objects, once for all verbs.

Upstream: cli-runtime's ``resource.Builder`` with its visitors. Errors of single objects do not end a verb: they are
collected, and the verb goes on (``ContinueOnError``).
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    MinikctlError,
    NotFound,
    StateError,
    StatusError,
    UsageError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]


#: what the API says to a verb that a kind does not have
NOT_ALLOWED = "the server does not allow this method on the requested resource"


class Target:
    """One object that a verb was pointed at. ``obj`` is as stored, or for a manifest as given; None: not read."""

    __slots__ = ("digest", "document", "index", "info", "is_local", "manifest", "name", "namespace", "obj", "place", "source")

    def __init__(
        self,
        info: KindInfo,
        namespace: str,
        name: str,
        obj: Obj | None = None,
        *,
        manifest: Obj | None = None,
        source: str = "",
    ) -> None:
        self.info = info
        self.namespace = namespace
        self.name = name
        self.obj = obj
        #: what the verb made of it, where it does not need it any more: of a hundred thousand all would be much
        self.digest: Any = None
        #: the object as a file has it, where it came from one
        self.manifest = manifest
        #: the file's name as messages show it
        self.source = source
        #: the manifest itself, which knows its places
        self.document: Any = None
        #: which of the objects of files it is, counted from 1
        self.place = 0
        #: --local: ``obj`` is the file's, and nothing is stored
        self.is_local = False

    def blame(self, error: MinikctlError) -> MinikctlError:
        """Say in an error which manifest it is about, for who shows its place at a terminal (see ``_explaining``)."""
        error.origin = self.document
        return error

    @property
    def display(self) -> str:
        """``deployment.apps/web``."""
        return f"{self.info.singular_resource}/{self.name}"


class Found:
    """What words, files and selectors led to.

    ``targets`` in order; ``errors`` of single objects; ``several_kinds``: more than one kind was asked for, so names
    are shown with their kind; ``is_list``: all of a kind, or those of a selector, were asked for, not objects by name;
    ``single``: one object was asked for by its name (it is printed as itself, others as a List); ``steps``: targets and
    errors together, in the order in which they were met.
    """

    __slots__ = ("errors", "infos", "is_list", "several_kinds", "single", "steps", "targets")

    def __init__(self) -> None:
        self.steps: list[Target | MinikctlError] = []
        self.targets: list[Target] = []
        self.errors: list[MinikctlError] = []
        self.infos: list[KindInfo] = []
        self.several_kinds = False
        self.is_list = False
        self.single = False

    def add(self, target: Target) -> None:
        """Note an object that is there."""
        self.targets.append(target)
        self.steps.append(target)

    def fail(self, error: MinikctlError) -> None:
        """Note an error of one object."""
        self.errors.append(error)
        self.steps.append(error)


def without_custom_kinds(found: Found) -> Found:
    """What was found without custom resources: an error for each, as of verbs that kubectl has for its own types alone."""

    def checked(step: Target | MinikctlError) -> Target | MinikctlError:
        if isinstance(step, MinikctlError) or not step.info.custom:
            return step
        return MinikctlError(
            f'no kind "{step.info.kind}" is registered for version "{step.info.api_version}" in scheme '
            '"pkg/scheme/scheme.go:28"'
        )

    if any(target.info.custom for target in found.targets):
        found.steps = [checked(step) for step in found.steps]
        found.errors += [step for step in map(checked, found.targets) if isinstance(step, MinikctlError)]
        found.targets = [target for target in found.targets if not target.info.custom]
    return found


def kind_for(word: str, session: Session | None = None) -> KindInfo:
    """The kind that a word means; ``session`` warns of a short name that others have as well.

    Raises MinikctlError where there is none.
    """
    info = kinds.find_kind(word)
    if info is None:
        name = word.partition(".")[0]
        raise MinikctlError(f'the server doesn\'t have a resource type "{name}"')
    if session is not None:
        for rival in kinds.rivals(word, info):
            session.warn(f'short name "{word}" could also match lower priority resource {rival.group_resource}')
    return info


def kinds_for(words: str, session: Session | None = None) -> list[KindInfo]:
    """The kinds that ``deploy,svc`` or a category such as ``all`` means, each once."""
    found: dict[str, KindInfo] = {}
    for word in words.split(","):
        members = [info for info in kinds.all_kinds() if word in info.categories]
        for info in members or [kind_for(word, session)]:
            found.setdefault(info.resource, info)
    return list(found.values())


def _pairs_of_kinds(args: list[str]) -> list[str]:
    """``pods,svc a b`` as ``pods/a pods/b svc/a svc/b``; other words as they are (upstream: normalizeMultipleResourcesArgs)."""
    words = [word for word in args[0].split(",") if word] if len(args) > 1 else []
    return [f"{word}/{name}" for word in words for name in args[1:]] if len(words) > 1 else args


def _pair(arg: str) -> tuple[str, str]:
    """``deploy/web`` cut in two. Raises UsageError for anything else (upstream: splitResourceTypeName)."""
    if arg.count("/") > 1:
        raise UsageError("arguments in resource/name form may not have more than one slash")
    word, _, name = arg.partition("/")
    if not word or not name or "," in word.strip(","):
        raise UsageError("arguments in resource/name form must have a single resource and name")
    return word.strip(","), name


class ResourceQuery:
    """What a verb asks for; ``find`` answers it."""

    def __init__(  # noqa: PLR0913 - what the words and flags of verbs come to
        self,
        session: Session,
        args: Sequence[str],
        *,
        selector: str = "",
        field_selector: str = "",
        all_namespaces: bool = False,
        all_of_kind: bool = False,
        ignore_not_found: bool = False,
        documents: Iterable[Any] | None = None,
        verb: str = "get",
        digest: Callable[[Found, KindInfo, Obj], Any] | None = None,
    ) -> None:
        """``all_of_kind``: a kind without names means all of its objects. ``documents``: manifests instead of words.

        ``verb``: what kubectl asks the API first for an object that is named (delete: it reads nothing before; "": it
        asks for nothing, so that all that are named are there). ``digest``: of
        all objects of a kind, what this makes of each is kept in the place of the object.
        """
        self.session = session
        self.args = list(args)
        self.selector = selector
        self.field_selector = field_selector
        self.all_namespaces = all_namespaces
        self.all_of_kind = all_of_kind
        self.ignore_not_found = ignore_not_found
        self.documents = documents
        self.verb = verb
        self.digest = digest

    def find(self) -> Found:
        """Look everything up. Raises UsageError and MinikctlError for what is wrong with the words themselves."""
        found = Found()
        self.args = _pairs_of_kinds(self.args)
        if self.documents is not None:
            self._by_documents(found)
        elif any("/" in arg for arg in self.args):
            self._by_pairs(found)
        elif len(self.args) > 1:
            self._by_names(found)
        elif self.args:
            self._by_kind(found)
        if not found.is_list:
            found.several_kinds = len({target.info.resource for target in found.targets}) > 1
        return found

    def _by_pairs(self, found: Found) -> None:
        """``deploy/web svc/web``."""
        if any("/" not in arg for arg in self.args):
            raise UsageError(
                "there is no need to specify a resource type as a separate argument when passing arguments in resource/name "
                f"form (e.g. '{self.session.program} get resource/<resource_name>' instead of '{self.session.program} get "
                "resource resource/<resource_name>'"
            )
        pairs = [_pair(arg) for arg in self.args]
        if self._selects:
            raise UsageError("selectors and the all flag cannot be used when passing resource/name arguments")
        found.infos = [kind_for(word, self.session) for word, _ in pairs]
        self._check_reach(found.infos)
        found.single = len(pairs) == 1
        for info, (_, name) in zip(found.infos, pairs, strict=True):
            self._one(found, info, name)

    def _by_names(self, found: Found) -> None:
        """``deploy web api``."""
        if self._selects:
            raise UsageError("name cannot be provided when a selector is specified")
        found.infos = kinds_for(self.args[0], self.session)
        if len(found.infos) > 1:
            raise UsageError("you must specify only one resource")
        self._check_reach(found.infos)
        found.single = len(self.args) == 2
        for info in found.infos:
            for name in self.args[1:]:
                self._one(found, info, name)

    @property
    def _selects(self) -> bool:
        """Whether objects are asked for by more than their names; for ``delete``, --all is a selector (``SelectAllParam``)."""
        return bool(self.selector or self.field_selector) or (self.all_of_kind and self.verb in ("", "delete"))

    def _check_reach(self, infos: list[KindInfo]) -> None:
        """A name is one of a namespace, where the kind has such. Raises UsageError."""
        if self.all_namespaces and any(info.namespaced for info in infos):
            raise UsageError("a resource cannot be retrieved by name across all namespaces")

    def _one(self, found: Found, info: KindInfo, name: str) -> None:
        namespace = self.session.namespace if info.namespaced else ""
        if not name:
            found.fail(MinikctlError("resource name may not be empty"))
            return
        try:
            obj = self._read(info, namespace, name)
        except (Forbidden, MethodNotAllowed) as error:
            found.fail(error)
            return
        if obj is not None:
            found.add(Target(info, namespace, name, obj))
        elif not self.ignore_not_found:
            found.fail(self._not_found(info, namespace, name))

    def _read(self, info: KindInfo, namespace: str, name: str) -> Obj | None:
        """A named object; {} where nobody is asked for it. Raises Forbidden, MethodNotAllowed."""
        if not self.verb:
            return {}
        if self.verb not in info.verbs:
            raise MethodNotAllowed(NOT_ALLOWED)
        if self.verb == "get":
            return kinds.read(info, self.session.api.get(info.resource, namespace, name))
        self.session.allow(self.verb, info.resource, namespace, name)
        return kinds.read(info, self.session.trusted.get(info.resource, namespace, name))

    def _not_found(self, info: KindInfo, namespace: str, name: str, source: str = "") -> StatusError:
        """An object that is not there; where its namespace is not there either, kubectl says that instead.

        A deletion reads nothing before: it has the API's own answer, with the file that the name is from.
        """
        missing = NotFound(info.group_resource, name)
        if self.verb == "delete":
            return missing.in_context(f'error when deleting "{source}"') if source else missing
        if namespace not in ("", "default") and self.session.trusted.get("namespaces", "", namespace) is None:
            return NotFound("namespaces", namespace)
        return missing

    def _by_kind(self, found: Found) -> None:
        """``deploy``, ``deploy,svc -l app=web``, ``all``."""
        found.infos = kinds_for(self.args[0], self.session)
        if not (self.all_of_kind or self.selector or self.field_selector):
            raise UsageError("resource(s) were provided, but no name was specified")
        found.is_list = True
        lists = []
        for info in found.infos:
            try:
                lists.append((info, self._list(info)))
            except StateError:
                raise  # it is nothing of this kind alone
            except MinikctlError as error:
                found.fail(error)
        found.several_kinds = len(lists) > 1
        for info, objects in lists:
            for obj in objects:
                meta = obj["metadata"]
                target = Target(info, meta.get("namespace", ""), meta["name"])
                if self.digest is None:
                    target.obj = obj
                else:
                    target.digest = self.digest(found, info, obj)
                found.add(target)

    def _list(self, info: KindInfo) -> Iterator[Obj]:
        """The objects of a kind. Raises as ``each_object``, and MethodNotAllowed."""
        if "list" not in info.verbs:
            raise MethodNotAllowed(NOT_ALLOWED)
        namespace = None if self.all_namespaces or not info.namespaced else self.session.namespace
        return each_object(self.session, info, namespace, self.selector, self.field_selector)

    def _by_documents(self, found: Found) -> None:
        """The stored objects that manifests name."""
        for target in self.documents or ():
            found.infos.append(target.info)
            try:
                obj = self._read(target.info, target.namespace, target.name)
            except (Forbidden, MethodNotAllowed) as error:
                error.place = target.place
                found.fail(error)
                continue
            if obj is not None:
                target.obj = obj
                found.add(target)
            elif not self.ignore_not_found:
                missing = self._not_found(target.info, target.namespace, target.name, target.source)
                missing.place = target.place
                found.fail(missing)


def list_objects(
    session: Session, info: KindInfo, namespace: str | None, selector: str = "", field_selector: str = ""
) -> list[Obj]:
    """All objects of a kind that match, as an API server lists them. Raises as ``each_object``."""
    return list(each_object(session, info, namespace, selector, field_selector))


def each_object(
    session: Session, info: KindInfo, namespace: str | None, selector: str = "", field_selector: str = ""
) -> Iterator[Obj]:
    """All objects of a kind that match, one at a time.

    Raises BadRequest with kubectl's words for a selector that cannot be used.
    """
    try:
        wanted = _parse_selector(selector) if selector else None
        fields = field_filter(info, field_selector) if field_selector else None
    except ValueError as error:
        gvr = f"{info.api_version if info.group else '/' + info.version}, Resource={info.plural}"
        raise BadRequest(
            f'Unable to find "{gvr}" that match label selector "{selector}", field selector "{field_selector}": {error}'
        ) from error
    found: Iterator[Obj] = session.api.each(info.resource, namespace, selector=wanted)
    if info.custom:
        found = map(kinds.load(info).read, found)
    return filter(fields, found) if fields else found


def _parse_selector(text: str) -> Selector:
    from minikctl.lib import labels

    return labels.parse(text)


def field_filter(info: KindInfo, text: str) -> Callable[[Obj], bool]:
    """A test for objects from a --field-selector. Raises ValueError in the API server's words."""
    from minikctl.lib import fieldselectors

    kind = kinds.load(info)
    parsed = fieldselectors.parse(text)
    allowed = ("metadata.name", "metadata.namespace", *kind.field_labels)
    for field, _, _ in parsed.requirements:
        if field not in allowed:
            if kind.field_labels or info.custom:
                raise ValueError(f"field label not supported: {field}")
            raise ValueError(f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"')
    return lambda obj: parsed.matches(lambda field: kind.field_value(obj, field))
