"""The verbs of ``kuberc``: preferences for the command line."""
