"""Pairs of rows, kept compactly: 36 bytes each, found by bisection from either side."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Final

_LONGEST: Final = 2**32 - 1


class Pairs:
    """Question and answer by row number, with the time between in µs (71 minutes at most).

    Answers come in order. Questions nearly do, so a pair is put in its place near the end.
    """

    def __init__(self) -> None:
        self._questions, self._their = array("Q"), array("Q")
        self._took = array("I")
        self._answers, self._first = array("Q"), array("Q")

    def __len__(self) -> int:
        return len(self._questions)

    def add(self, question: int, answer: int, us: int) -> None:
        """`answer`, which is never below an earlier one, answers `question`."""
        place = len(self._questions)
        if place and self._questions[-1] >= question:
            place = bisect_left(self._questions, question)
        self._questions.insert(place, question)
        self._their.insert(place, answer)
        self._took.insert(place, min(max(us, 0), _LONGEST))
        if not self._answers or self._answers[-1] < answer:
            self._answers.append(answer)
            self._first.append(question)

    def answer_of(self, question: int) -> int | None:
        """The row that answers `question`."""
        place = bisect_left(self._questions, question)
        if place < len(self._questions) and self._questions[place] == question:
            return self._their[place]
        return None

    def question_of(self, answer: int) -> int | None:
        """The first of the rows that `answer` answers."""
        place = bisect_left(self._answers, answer)
        if place < len(self._answers) and self._answers[place] == answer:
            return self._first[place]
        return None

    def took(self, question: int) -> int | None:
        """Μs until `question` was answered."""
        place = bisect_left(self._questions, question)
        if place < len(self._questions) and self._questions[place] == question:
            return self._took[place]
        return None
