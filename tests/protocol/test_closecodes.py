import pytest

from ablytui.protocol.closecodes import CLOSE_CODES, classic_outcome, close_name, sendable

OUTCOMES = [
    (1000, None),
    (1001, None),
    (1002, (80000, 400)),
    (1003, (40100, 401)),
    (1004, (80000, 400)),
    (1005, None),
    (1006, None),
    (1007, (80000, 400)),
    (1008, (40100, 401)),
    (1009, (40000, 400)),
    (1010, (80000, 400)),
    (1011, (80000, 400)),
    (1012, (80000, 400)),
    (1014, (80000, 400)),
    (1015, (80000, 400)),
    (1016, (80000, 400)),
    (3000, (80000, 400)),
    (4000, (80000, 400)),
    (4999, (80000, 400)),
    (0, (80000, 400)),
]


@pytest.mark.parametrize(("code", "expected"), OUTCOMES)
def test_classic_outcome(code: int, expected: tuple[int, int] | None) -> None:
    error = classic_outcome(code)
    assert (error and (error.code, error.status_code)) == expected


def test_a_refusal_reads_as_a_refused_handshake_does() -> None:
    error = classic_outcome(1008)
    assert error is not None
    assert error.message == "Unauthorized"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1000, "normal closure"),
        (1006, "abnormal closure"),
        (3999, "registered code"),
        (4000, "private code"),
        (1016, "unknown code"),
        (65535, "unknown code"),
    ],
)
def test_names(code: int, name: str) -> None:
    assert close_name(code) == name


def test_the_table_is_keyed_by_its_codes() -> None:
    assert all(code == row.code for code, row in CLOSE_CODES.items())
    assert sorted(CLOSE_CODES) == list(range(1000, 1016))


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
def test_not_sendable(code: int) -> None:
    assert not sendable(code)


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1011, 1014, 3000, 4999])
def test_sendable(code: int) -> None:
    assert sendable(code)
