"""Encrypted payloads: AES in CBC mode, PKCS#7, the IV in front of the ciphertext (RSL5). PURE.

`cryptography` is loaded when something has to be encrypted or decrypted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

IV_BYTES: Final = 16
_ALGORITHMS: Final = {"cipher+aes-128-cbc": 16, "cipher+aes-256-cbc": 32}


def decrypt(data: object, step: str, key: bytes | None) -> bytes:
    """Undo one cipher step. Raises TypeError or ValueError, whose text says why it cannot be."""
    size = _ALGORITHMS.get(step)
    if size is None:
        raise ValueError("not an algorithm that is known here")
    if key is None:
        raise ValueError("no key for this channel")
    if len(key) != size:
        raise ValueError(f"the key has {len(key) * 8} bits, not {size * 8}")
    if not isinstance(data, bytes):
        raise TypeError("the data is not bytes")
    if len(data) < 2 * IV_BYTES or len(data) % IV_BYTES:
        raise ValueError(f"{len(data)} bytes are no IV and whole blocks")
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    opener = Cipher(algorithms.AES(key), modes.CBC(data[:IV_BYTES])).decryptor()
    padded = opener.update(data[IV_BYTES:]) + opener.finalize()
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise ValueError("the padding is wrong: another key, or damaged data") from None


def encrypted(item: Mapping[str, Any], key: bytes, iv: bytes) -> dict[str, Any]:
    """A message or presence item with its data encrypted (RSL5, RSL4).

    `key` is 16 or 32 bytes, `iv` 16 that were never used with it. An item without data stays as
    it is.
    """
    data = item.get("data")
    if not isinstance(data, (str, bytes)):
        return dict(item)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    clear = data.encode("utf-8") if isinstance(data, str) else data
    padder = PKCS7(128).padder()
    padded = padder.update(clear) + padder.finalize()
    sealer = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    steps = [item["encoding"]] if item.get("encoding") else []
    steps += ["utf-8"] if isinstance(data, str) else []
    chain = "/".join([*steps, f"cipher+aes-{len(key) * 8}-cbc"])
    sealed = iv + sealer.update(padded) + sealer.finalize()
    return {**item, "data": sealed, "encoding": chain}
