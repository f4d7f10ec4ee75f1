"""The verbs of ``top``: simulated usage of CPU and memory."""
