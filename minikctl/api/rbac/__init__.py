"""Who may do what: role-based access control as an API server evaluates it.

Upstream: ``plugin/pkg/auth/authorizer/rbac``, ``pkg/registry/rbac/validation`` and the impersonation filter of
``apiserver/pkg/endpoints/filters``. The administrator, who works with minikctl unless ``--as`` says otherwise, may do
everything and is never held up here: nothing of this package is imported for him.

``user`` says who asks, ``attributes`` for what, ``rules`` whether it is allowed, ``escalation`` whether somebody may
hand on what he grants, ``guard`` puts all of it before the API, ``policy`` has the roles that a new cluster comes with.
"""
