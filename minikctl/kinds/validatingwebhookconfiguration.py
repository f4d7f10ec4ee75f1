"""ValidatingWebhookConfiguration (admissionregistration.k8s.io/v1): who may refuse objects on their way in."""

from __future__ import annotations

from minikctl.kinds.webhooks import WebhookConfigurationKind as ValidatingWebhookConfigurationKind

KIND = ValidatingWebhookConfigurationKind
