"""Validation of manifests without a state: every document, every problem, with its place and what was meant.

The way of a manifest: ``units`` cuts the sources into pieces of work, ``reading`` reads their objects, ``checking`` holds
each against its kind (``schema_checks``, ``rule_checks``, with ``catalog`` knowing the kinds), ``facts`` takes down what
others must know of it, and when all are read ``crosschecks`` looks at them together. ``running`` does it all, in one
process or in several; what comes out is a ``report``, which ``minikctl.printing.reports`` writes.
"""
