"""Everything that is a secret, in every place where it passes; and what only looks like a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from ablytui.capture.redact import Redactor
from ablytui.errors import UsageError
from ablytui.protocol.checks import check_key, token
from ablytui.protocol.credentials import secrets_of
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.uri import Continuity, target
from tests.support.joined import KEY, Joined, Make
from tests.support.service import Bench as Service

SECRET = "a-Secret_value.0123456789"
FRAMES: list[dict[str, Any]] = [
    {"action": 4, "connectionKey": SECRET},
    {"action": 4, "connectionDetails": {"connectionKey": SECRET}},
    {"action": 17, "auth": {"accessToken": SECRET}},
    {"action": 15, "messages": [{"connectionKey": SECRET}]},
]
ROWS: list[dict[str, Any]] = [
    {"url": f"wss://h/?key=app.k%3A{SECRET}"},
    {"url": f"wss://h/?access_token={SECRET}"},
    {"url": f"wss://h/?accessToken={SECRET}"},
    {"url": f"wss://h/?resume={SECRET}"},
    {"url": f"wss://h/?recover={SECRET}"},
    {"headers": {"Authorization": f"Bearer {SECRET}"}},
    {"headers": [["authorization", f"Basic {SECRET}"]]},
    {"keyName": "app.k", "mac": SECRET},
]


@pytest.mark.parametrize("body", FRAMES, ids=" ".join)
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut off"])
def test_secrets_in_frames_are_masked_unknown_as_they_are(
    body: dict[str, Any], *, cut: bool
) -> None:
    """RTN, RTC8: by place, in both formats, also where the frame cannot be decoded."""
    for payload, opcode in (
        (json.dumps(body).encode(), Opcode.TEXT),
        (msgpack.packb(body), Opcode.BINARY),
    ):
        data = payload[: payload.index(SECRET.encode()) + len(SECRET)] if cut else payload
        masked = Redactor(b"t" * 32).frame(data, opcode, strange=cut)
        assert SECRET[4:].encode() not in masked
        assert len(masked) == len(data)


@pytest.mark.parametrize("members", ROWS, ids=lambda members: str(members)[:40])
def test_secrets_in_rows_and_answers_are_masked(members: dict[str, Any]) -> None:
    """URIs, headers, token requests, as the log and its exports hold them."""
    redactor = Redactor(b"t" * 32)
    assert SECRET[4:].encode() not in redactor.body(json.dumps(members).encode())
    assert SECRET[4:] not in json.dumps(redactor.redact_members(members))


def given() -> Iterator[tuple[str, ConnectParams]]:
    current = json.dumps({"connectionKey": SECRET, "msgSerial": 1, "channelSerials": {}})
    yield "key", ConnectParams(key=f"app.k:{SECRET}")
    yield "token", ConnectParams(token=SECRET)
    yield "resume", ConnectParams(key="app.k:s", resume=SECRET)
    yield "recover", ConnectParams(key="app.k:s", recover=current)
    yield (
        "classic",
        ConnectParams(key="app.k:s", recover=f"{SECRET}:3:1", dialect=DialectName.CLASSIC),
    )


@pytest.mark.parametrize(("name", "params"), given(), ids=lambda value: value)
def test_secrets_that_were_given_are_masked_wherever_they_turn_up(
    name: str, params: ConnectParams
) -> None:
    """In clear, in a URI, in base64, and inside somebody's message."""
    redactor = Redactor(b"t" * 32, secrets=secrets_of(params))
    where = target(params, Continuity())
    for text in (where.url, SECRET, f"it is {SECRET}, is it not", json.dumps({"d": [SECRET]})):
        assert SECRET[4:] not in redactor.redact_url(text)
        assert SECRET[4:].encode() not in redactor.frame(text.encode(), Opcode.TEXT)
    assert name


def everything(folder: Path) -> bytes:
    """What the files of a folder hold."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("fmt", Format)
@pytest.mark.parametrize("dialect", DialectName)
async def test_a_recording_holds_no_secret_of_its_own_connection(
    make: Make, tmp_path: Path, fmt: Format, dialect: DialectName
) -> None:
    """From the dial to the recovery key that was asked for and published by mistake."""
    world: Joined = make(format=fmt, dialect=dialect)
    key, recovery = world.session.connection.key, world.session.recovery_key()
    assert key is not None
    assert recovery is not None
    world.do("attach", channel="c")
    world.do("publish", channel="c", data=f"{recovery} and {KEY}")
    world.do("drop")
    world.advance(2_000)
    world.entries()
    held = everything(tmp_path)
    assert b"connectionKey" in held or fmt is Format.MSGPACK
    assert key.encode() not in held
    assert KEY.partition(":")[2].encode() not in held


# --- what a credential is -----------------------------------------------------------------------


def test_a_key_is_split_at_its_first_colon() -> None:
    """RSC1a: a colon in the secret belongs to the secret."""
    assert check_key("app.kid:se:cr:et") == "app.kid:se:cr:et"
    assert "se:cr:et" in secrets_of(ConnectParams(key="app.kid:se:cr:et"))
    where = target(ConnectParams(key="app.kid:se:cr:et"), Continuity())
    assert dict(where.query)["key"] == "app.kid:se:cr:et"


@pytest.mark.parametrize("value", ["aaaa.bbbb.cccc", "app.token-of-old", "opaque"])
def test_a_token_has_dots_and_no_colon_and_is_no_key(value: str) -> None:
    """RSC1a: JWTs have two dots, old tokens one."""
    assert token(value) == value
    with pytest.raises((UsageError, ValueError)):
        check_key(value)


def test_a_service_splits_at_the_first_colon_too() -> None:
    """RSC1a, for the keys it holds and those it is given."""
    service = Service(keys=("app.kid:se:cr:et",))
    assert service.dial(key="app.kid:se:cr:et").connected["action"] == 4
    assert service.dial(key="app.kid:se").got[0]["action"] == 9
