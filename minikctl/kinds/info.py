"""What a kind is called: a row of ``KINDS``, or one that a CustomResourceDefinition makes."""

from __future__ import annotations

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


class KindInfo:
    """One row of ``KINDS``: the names of a kind. ``module`` is where its behaviour stands, below ``minikctl.kinds``."""

    __slots__ = (
        "api_version",
        "categories",
        "group",
        "group_resource",
        "hub",
        "kind",
        "module",
        "namespaced",
        "plural",
        "qualified_kind",
        "resource",
        "short_names",
        "singular",
        "singular_resource",
        "verbs",
        "version",
    )

    #: a user's CustomResourceDefinition defines it (see ``kinds.custom``)
    custom = False
    #: clients may use it; else it is only what objects are stored as
    served = True

    def __init__(  # noqa: PLR0913 - the columns of a table
        self,
        api_version: str,
        kind: str,
        plural: str,
        *,
        namespaced: bool = True,
        short: tuple[str, ...] = (),
        categories: tuple[str, ...] = (),
        module: str = "base",
        verbs: tuple[str, ...] = ALL_VERBS,
        hub: str = "",
    ) -> None:
        self.api_version = api_version
        self.group, _, self.version = api_version.rpartition("/")
        self.kind = kind
        self.plural = plural
        self.singular = kind.lower()
        suffix = f".{self.group}" if self.group else ""
        self.group_resource = plural + suffix
        #: an older version of a kind (``autoscaling/v1``) is called as on the command line: plural, version, group
        self.resource = f"{plural}.{self.version}{suffix}" if hub == plural + suffix else plural + suffix
        self.singular_resource = self.singular + suffix
        self.qualified_kind = kind + suffix
        self.namespaced = namespaced
        self.short_names = short
        self.categories = categories
        self.module = module
        self.verbs = verbs
        #: the resource whose objects these are, shown in another form (``Kind.to_hub``); "": it has objects of its own
        self.hub = hub

    @property
    def is_older(self) -> bool:
        """Whether it is another version of a kind, which lists of kinds have already."""
        return self.hub == self.group_resource

    def __repr__(self) -> str:
        return f"KindInfo({self.api_version}, {self.kind})"
