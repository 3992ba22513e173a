from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from ablytui.capture.needles import LEARNED, Needles, flexible, normalised

SECRET = "kq3Zw1bT2e!9fA2c7"


def found(needles: Needles, data: bytes, *, text: bool = True) -> list[bytes]:
    return [data[span.start : span.stop] for span in needles.spans(data, text=text)]


def knowing(*secrets: str) -> Needles:
    needles = Needles()
    for secret in secrets:
        needles.add(secret)
    return needles


def escaped(secret: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in secret)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        escaped(SECRET),
        escaped(SECRET).upper().replace("\\U", "\\u"),
        escaped(SECRET).replace("\\", "\\\\\\"),
        SECRET[:5] + escaped(SECRET[5]) + SECRET[6:],
        quote(SECRET, safe=""),
        "".join(f"%{ord(char):02X}" for char in SECRET),
        quote(quote(SECRET, safe="")),
    ],
)
def test_a_value_is_found_however_it_is_written(written: str) -> None:
    data = f'{{"data":"before {written} after"}}'.encode()
    assert found(knowing(SECRET), data) == [written.encode()]


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "user:"])
@pytest.mark.parametrize("urlsafe", [True, False])
def test_a_value_inside_base64_leaves_no_digit_of_it(before: str, urlsafe: bool) -> None:
    secret = "s?>~ecret~~>>??value1234"
    plain = f"{before}{secret}:0000".encode()
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    data = b'"' + encode(plain) + b'"'
    (span,) = knowing(secret).spans(data, text=True)
    without = data[: span.start] + b"A" * (span.stop - span.start) + data[span.stop :]
    left = base64.urlsafe_b64decode(without.strip(b'"').replace(b"+", b"-").replace(b"/", b"_"))
    assert left.startswith(before.encode()[: len(before) // 3 * 3])
    kept = bytes(byte for byte in left if byte)
    assert not any(secret.encode()[i : i + 2] in kept for i in range(len(secret) - 1))


def test_quick_needles_are_in_everything_that_holds_a_value() -> None:
    secrets = ["app.key1:s/e+c=ret/va+lue/42", SECRET, 'qu"ote\\d!secret', "пароль-длинный"]
    needles = knowing(*secrets)
    for secret in secrets:
        for text in (secret, json.dumps(secret), quote(secret, safe=""), escaped_json(secret)):
            clear = normalised(text.encode())
            assert any(needle in clear for needle in needles.quick), text
            encoded = base64.b64encode(b"x" + secret.encode())
            assert any(needle in encoded for needle in needles.quick)


def escaped_json(secret: str) -> str:
    units = secret.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def test_the_secret_of_an_api_key_and_the_key_of_a_recovery_key_are_known_too() -> None:
    needles = knowing(
        "app1.key1:the-secret-part",
        '{"connectionKey":"currentKey12345","msgSerial":0,"channelSerials":{}}',
        "classicKey67890:5:3",
    )
    data = b"the-secret-part currentKey12345 classicKey67890"
    assert sorted(found(needles, data)) == sorted(data.split())


def test_short_values_are_not_looked_for() -> None:
    assert found(knowing("abc", ""), b"abc abc") == []
    assert found(knowing("abcd"), b"abc abcd") == [b"abcd"]


def test_only_the_latest_learned_keys_are_kept_and_the_given_ones_always() -> None:
    needles = knowing(SECRET)
    keys = [f"learnedKey{i:04d}".encode() for i in range(LEARNED + 3)]
    for key in keys:
        needles.learn(key)
    assert found(needles, b" ".join(keys)) == keys[-LEARNED:]
    assert found(needles, SECRET.encode()) == [SECRET.encode()]
    needles.learn(b"short")
    assert found(needles, b"short") == []


@pytest.mark.parametrize(
    ("secret", "text", "covered"),
    [
        ("n123456789", r'"\n123456789"', b"123456789"),
        ("n123456789", r'"\\n123456789"', b"n123456789"),
        ("u0041bcdefgh", r'"\u0041bcdefgh"', b"bcdefgh"),
        ("0041bcdefgh", r'"\u0041bcdefgh"', b"bcdefgh"),
        ("41bcdefgh", r'"\u0041bcdefgh"', b"bcdefgh"),
        ("/bcdefgh", r'"\/bcdefgh"', rb"\/bcdefgh"),
    ],
)
def test_no_escape_is_torn_apart(secret: str, text: str, covered: bytes) -> None:
    assert found(knowing(secret), text.encode()) == [covered]


def test_a_megabyte_of_backslashes_is_no_trap() -> None:
    data = b"\\" * (1 << 20)
    assert normalised(data) != b""
    assert found(knowing(SECRET, 'a"b/c\\d"e'), data) == []


def test_flexible_takes_only_that_text() -> None:
    import re

    pattern = re.compile(flexible("aé"))
    for good in ("aé", "\\u0061\\u00E9", "%61%C3%a9"):
        assert pattern.fullmatch(good.encode()), good
    for bad in ("ae", "a", "\\u0061", "%61%C3"):
        assert not pattern.fullmatch(bad.encode()), bad


def test_a_key_that_is_no_text_is_covered_in_its_place_and_not_looked_for() -> None:
    needles = Needles()
    needles.learn(b"\x00\xff\x80 not utf-8")
    assert found(needles, b"x \x00\xff\x80 not utf-8") == []
