"""Kubernetes on one file: a kubectl-style command-line tool that needs no cluster."""

__version__ = "0.1.0"
