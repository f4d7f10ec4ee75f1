"""MutatingAdmissionPolicyBinding (admissionregistration.k8s.io/v1): for what a mutating policy holds."""

from __future__ import annotations

from minikctl.kinds.admissionpolicies import AdmissionPolicyBindingKind as MutatingAdmissionPolicyBindingKind

KIND = MutatingAdmissionPolicyBindingKind
