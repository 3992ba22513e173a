"""Saved recovery keys: what is written is read again, and what is bad is told in one line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui import savedkeys
from ablytui.errors import ConfigError
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build, parse
from ablytui.savedkeys import SavedKey

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC
TEXT = build(RecoveryKey(CURRENT, 'id!se"cr\\et', 5, (("a\x7fé", "108@5"),)))
SAVED = SavedKey(TEXT, CURRENT, 1_764_062_312_345.0, "127.0.0.1:8080", 120_000.0)
OLD = SavedKey("k:12:3", CLASSIC, 1_764_062_000_000.0)


def test_what_is_saved_is_loaded_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.toml"
    savedkeys.save(path, SAVED)
    savedkeys.save(path, OLD)
    assert savedkeys.load(path) == (SAVED, OLD)


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.toml"
    path.parent.mkdir(mode=0o755)
    path.write_text("")
    path.chmod(0o644)
    savedkeys.save(path, SAVED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    fresh = tmp_path / "new" / "keys.toml"
    savedkeys.save(fresh, SAVED)
    assert stat.S_IMODE(fresh.parent.stat().st_mode) == 0o700
    assert list(fresh.parent.iterdir()) == [fresh]


def test_a_key_saved_again_is_there_once_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    for n in range(savedkeys.MOST + 3):
        savedkeys.save(path, SavedKey(f"k:{n}:0", CLASSIC, 1000.0 * n))
    again = SavedKey("k:5:0", CLASSIC, 1e12)
    savedkeys.save(path, again)
    found = savedkeys.load(path)
    assert len(found) == savedkeys.MOST
    assert found[0] == again
    assert [key.text for key in found].count("k:5:0") == 1


def test_a_key_can_be_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    savedkeys.save(path, SAVED)
    savedkeys.save(path, OLD)
    savedkeys.forget(path, SAVED)
    assert savedkeys.load(path) == (OLD,)
    assert "se" not in path.read_text("utf-8").split("[[key]]", 1)[1].split("saved")[0]


@pytest.mark.parametrize(
    ("text", "dialect"), [(TEXT + "\n", CURRENT), ("k:12:3\n", CLASSIC), ("\ufeffk:1:2", CLASSIC)]
)
def test_a_file_with_a_key_alone_is_read_and_its_age_is_not_known(
    tmp_path: Path, text: str, dialect: DialectName
) -> None:
    path = tmp_path / "key.txt"
    path.write_text(text, "utf-8")
    assert savedkeys.load(path) == (SavedKey(text.strip().removeprefix("\ufeff"), dialect),)


def test_no_file_is_no_key(tmp_path: Path) -> None:
    assert savedkeys.load(tmp_path / "none") == ()
    (tmp_path / "empty").write_text("# nothing\n")
    assert savedkeys.load(tmp_path / "empty") == ()


HEAD = '[[key]]\ndialect = "current"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello there", "no recovery key, and no list"),
        ("hello", "no recovery key, and no list"),
        ('{"connectionKey":"a"', "no whole recovery key: The JSON ends at character 21"),
        ("x = 1", "it has no [[key]]"),
        ("key = 1", "it has no [[key]]"),
        ("key = [1]", "it has no [[key]]"),
        ("[[key]]", "key 1: dialect is missing"),
        ('[[key]]\ndialect = "old"', "key 1: dialect is 'old'; it is current or classic"),
        (HEAD, "key 1: key is missing"),
        (HEAD + "key = 5", "key 1: key is 5"),
        (HEAD + 'key = ["SECRET"]', "key is an array; it is"),
        (HEAD + 'key = {connectionKey = "SECRET"}', "key is a table; it is"),
        (HEAD + 'key = "k:1:2"', "key 1: key cannot be read: a key of the classic dialect"),
        (HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nsaved = 5", "saved is 5"),
        (HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nttl = 1.5", "ttl is 1.5"),
        (HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nttl = true", "ttl is True"),
        (HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nttl = 1{'0' * 400}", "ttl is 10"),
        (
            HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nsaved = 0009-01-01T00:00:00Z",
            "saved is 0009-01-01 00:00:00+00:00; it is a time since 1970",
        ),
        (HEAD + f"key = '{build(RecoveryKey(CURRENT, 'a', 1))}'\nhost = 1", "host is 1"),
        ("key = " + "[" * 5000, "no recovery key, and no list"),
    ],
)
def test_a_bad_text_is_told_in_one_line_and_left_as_it_is(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "bad"
    path.write_text(text)
    for use in (lambda: savedkeys.load(path), lambda: savedkeys.save(path, SAVED)):
        if said.startswith("no whole"):
            said = said.replace("21", str(len(text) + 1))
        with pytest.raises(ConfigError) as bad:
            use()
        assert str(path) in bad.value.message
        assert said in bad.value.message
        assert "SECRET" not in bad.value.message
        assert "\n" not in bad.value.message
    assert path.read_text() == text


def test_what_is_no_readable_file_is_told(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    big = tmp_path / "big"
    big.write_bytes(b"#" * (savedkeys.LARGEST + 1))
    latin = tmp_path / "latin"
    latin.write_bytes(b"k\xe4:1:2")
    for path, said in [
        (pipe, "it is not a file"),
        (tmp_path, "it cannot be read: Is a directory"),
        (big, "too large"),
        (latin, "invalid UTF-8 at byte 1"),
        (tmp_path / "a\0b", "null"),
        (tmp_path / ("x" * 300), "it cannot be read: File name too long"),
    ]:
        with pytest.raises(ConfigError, match=said):
            savedkeys.load(path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError):
        savedkeys.save(tmp_path / "file" / "keys.toml", SAVED)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_any_text_is_keys_or_one_line(data: bytes) -> None:
    try:
        said, keys = "", savedkeys.read(data.decode("utf-8", "replace"), "f")
    except ConfigError as bad:
        said, keys = bad.message, ()
    assert "\n" not in said
    assert all(key.key is not None for key in keys)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


@given(NAMES, st.dictionaries(NAMES, NAMES, max_size=3), st.integers(0, 4_000_000_000_000))
def test_every_key_comes_back_as_it_was(key: str, channels: dict[str, str], saved: int) -> None:
    text = build(RecoveryKey(CURRENT, key, 1, tuple(channels.items())))
    kept = SavedKey(text, CURRENT, float(saved), key, 1.0)
    assert savedkeys.read(savedkeys.written([kept]), "f") == (kept,)


def test_a_key_that_no_file_can_hold_as_it_was_typed_is_made_anew() -> None:
    typed = '{"connectionKey":"a","msgSerial":1,"channelSerials":{},"x":"\ud800"}'
    (found,) = savedkeys.read(savedkeys.written([SavedKey(typed, CURRENT)]), "f")
    assert parse(found.text, CURRENT) == parse(typed, CURRENT)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files there")
def test_what_is_no_file_is_not_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(ConfigError):
        savedkeys.load(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
