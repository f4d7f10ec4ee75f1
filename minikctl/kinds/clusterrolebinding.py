"""ClusterRoleBinding (rbac.authorization.k8s.io/v1): who may do everywhere what a ClusterRole says."""

from __future__ import annotations

from minikctl.kinds.rbacbindings import BindingKind


class ClusterRoleBindingKind(BindingKind):
    """The hooks of ClusterRoleBindings."""

    role_kinds = ("ClusterRole",)


KIND = ClusterRoleBindingKind
