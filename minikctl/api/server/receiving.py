"""What happens to the requests of clients before the API acts on them: faults, decoding, names, namespaces, rules."""

from __future__ import annotations

from minikctl.api.server.reading import Reading
from minikctl.errors import AlreadyExists, Forbidden, Invalid, NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Kind

    Obj = dict[str, Any]

#: the resource of what goes wrong on purpose
FAULTS = "faults.minikctl.dev"
#: how often a generated name that is taken is drawn anew
NAME_ATTEMPTS = 8


class Receiving(Reading):
    """The part of ``Api`` that looks at what is sent."""

    def _let_fail(self, verb: str, resource: str, name: str) -> None:
        """Raise the error that a Fault has for this request of a client, if there is one."""
        if resource != FAULTS and not self.store.is_empty(FAULTS):
            from minikctl.api.faults import fail_request

            fail_request(self, verb, resource, name)

    def _decode(self, obj: Obj, info: KindInfo, validation: str) -> Obj:
        if info.custom:
            from minikctl.api.customresources import decode as decode_custom

            decoded, warnings = decode_custom(obj, info, validation)
            self.warnings += warnings
            return decoded
        from minikctl.api.decoding import decode

        decoded, warnings = decode(obj, info.api_version, info.kind, validation)
        self.warnings += warnings
        return decoded

    def _decode_update(self, obj: Obj, info: KindInfo, validation: str, patch: Obj | bool | None) -> Obj:
        if isinstance(patch, bool):
            return self._decode(obj, info, validation)
        if info.custom:
            from minikctl.api.customresources import decode_patched as decode_custom

            decoded, warnings = decode_custom(obj, info, validation)
            self.warnings += warnings
            return decoded
        from minikctl.api.conversion import decode_patched

        decoded, warnings = decode_patched(obj, info.api_version, info.kind, patch, validation)
        self.warnings += warnings
        return decoded

    @staticmethod
    def _write_out(obj: Obj, info: KindInfo) -> None:
        from minikctl.api.decoding import write_out

        write_out(obj, info.api_version, info.kind)

    def _validate(self, kind: Kind, obj: Obj, old: Obj | None) -> None:
        from minikctl.api.validation import field_errors

        errors = field_errors(kind, obj, old)
        if errors:
            raise Invalid(kind.info.qualified_kind, obj["metadata"].get("name", ""), errors)
        self.warnings += kind.warnings(obj)

    def generate_name(self, info: KindInfo, meta: Obj) -> str:
        """A free name from generateName."""
        for _ in range(NAME_ATTEMPTS):
            name = self.draw_name(meta)
            if not self.store.exists(info.resource, meta.get("namespace", ""), name):
                return name
        raise AlreadyExists(info.resource, name)

    def draw_name(self, meta: Obj) -> str:
        """A name from generateName, free or not (upstream: at most 58 letters of it, then five random ones)."""
        base: str = meta["generateName"][:58]
        return base + self.random_suffix()

    def admit_namespace(self, info: KindInfo, meta: Obj) -> None:
        """The namespace has to be there and must not be on its way out (upstream: NamespaceLifecycle)."""
        if info.custom:
            from minikctl.api.customresources import admit

            admit(info)
        if not info.namespaced:
            meta.pop("namespace", None)
            return
        name = meta.setdefault("namespace", "default")
        namespace = self.store.find("namespaces", "", name)
        if namespace is None:
            raise NotFound("namespaces", name)
        # Most namespaces do not even have the word in them: they need not be decoded.
        if "deletionTimestamp" in namespace.texts["metadata"] and "deletionTimestamp" in namespace.part("metadata"):
            raise Forbidden(
                info.resource,
                meta.get("name", ""),
                f"unable to create new content in namespace {name} because it is being terminated",
            )
