"""What masking may cost: in proportion to the frame, capped, and never at the price of a secret.

Work is counted, not timed: the lines of `ablytui.capture` that run, and the bytes it copies.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.capture.namescan import frame_scan, query_scan
from ablytui.capture.needles import LONGEST_PATTERN, Needles, normalised
from ablytui.capture.places import MOST_ITEMS, json_spans, msgpack_spans
from ablytui.capture.redact import Redactor
from ablytui.capture.veil import MOST_SPANS, Span, capped
from ablytui.protocol.frame import Opcode
from tests.support.capture import TAG_SECRET

SECRET = "app.key:a-long-secret-value"
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY
SIZE = 20_000


def lines_run(do: Callable[[], object]) -> int:
    """How many lines of this package ran."""
    count = 0

    def local(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return local

    def entered(frame: FrameType, event: str, arg: Any) -> Any:
        return local if "/ablytui/capture/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        do()
    finally:
        sys.settrace(before)
    return count


HOSTILE = [
    (b"[", TEXT),
    (b'{"a":', TEXT),
    (b'{"a":[', TEXT),
    (b'{"connectionKey":', TEXT),
    (b'{"auth":{"accessToken":[', TEXT),
    (b'"connectionKey":"k%d",', TEXT),
    (b"mac=", TEXT),
    (b"mac=x", TEXT),
    (b"mac={", TEXT),
    (b'"mac":"', TEXT),
    (b"'mac':'", TEXT),
    (b'mac=\\"', TEXT),
    (b"mac=token ", TEXT),
    (b"?key=", TEXT),
    (b"://a:", TEXT),
    (b"\\", TEXT),
    (b"\\u0061-long-secret-value", TEXT),
    (b"\x91", BINARY),
    (b"\x81\xa1a", BINARY),
    (b"\x81\xadconnectionKey", BINARY),
    (b"\xc1mac\xdb\x00\x03\x00\x00", BINARY),
    (b"\xc1mac:\xdb\x00\x03\x00\x00", BINARY),
]


@pytest.mark.parametrize(("part", "opcode"), HOSTILE)
def test_twice_the_frame_is_at_most_twice_the_work(part: bytes, opcode: Opcode) -> None:
    def work(size: int) -> int:
        payload = part * (size // len(part))
        return lines_run(lambda: Redactor(TAG_SECRET, secrets=[SECRET]).frame(payload, opcode))

    once, twice = work(SIZE), work(2 * SIZE)
    assert twice < 2.2 * once + 1_000
    assert once < 20 * SIZE


@pytest.mark.parametrize(("part", "opcode"), HOSTILE)
def test_a_search_copies_no_byte_twice(part: bytes, opcode: Opcode) -> None:
    payload = part * (SIZE // len(part))
    place = json_spans if opcode is TEXT else msgpack_spans
    for spans in (place(payload), frame_scan(payload), query_scan(payload)):
        assert sum(len(span.value) for span in spans) <= 2 * len(payload)


@pytest.mark.parametrize(
    ("start", "part", "opcode"),
    [(b"[", b"1,", TEXT), (b"\xdd\xff\xff\xff\xff", b"\x01", BINARY)],
)
def test_beyond_the_cap_nothing_is_seen(start: bytes, part: bytes, opcode: Opcode) -> None:
    shown = start + part * (MOST_ITEMS - 2)
    payload = shown + part * 9 + b'"hidden"'
    masked = Redactor(TAG_SECRET).frame(payload, opcode, strange=True)
    assert len(masked) == len(payload)
    assert masked.startswith(shown)
    assert set(masked[len(shown) + 2 * len(part) :]) == {ord("*")}


def test_after_too_many_secrets_everything_is_covered() -> None:
    payload = b"connectionKey=abcdefgh " * (MOST_SPANS + 1) + b"and what follows"
    masked = Redactor(TAG_SECRET).frame(payload, TEXT, strange=True)
    assert b"abcdefgh" not in masked
    assert b"what follows" not in masked
    assert masked.startswith(b"connectionKey=**")
    few = list(capped((Span(n, n + 1, b"x") for n in range(3)), 10, most=2))
    assert few == [Span(0, 1, b"x"), Span(1, 2, b"x"), Span(2, 10, b"")]


def test_a_secret_behind_a_container_that_was_passed_over_is_found() -> None:
    deep = "[" * 50 + "{" + '"a":"]}"' + "}" + "]" * 50
    for message in (
        f'{{"messages":[{{"data":{deep},"connectionKey":"KEYKEYKEY"}}]}}',
        f'{{"a":{{"b":{{"c":{deep}}}}},"connectionKey":"KEYKEYKEY"}}',
        f'{{"a":{{"b":{{"c":{deep},"connectionKey":"KEYKEYKEY"',
    ):
        masked = Redactor(TAG_SECRET).frame(message.encode(), TEXT, strange=True)
        assert b"KEYKEYKEY" not in masked


# --- long values --------------------------------------------------------------------------------

LONG = "Aé/+-_😀z." * 40
FORMS: list[Callable[[str], str]] = [
    lambda c: c,
    lambda c: json.dumps(c)[1:-1].replace("/", "\\/"),
    lambda c: "".join(f"\\u{u:04X}" for u in _units(c)),
    lambda c: "".join(f"%{b:02x}" for b in c.encode()),
    lambda c: "".join(f"%25{b:02X}" for b in c.encode()),
]


def _units(char: str) -> list[int]:
    raw = char.encode("utf-16-be")
    return [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(range(len(FORMS))), min_size=1, max_size=20), st.text(max_size=9))
def test_a_long_value_is_found_however_it_is_written(forms: list[int], around: str) -> None:
    assert len(LONG) > LONGEST_PATTERN
    known = Needles()
    known.add(LONG)
    written = "".join(FORMS[forms[n % len(forms)]](char) for n, char in enumerate(LONG))
    before, data = around.encode(), f"{around}{written}{around}".encode("utf-8", "replace")
    before = around.encode("utf-8", "replace")
    spans = [(span.start, span.stop) for span in known.spans(data, text=False)]
    assert (len(before), len(data) - len(before)) in spans or (
        # What stands before it may itself be read as the beginning of an escape.
        normalised(data) != normalised(before) + normalised(written.encode()) + normalised(before)
    )


@pytest.mark.parametrize("shift", range(3))
def test_a_long_value_is_found_inside_base64_and_its_quotes_stay(shift: int) -> None:
    packed = base64.b64encode(b"u:"[:shift] + LONG.encode()).decode()
    written = packed.replace("/", "\\/")
    for text in (f'["{packed}"]', f'["{written}"]', f'["{packed.replace("+", "-")}"]'):
        masked = Redactor(TAG_SECRET, secrets=[LONG]).frame(text.encode(), TEXT).decode()
        assert masked[:2] + masked[-2:] == '[""]'
        assert packed[8:20] not in masked
        assert "*" * 200 in masked


def test_a_long_value_is_never_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[int] = []
    real = re.compile

    def counting(pattern: Any, *flags: Any) -> Any:
        compiled.append(len(pattern))
        return real(pattern, *flags)

    monkeypatch.setattr("ablytui.capture.needles.re.compile", counting)
    token = "eyJhbGciOiJIUzI1NiJ9." * 5_000
    redactor = Redactor(TAG_SECRET, secrets=[token])
    payload = f'{{"action":17,"auth":{{"accessToken":"{token}"}},"x":"\\u0041 {token}"}}'.encode()
    masked = redactor.frame(payload, TEXT)
    assert b"eyJhbGciOiJIUzI1NiJ9.eyJ" not in masked
    assert len(masked) == len(payload)
    assert max(compiled, default=0) < 100_000
