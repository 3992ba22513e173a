"""RTL18 to RTL21: deltas that build on one another; keys; what each format can carry."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ablytui.decoders.payloads import Payloads, Undelivered, for_format
from ablytui.protocol.format import Format
from tests.support.vcdiff import delta

KEY = bytes(range(16))
VECTOR = base64.b64decode("EBESExQVFhcYGRobHB0eHzL21uoeyIct68zqhZbZw8M=")


def change(
    name: str, of: str | None, base: bytes, target: bytes, encoding: str = "utf-8/vcdiff"
) -> dict[str, Any]:
    extras = {"delta": {"from": of, "format": "vcdiff"}}
    return {"id": name, "data": delta(base, target), "encoding": encoding, "extras": extras}


def datas(payloads: Payloads, *messages: dict[str, Any], channel: str = "c") -> list[Any]:
    return [i["data"] for i in payloads.messages(channel, {"messages": list(messages)})]


def test_rtl21_in_order_and_rtl19c_each_result_is_the_next_base() -> None:
    payloads = Payloads({})
    assert datas(
        payloads,
        {"id": "0", "data": "first"},
        change("1", "0", b"first", b"second"),
        change("2", "1", b"second", b"secular"),
    ) == ["first", "second", "secular"]
    assert datas(payloads, change("3", "2", b"secular", b"x")) == ["x"], "RTL20: across frames"


def test_rtl19a_base64_is_undone_before_the_base_is_kept() -> None:
    payloads = Payloads({})
    packed = change("1", "0", b"\x00\x01", b"\x00\x02", "vcdiff/base64")
    packed["data"] = base64.b64encode(packed["data"]).decode()
    assert datas(payloads, {"id": "0", "data": "AAE=", "encoding": "base64"}, packed) == [
        b"\x00\x01",
        b"\x00\x02",
    ]


def test_rtl19b_the_base_is_what_came_not_what_it_means() -> None:
    payloads = Payloads({})
    texts = [json.dumps({"n": n}) for n in range(2)]
    message = change("1", "0", texts[0].encode(), texts[1].encode(), "json/utf-8/vcdiff")
    assert datas(payloads, {"id": "0", "data": texts[0], "encoding": "json"}, message) == [
        {"n": 0},
        {"n": 1},
    ]


def test_ids_are_those_inherited_from_the_frame() -> None:
    payloads = Payloads({})
    payloads.messages("c", {"id": "f", "messages": [{"data": "a"}, {"data": "b"}]})
    assert datas(payloads, change("x", "f:1", b"b", b"bb")) == ["bb"]


@pytest.mark.parametrize("of", ["other", None])
def test_rtl20_a_delta_of_another_message_fails(of: str | None) -> None:
    payloads = Payloads({})
    datas(payloads, {"id": "0", "data": "base"})
    with pytest.raises(Undelivered) as caught:
        datas(payloads, {"id": "1", "data": "ok"}, change("2", of, b"ok", b"x"))
    assert caught.value.error.code == 40018
    assert "'2'" in caught.value.error.message
    assert datas(payloads, change("1", "0", b"base", b"basis")) == ["basis"], (
        "nothing of the failed frame counts: it will come again"
    )


def test_rtl18_a_delta_without_anything_before_it_fails() -> None:
    payloads = Payloads({})
    datas(payloads, {"id": "0", "data": "elsewhere"}, channel="other")
    with pytest.raises(Undelivered):
        datas(payloads, change("1", "0", b"elsewhere", b"x"))


def test_keys_are_those_of_the_channel() -> None:
    sealed = {"id": "0", "data": VECTOR, "encoding": "utf-8/cipher+aes-128-cbc"}
    payloads = Payloads({"c": KEY})
    assert datas(payloads, sealed) == ["hello"]
    (item,) = payloads.messages("other", {"messages": [sealed]})
    assert item["data"] == VECTOR
    assert "no key" in item["problem"]
    (member,) = payloads.presence("c", [sealed | {"action": 1, "clientId": "amy"}])
    assert (member["data"], member["action"]) == ("hello", "present")


def test_a_delta_of_encrypted_data_changes_the_ciphertext() -> None:
    payloads = Payloads({"c": KEY})
    chain = "utf-8/cipher+aes-128-cbc"
    first = {"id": "0", "data": VECTOR[:16] * 2, "encoding": chain}
    second = change("1", "0", VECTOR[:16] * 2, VECTOR, f"{chain}/vcdiff")
    assert datas(payloads, first, second)[1] == "hello"


def test_rsl4d1_json_carries_bytes_as_base64() -> None:
    message = {"action": 15, "messages": [{"data": b"hi", "encoding": "x"}, {"data": "hi"}]}
    assert for_format(message, Format.MSGPACK) is message
    assert for_format(message, Format.JSON)["messages"] == [
        {"data": "aGk=", "encoding": "x/base64"},
        {"data": "hi"},
    ]
    assert for_format({"presence": [{"data": b""}]}, Format.JSON) == {
        "presence": [{"data": "", "encoding": "base64"}]
    }
    assert for_format({"action": 0}, Format.JSON) == {"action": 0}
