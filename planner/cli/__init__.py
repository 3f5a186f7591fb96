"""The command line: one file for each verb, thin."""

from __future__ import annotations

from planner.cli.app import main

__all__ = ["main"]
