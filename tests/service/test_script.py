"""The time of a script: due, held, jumped, and step by step."""

from __future__ import annotations

from ablytui.service.acts import Act
from ablytui.service.scenario import Scenario, Step
from ablytui.service.script import Script
from ablytui.service.streams import Stream

SAY = Act("say")
STEPS = (
    Step(0, "one", SAY),
    Step(1_000, "two", SAY),
    Step(1_500, "", SAY),
    Step(5_000, "three", SAY),
)


class Bench:
    """A script, what it played, and a clock that begins anywhere."""

    def __init__(self, *, stepwise: bool = False, stream: Stream | None = None) -> None:
        self.now = 70_000.0
        self.played: list[tuple[float, str]] = []
        self.flowed: list[float] = []
        streams = () if stream is None else (stream,)
        scenario = Scenario("s", "d", steps=STEPS, streams=streams)
        self.script = Script(scenario, self._play, self._flow, stepwise=stepwise)

    def _play(self, step: Step) -> None:
        self.played.append((self.now - 70_000, step.caption))

    def _flow(self, stream: Stream, number: int) -> None:
        del stream, number
        self.flowed.append(self.now - 70_000)

    def advance(self, ms: float) -> None:
        end = self.now + ms
        while (due := self.script.due()) is not None and due <= end:
            self.now = max(due, self.now)
            self.script.run(self.now)
        self.now = end

    @property
    def captions(self) -> list[str]:
        return [caption for _, caption in self.played]


def test_nothing_is_due_before_it_begins_and_each_step_in_its_time() -> None:
    bench = Bench()
    assert bench.script.due() is None
    bench.script.begin(bench.now)
    bench.script.begin(bench.now + 400)
    bench.advance(10_000)
    assert bench.played == [(0, "one"), (1_000, "two"), (1_500, ""), (5_000, "three")]
    progress = bench.script.progress
    assert (progress.name, progress.step, progress.steps, progress.over) == ("s", 3, 3, True)
    assert bench.script.due() is None


def test_paused_the_time_stands_still() -> None:
    bench = Bench()
    bench.script.begin(bench.now)
    bench.advance(600)
    bench.script.pause(bench.now)
    assert bench.script.due() is None
    bench.advance(60_000)
    assert bench.script.progress.paused
    bench.script.go(bench.now)
    bench.advance(399)
    assert bench.captions == ["one"]
    bench.advance(1)
    assert bench.captions == ["one", "two"]


def test_paused_before_it_begins_it_waits() -> None:
    bench = Bench()
    bench.script.pause(bench.now)
    bench.script.begin(bench.now)
    bench.advance(5_000)
    assert bench.played == []
    bench.script.go(bench.now)
    bench.advance(0)
    assert bench.captions == ["one"]


def test_a_jump_plays_what_belongs_in_between_and_goes_on() -> None:
    bench = Bench()
    bench.script.begin(bench.now)
    bench.advance(100)
    bench.script.skip(bench.now)
    bench.advance(0)
    assert bench.captions == ["one", "two"]
    bench.script.skip(bench.now)
    bench.advance(0)
    assert bench.captions == ["one", "two", "", "three"]
    bench.script.skip(bench.now)
    assert bench.script.progress.over


def test_who_stood_still_takes_one_step_and_waits_at_the_next() -> None:
    bench = Bench()
    bench.script.begin(bench.now)
    bench.advance(100)
    bench.script.pause(bench.now)
    bench.script.skip(bench.now)
    bench.advance(60_000)
    assert bench.captions == ["one", "two", ""]
    assert bench.script.progress.holds
    bench.script.skip(bench.now)
    bench.advance(60_000)
    assert bench.captions[-1] == "three"
    assert not bench.script.progress.holds


def test_one_step_after_another_until_told_to_go_on() -> None:
    bench = Bench()
    bench.script.begin(bench.now)
    bench.script.pause(bench.now)
    for said in (["one"], ["one", "two", ""]):
        bench.script.skip(bench.now)
        bench.advance(60_000)
        assert bench.captions == said
    other = Bench()
    other.script.begin(other.now)
    other.script.pause(other.now)
    other.script.skip(other.now)
    other.advance(60_000)
    other.script.go(other.now)
    other.advance(60_000)
    assert other.captions == ["one", "two", "", "three"]


def test_step_by_step_it_waits_before_each() -> None:
    bench = Bench(stepwise=True)
    bench.script.begin(bench.now)
    bench.advance(60_000)
    assert bench.captions == ["one"]
    assert bench.script.progress.holds
    bench.script.go(bench.now)
    bench.advance(60_000)
    assert bench.captions == ["one", "two", ""]
    bench.script.skip(bench.now)
    bench.advance(60_000)
    assert bench.captions[-1] == "three"
    assert not bench.script.progress.holds


STREAM = Stream("a", every=100, start=2_000, items=({"data": "x"},), times=None)


def test_a_stream_keeps_its_pace_through_pauses_and_jumps() -> None:
    bench = Bench(stream=STREAM)
    bench.script.begin(bench.now)
    bench.advance(2_250)
    assert bench.flowed == [2_000, 2_100, 2_200]
    bench.script.pause(bench.now)
    bench.advance(500)
    bench.script.go(bench.now)
    bench.advance(100)
    assert bench.flowed[3:] == [2_800]
    bench.script.skip(bench.now)
    bench.advance(160)
    assert bench.flowed[4:] == [2_900, 3_000]


def test_what_a_sleep_missed_is_not_made_up_for() -> None:
    bench = Bench(stream=STREAM)
    bench.script.begin(bench.now)
    bench.advance(2_050)
    bench.now += 30_000
    bench.script.run(bench.now)
    assert len(bench.flowed) == 2
    assert bench.captions[-1] == "three"
