"""``fault``: let things go wrong: node, pod, image, api, list and clear (one module each; minikctl's own)."""
