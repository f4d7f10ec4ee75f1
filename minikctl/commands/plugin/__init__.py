"""The verbs of ``plugin``."""
