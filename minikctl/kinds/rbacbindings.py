"""What RoleBindings and ClusterRoleBindings have in common: nearly everything.

Upstream: ``pkg/apis/rbac/v1/defaults.go``, ``pkg/apis/rbac/validation``, ``printRoleBinding`` and kubectl's
``RoleBindingDescriber``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind
from minikctl.kinds.rbacrules import GROUP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]


class BindingKind(Kind):
    """The hooks of bindings; subclasses say to what they may bind."""

    has_subjects = True
    columns = (
        Column("NAME"), Column("ROLE"), Column("AGE"), Column("USERS", wide=True), Column("GROUPS", wide=True),
        Column("SERVICEACCOUNTS", wide=True),
    )
    name_format = "path-segment"
    #: the kinds that roleRef may name
    role_kinds: tuple[str, ...] = ()

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: the group of the role, of users and of groups."""
        obj.setdefault("roleRef", {}).setdefault("apiGroup", GROUP)
        if not obj["roleRef"]["apiGroup"]:
            obj["roleRef"]["apiGroup"] = GROUP
        for subject in obj.get("subjects") or ():
            if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
                subject["apiGroup"] = GROUP

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import invalid, required
        from minikctl.kinds.meta import is_path_segment
        from minikctl.kinds.podspec.rules import unsupported

        ref = obj["roleRef"]
        errors: list[FieldError] = []
        if ref.get("apiGroup") != GROUP:
            errors.append(unsupported("roleRef.apiGroup", ref.get("apiGroup", ""), (GROUP,)))
        if ref.get("kind") not in self.role_kinds:
            errors.append(unsupported("roleRef.kind", ref.get("kind", ""), self.role_kinds))
        name = ref.get("name", "")
        if name:
            errors += [invalid("roleRef.name", name, message) for message in is_path_segment(name)]
        else:
            errors.append(required("roleRef.name"))
        for index, subject in enumerate(obj.get("subjects") or ()):
            errors += _validate_subject(subject, f"subjects[{index}]", namespaced=self.info.namespaced)
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: a binding keeps its role."""
        from minikctl.errors import invalid

        errors = self.validate(obj)
        if obj["roleRef"] != old["roleRef"]:
            ref = obj["roleRef"]
            shown = {"APIGroup": ref.get("apiGroup", ""), "Kind": ref.get("kind", ""), "Name": ref.get("name", "")}
            errors.append(invalid("roleRef", shown, "cannot change roleRef"))
        return errors

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, ref = obj["metadata"], obj.get("roleRef") or {}
        names: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
        for subject in obj.get("subjects") or ():
            name = subject.get("name", "")
            if subject.get("kind") == "ServiceAccount" and subject.get("namespace"):
                name = f"{subject['namespace']}/{name}"
            names.setdefault(subject.get("kind", ""), []).append(name)
        return (
            metadata["name"], f"{ref.get('kind', '')}/{ref.get('name', '')}", age(metadata.get("creationTimestamp"), now),
            *(", ".join(names[kind]) for kind in ("User", "Group", "ServiceAccount")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline

        metadata, ref = obj["metadata"], obj.get("roleRef") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        out.write(0, "Role:\n")
        out.write(1, f"Kind:\t{ref.get('kind', '')}\n")
        out.write(1, f"Name:\t{ref.get('name', '')}\n")
        out.write(0, "Subjects:\n")
        out.write(1, "Kind\tName\tNamespace\n")
        out.write(1, "----\t----\t---------\n")
        for subject in obj.get("subjects") or ():
            cells = (subject.get(field, "") for field in ("kind", "name", "namespace"))
            out.write(1, "\t".join(cells) + "\n")


def _validate_subject(subject: Obj, path: str, *, namespaced: bool) -> list[FieldError]:
    """Upstream: ``ValidateRoleBindingSubject``."""
    from minikctl.errors import invalid, required
    from minikctl.kinds.podspec.rules import unsupported
    from minikctl.lib.names import is_dns1123_subdomain

    name, group = subject.get("name", ""), subject.get("apiGroup", "")
    errors: list[FieldError] = [] if name else [required(f"{path}.name")]
    kind = subject.get("kind", "")
    if kind == "ServiceAccount":
        errors += [invalid(f"{path}.name", name, message) for message in is_dns1123_subdomain(name) if name]
        if group:
            errors.append(unsupported(f"{path}.apiGroup", group, ("",)))
        if not namespaced and not subject.get("namespace"):
            errors.append(required(f"{path}.namespace"))
    elif kind in ("User", "Group"):
        if group != GROUP:
            errors.append(unsupported(f"{path}.apiGroup", group, (GROUP,)))
    else:
        errors.append(unsupported(f"{path}.kind", kind, ("ServiceAccount", "User", "Group")))
    return errors
