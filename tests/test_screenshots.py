"""The pictures that the README shows are what the app draws, and hold no secret."""

from __future__ import annotations

import pytest

from tests.support.app import KEY, SECRET
from tests.support.shoot import FOLDER, SHOTS, Shot, main, picture, stale


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_is_fresh(shot: Shot) -> None:
    assert stale([shot]) == [], "run: python -m tests.support.shoot"


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {shot.name for shot in SHOTS}


def test_no_picture_holds_a_secret() -> None:
    for path in FOLDER.glob("*.svg"):
        text = path.read_text("utf-8")
        assert SECRET not in text
        assert KEY[4:] not in text


async def test_the_same_code_gives_the_same_bytes() -> None:
    for shot in (SHOTS[2], next(shot for shot in SHOTS if shot.scenario)):
        assert await picture(shot) == await picture(shot)


def test_a_stale_picture_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("tests.support.shoot.FOLDER", tmp_path)
    monkeypatch.setattr("tests.support.shoot.SHOTS", SHOTS[2:3])
    assert stale(SHOTS[2:3]) == [SHOTS[2].name]
    monkeypatch.setattr("tests.support.shoot.stale", lambda: [SHOTS[2].name])
    assert main(["--check"]) == 1
    assert f"screenshots/{SHOTS[2].name}.svg is stale" in capsys.readouterr().err
