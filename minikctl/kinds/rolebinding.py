"""RoleBinding (rbac.authorization.k8s.io/v1): who may do in a namespace what a Role or ClusterRole says."""

from __future__ import annotations

from minikctl.kinds.rbacbindings import BindingKind


class RoleBindingKind(BindingKind):
    """The hooks of RoleBindings."""

    role_kinds = ("Role", "ClusterRole")


KIND = RoleBindingKind
