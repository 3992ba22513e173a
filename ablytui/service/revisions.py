"""What became of one message: its versions, and what was annotated to it (TM2r, TM2s, TM2u). PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ablytui.service.summaries import Said, Summary

Item = Mapping[str, Any]


class Revised:
    """A message that was changed or annotated. Every item is whole: it inherits nothing.

    What was appended in a row is one version, which holds all of it.
    """

    def __init__(self, first: Item) -> None:
        self.versions: list[Item] = [first]
        self.annotations: list[Item] = []
        self._ids: set[str] = set()
        self._summary = Summary()
        self._growing = False

    @property
    def latest(self) -> Item:
        """The message as it is now, with the summary of its annotations."""
        latest = self.versions[-1]
        if not self._summary:
            return latest
        return {**latest, "annotations": {"summary": self._summary.wire()}}

    def revise(self, item: Item, *, appended: bool) -> None:
        """Another version. `appended`: it is the one before, and more."""
        if appended and self._growing:
            self.versions[-1] = item
        else:
            self.versions.append(item)
        self._growing = appended

    def knows(self, annotation_id: str) -> bool:
        """Whether an annotation under this id was taken already."""
        return annotation_id in self._ids

    def annotate(self, item: Item, said: Said) -> bool:
        """Take an annotation; whether the summary is another one now."""
        self.annotations.append(item)
        self._ids.add(str(item["id"]))
        return self._summary.take(said)

    def summary(self) -> Mapping[str, Any]:
        """The summary of the annotations, by type."""
        return self._summary.wire()
