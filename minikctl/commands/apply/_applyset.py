"""``apply --prune --applyset``: an object keeps account of what is applied together; what is no longer in it goes.

The parent (a Secret or ConfigMap, or a custom resource whose definition allows it) has the kinds and namespaces of the
members in annotations, and an ID that each member has as a label. Upstream: kubectl ``cmd/apply/applyset.go``, KEP-3659;
alpha, behind ``KUBECTL_APPLYSET=true``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.commands.apply._application import Application
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

TOOLING = "applyset.kubernetes.io/tooling"
NAMESPACES = "applyset.kubernetes.io/additional-namespaces"
KINDS = "applyset.kubernetes.io/contains-group-kinds"
RESOURCES = "applyset.kubernetes.io/contains-group-resources"  # what KINDS was called first
PARENT_ID = "applyset.kubernetes.io/id"
PART_OF = "applyset.kubernetes.io/part-of"
PARENT_TYPE = "applyset.kubernetes.io/is-parent-type"
#: what is a parent without a definition that says so, and can be made where it is not there
BUILT_IN = ("secrets", "configmaps")
CRDS = "customresourcedefinitions.apiextensions.k8s.io"


def enabled(session: Session) -> bool:
    """Whether ``--applyset`` is there at all."""
    return session.env.environ.get("KUBECTL_APPLYSET") == "true"


class ApplySet:
    """A set of objects and its parent."""

    __slots__ = ("info", "kinds", "name", "namespace", "namespaces", "new_kinds", "new_namespaces", "run")

    def __init__(self, session: Session, reference: str) -> None:
        """``reference`` is [RESOURCE][.GROUP]/NAME, or the name of a Secret. Raises MinikctlError."""
        word, slash, name = reference.partition("/")
        if not slash:
            word, name = "secrets", reference
        wrong = f'invalid parent reference "{reference}"'
        if not name:
            raise MinikctlError(f"{wrong}: name cannot be blank")
        info = kinds.find_kind(word)
        if info is None:
            resource, _, group = word.partition(".")
            raise MinikctlError(f"{wrong}: no matches for {group}/, Resource={resource}")
        self.info: KindInfo = info
        self.name = name
        # Not the context's: a parent in a namespace has to be named with it.
        self.namespace = session.namespace if session.namespace_given and info.namespaced else ""
        self.kinds: set[str] = set()
        self.namespaces: set[str] = set()
        self.new_kinds: set[str] = set()
        self.new_namespaces: set[str] = set()

    def __str__(self) -> str:
        return f"{self.info.plural}.{self.info.group}/{self.name}"

    @property
    def id(self) -> str:
        """What the members are labelled with (upstream: the hash of name, namespace, kind and group)."""
        import base64
        import hashlib

        words = f"{self.name}.{self.namespace}.{self.info.kind}.{self.info.group}"
        digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()).decode().rstrip("=")
        return f"applyset-{digest}-v1"

    def validate(self, session: Session) -> None:
        """Raise MinikctlError where the parent is none (upstream: ``Validate``)."""
        from minikctl.errors import AggregateError

        errors = []
        if self.info.namespaced and not self.namespace:
            errors.append(MinikctlError("namespace is required to use namespace-scoped ApplySet"))
        if self.info.resource not in BUILT_IN:
            allowed = {
                obj["metadata"]["name"] for obj in session.api.list(CRDS)
                if PARENT_TYPE in (obj["metadata"].get("labels") or {})
            }
            if f"{self.info.plural}.{self.info.group}" not in allowed:
                version = self.info.api_version if self.info.group else f"/{self.info.version}"
                errors.append(MinikctlError(
                    f'resource "{version}, Resource={self.info.plural}" is not permitted as an ApplySet parent '
                    f'(CRD needs "{PARENT_TYPE}" label)'
                ))
        if errors:
            raise AggregateError(errors)

    def label(self, targets: Iterable[Target]) -> None:
        """Label the manifests as members. Raises MinikctlError where one has the label already."""
        for target in targets:
            manifest = target.manifest or {}
            meta = manifest.setdefault("metadata", {})
            labels = meta.get("labels") or {}
            if PART_OF in labels:
                raise MinikctlError(f'ApplySet label "{PART_OF}" already set in input data')
            meta["labels"] = {**labels, PART_OF: self.id}

    # -- the parent ---------------------------------------------------------------------------------------------------

    def begin(self, run: Application, targets: Iterable[Target]) -> None:
        """Read the parent, and let it have the kinds and namespaces of before and of now, in case the run fails."""
        self.run = run
        self._read_parent()
        for target in targets:
            self.new_kinds.add(_group_kind(target.info))
            if target.info.namespaced and target.namespace:
                self.new_namespaces.add(target.namespace)
        self._write_parent(self.kinds | self.new_kinds, self.namespaces | self.new_namespaces)

    def _read_parent(self) -> None:
        parent = self.run.api.get(self.info.resource, self.namespace, self.name)
        if parent is None:
            if self.info.resource not in BUILT_IN:
                raise MinikctlError("custom resource ApplySet parents cannot be created automatically")
            return
        meta = parent["metadata"]
        notes, labels = meta.get("annotations") or {}, meta.get("labels") or {}
        program = self.run.session.program
        there = f'ApplySet parent object "{self}"'
        if TOOLING not in notes:
            raise MinikctlError(f'{there} already exists and is missing required annotation "{TOOLING}"')
        tool = notes[TOOLING].rpartition("/")[0] or notes[TOOLING]
        if tool != program:
            raise MinikctlError(f'{there} already exists and is managed by tooling "{tool}" instead of "{program}"')
        if PARENT_ID not in labels:
            raise MinikctlError(f"{there} exists and does not have required label {PARENT_ID}")
        if labels[PARENT_ID] != self.id:
            raise MinikctlError(
                f'{there} exists and has incorrect value for label "{PARENT_ID}" (got: {labels[PARENT_ID]}, want: {self.id})'
            )
        try:
            self.kinds = _kinds_of(notes)
        except MinikctlError as error:
            raise MinikctlError(f'parsing ApplySet annotation on "{self}": {error}') from error
        self.namespaces = set(filter(None, notes.get(NAMESPACES, "").split(",")))
        if self.info.namespaced:
            self.namespaces.add(self.namespace)

    def _write_parent(self, members: set[str], namespaces: set[str]) -> None:
        from minikctl.api.managed.applying import ApplyConflict, apply

        run = self.run
        if run.dry_run == "client":
            return
        run.session.allow("patch", self.info.resource, self.namespace, self.name)
        program = run.session.program
        meta: Obj = {
            "name": self.name,
            "annotations": {
                TOOLING: f"{program}/{_version()}",
                KINDS: ",".join(sorted(members)),
                NAMESPACES: ",".join(sorted(namespaces - {self.namespace})),
            },
            "labels": {PARENT_ID: self.id},
        }
        if self.namespace:
            meta["namespace"] = self.namespace
        config = {"apiVersion": self.info.api_version, "kind": self.info.kind, "metadata": meta}
        manager = f"{program}-applyset"

        def write(*, force: bool) -> None:
            apply(
                run.api, self.info, self.namespace, self.name, config, manager, force=force, validation=run.validation
            )

        try:
            try:
                write(force=False)
            except ApplyConflict as error:
                run.session.warn(
                    f"failed to update ApplySet: {error}\nApplySet field manager {manager} should own these fields. "
                    "Retrying with conflicts forced."
                )
                write(force=True)
        except MinikctlError as error:
            raise MinikctlError(f"failed to update ApplySet: {error}") from error

    # -- its members --------------------------------------------------------------------------------------------------

    def prune(self) -> None:
        """Delete the members that were not applied in this run, and let the parent have what is left."""
        from minikctl.lib import labels

        selector = labels.parse(f"{PART_OF}={self.id}")
        infos = sorted((_info_of(text) for text in self.kinds), key=lambda info: info.resource)
        for info in infos:
            for namespace in sorted(self.namespaces) if info.namespaced else [""]:
                for obj in self.run.api.list(info.resource, namespace or None, selector=selector):
                    if obj["metadata"]["uid"] not in self.run.uids:
                        self._prune_member(info, obj)
        try:
            self._write_parent(self.new_kinds, self.new_namespaces)
        except MinikctlError as error:
            raise MinikctlError(f"apply and prune succeeded, but ApplySet update failed: {error}") from error

    def _prune_member(self, info: KindInfo, obj: Obj) -> None:
        from minikctl.commands.apply._pruning import delete

        try:
            delete(self.run, info, obj)
        except MinikctlError as error:
            meta = obj["metadata"]
            version = info.api_version if info.group else f"/{info.version}"
            raise MinikctlError(
                f"pruning {version}, Kind={info.kind} objects: deleting {meta.get('namespace', '')}/{meta['name']}: {error}"
            ) from error


def _version() -> str:
    from minikctl.commands.version import KUBERNETES

    return KUBERNETES


def _group_kind(info: KindInfo) -> str:
    return f"{info.kind}.{info.group}" if info.group else info.kind


def _info_of(text: str) -> KindInfo:
    kind, _, group = text.partition(".")
    for info in kinds.all_kinds():
        if info.kind == kind and info.group == group:
            return info
    raise MinikctlError(
        f'could not find mapping for kind in "{KINDS}" annotation: no matches for kind "{kind}" in group "{group}"'
    )


def _kinds_of(notes: dict[str, str]) -> set[str]:
    """The kinds that the parent's annotations name (upstream: ``parseKindAnnotation``)."""
    if KINDS not in notes:
        if notes.get(RESOURCES):
            found = set()
            for word in notes[RESOURCES].split(","):
                info = kinds.find_kind(word)
                if info is None:
                    resource, _, group = word.partition(".")
                    raise MinikctlError(
                        f'invalid group resource in "{RESOURCES}" annotation: no matches for {group}/, Resource={resource}'
                    )
                found.add(_group_kind(info))
            return found
        raise MinikctlError(f'kubectl requires the "{KINDS}" annotation to be set on all ApplySet parent objects')
    found = set(filter(None, notes[KINDS].split(",")))
    for text in found:
        _info_of(text)
    return found
