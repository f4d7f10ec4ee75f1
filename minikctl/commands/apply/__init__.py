"""The verbs that begin with ``apply``."""
