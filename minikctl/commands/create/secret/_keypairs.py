"""Whether a certificate and a private key belong together, in the words of Go's ``tls.X509KeyPair``.

Python's ``ssl`` does the mathematics; it wants files, so both are written to a folder of their own for a moment.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(rb"^-----BEGIN ([^\n]+?)-----\s*?\n(?:.*?\n)?-----END \1-----", re.MULTILINE | re.DOTALL)
#: OpenSSL's reasons for a key that is another certificate's
_MISMATCHES = {
    "KEY_VALUES_MISMATCH": "tls: private key does not match public key",
    "NO_CERTIFICATE_ASSIGNED": "tls: private key type does not match public key type",
    "KEY_TYPE_MISMATCH": "tls: private key type does not match public key type",
}


def check_pair(certificate: bytes, key: bytes) -> None:
    """Raise ValueError unless both are PEM, and the key is the certificate's."""
    _check_certificate(_types(certificate))
    _check_key(_types(key))
    _check_match(certificate, key)


def _types(text: bytes) -> list[str]:
    """The types of the PEM blocks in ``text``, in order."""
    return [found[1].decode("utf-8", "replace") for found in _BLOCK.finditer(text)]


def _check_certificate(types: list[str]) -> None:
    if "CERTIFICATE" in types:
        return
    if not types:
        raise ValueError("tls: failed to find any PEM data in certificate input")
    if len(types) == 1 and types[0].endswith("PRIVATE KEY"):
        raise ValueError(
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may "
            "have been switched"
        )
    raise ValueError(
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following '
        f"types: [{' '.join(types)}]"
    )


def _check_key(types: list[str]) -> None:
    if any(name == "PRIVATE KEY" or name.endswith(" PRIVATE KEY") for name in types):
        return
    if not types:
        raise ValueError("tls: failed to find any PEM data in key input")
    if types == ["CERTIFICATE"]:
        raise ValueError("tls: found a certificate rather than a key in the PEM for the private key")
    raise ValueError(
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the '
        f"following types: [{' '.join(types)}]"
    )


def _check_match(certificate: bytes, key: bytes) -> None:
    import os
    import ssl
    from tempfile import TemporaryDirectory

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # short keys and old hashes are not for this verb to refuse
    with TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("certificate", "key")]
        for path, content in zip(paths, (certificate, key), strict=True):
            with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
        try:
            context.load_verify_locations(paths[0])
        except ssl.SSLError as error:
            raise ValueError("x509: malformed certificate") from error
        try:
            context.load_cert_chain(paths[0], paths[1], password=lambda: b"")
        except ssl.SSLError as error:
            raise ValueError(_MISMATCHES.get(error.reason or "", "tls: failed to parse private key")) from error
