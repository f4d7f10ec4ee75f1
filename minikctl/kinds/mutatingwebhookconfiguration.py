"""MutatingWebhookConfiguration (admissionregistration.k8s.io/v1): who may change objects on their way in."""

from __future__ import annotations

from minikctl.kinds.webhooks import WebhookConfigurationKind


class MutatingWebhookConfigurationKind(WebhookConfigurationKind):
    """The hooks of MutatingWebhookConfigurations."""

    webhook_defaults = (*WebhookConfigurationKind.webhook_defaults, ("reinvocationPolicy", "Never"))


KIND = MutatingWebhookConfigurationKind
