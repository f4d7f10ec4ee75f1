"""``cluster-info`` and ``cluster-info dump``."""
