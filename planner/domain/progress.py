"""How a stage says how far it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener for work that takes more than a moment."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """Start a stage; `total` is the number of steps, `None` when unknown."""
        ...

    def advance(self, steps: int = 1) -> None:
        """Count `steps` more steps of the current stage as done."""
        ...

    def tell(self, objective: float, bound: float) -> None:
        """Say how good the best plan of a search is, and that none is better than `bound`."""
        ...

    def end(self) -> None:
        """Finish the current stage."""
        ...


class SilentProgress:
    """A listener that says nothing."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """Ignore the start of a stage."""

    def advance(self, steps: int = 1) -> None:
        """Ignore a step."""

    def tell(self, objective: float, bound: float) -> None:
        """Ignore a plan."""

    def end(self) -> None:
        """Ignore the end of a stage."""
