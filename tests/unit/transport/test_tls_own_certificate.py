"""Our own certificate, in every form, and what is none; names, versions and suites of a server."""

import os
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from pyfixmsg_plus.transport import (
    CertificateSource,
    TlsError,
    TlsOptions,
)
from tests.transport.carriers import client_certificate, server_certificate, source_of
from tests.transport.certificates import Issued, authority
from tests.transport.handshakes import CLIENT, SERVER, agreed, factory, refused
from tests.transport.loops import on_both_loops


def written(folder: Path, issued: Issued) -> dict[str, CertificateSource]:
    certificate, key = issued.write(folder, "own")
    (folder / "both.pem").write_bytes(issued.pem)
    (folder / "own.p12").write_bytes(issued.pkcs12("pass"))
    (folder / "open.p12").write_bytes(issued.pkcs12(None))
    (folder / "secret.key").write_bytes(issued.key_encrypted("pass"))
    return {
        "two files": CertificateSource(certificate, key),
        "one file": CertificateSource(folder / "both.pem"),
        "an encrypted key": CertificateSource(certificate, folder / "secret.key", password="pass"),
        "text": CertificateSource(certificate=issued.certificate_pem.decode(), private_key=issued.key_pem.decode()),
        "bytes": CertificateSource(certificate=issued.certificate_pem, private_key=issued.key_pem),
        "a file and a text": CertificateSource(certificate, private_key=issued.key_pem),
        "one text": CertificateSource(certificate=issued.pem),
        "PKCS 12": CertificateSource(folder / "own.p12", password="pass"),
        "PKCS 12 without a password": CertificateSource(folder / "open.p12"),
        "PKCS 12 in memory": CertificateSource(certificate=issued.pkcs12("pass"), password="pass"),
    }


FORMS = [
    "two files", "one file", "an encrypted key", "text", "bytes", "a file and a text", "one text", "PKCS 12",
    "PKCS 12 without a password", "PKCS 12 in memory",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@on_both_loops
async def test_our_certificate_may_come_in_any_form(tmp_path: Path, form: str) -> None:
    source = written(tmp_path, server_certificate())[form]
    client, _ = await agreed(replace(SERVER, own=source), CLIENT)
    assert client.certificate is not None
    assert client.certificate.common_names == ("venue",)


def test_no_key_is_left_readable_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Linux has no files in memory, a file of our own is used: ours alone, and gone at once."""
    seen: list[int] = []
    load = ssl.SSLContext.load_cert_chain

    def watching(context: ssl.SSLContext, certfile: Path, keyfile: None = None, password: str = "") -> None:
        seen.append(certfile.stat().st_mode & 0o777)
        load(context, certfile, keyfile, password)

    monkeypatch.delattr(os, "memfd_create")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watching)
    factory(SERVER)
    assert seen == [0o600]
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_not_shown() -> None:
    source = CertificateSource(private_key="the key", password="the password")
    shown = repr(TlsOptions(own=source, ca_password="the password"))
    assert "the key" not in shown
    assert "the password" not in shown


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (TlsOptions(), "needs a certificate"),
        (TlsOptions(own=CertificateSource()), "needs a file or a text"),
        (TlsOptions(own=CertificateSource(Path("/nowhere/own.pem"))), "/nowhere/own.pem: No such file"),
        (TlsOptions(own=CertificateSource(certificate="no PEM")), "the certificate given as text: no usable"),
        (TlsOptions(own=CertificateSource(certificate=server_certificate().certificate_pem)), "no usable"),
        (
            TlsOptions(
                own=CertificateSource(
                    certificate=server_certificate().certificate_pem, private_key=client_certificate().key_pem
                )
            ),
            "key values mismatch",
        ),
        (
            TlsOptions(
                own=CertificateSource(
                    certificate=server_certificate().certificate_pem,
                    private_key=server_certificate().key_encrypted("right"),
                    password="wrong",
                )
            ),
            "no usable",
        ),
        (
            TlsOptions(
                own=CertificateSource(
                    certificate=server_certificate().certificate_pem,
                    private_key=server_certificate().key_encrypted("right"),
                )
            ),
            "no usable",
        ),
        (
            TlsOptions(own=CertificateSource(certificate=server_certificate().pkcs12("right"), password="wrong")),
            "its password is wrong",
        ),
        (replace(SERVER, need_client_auth=True, ca="no PEM"), "holds no certificate"),
        (
            replace(SERVER, need_client_auth=True, ca="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
            "trust anchors cannot be read",
        ),
        (replace(SERVER, need_client_auth=True, ca=None, ca_directory=Path("/nowhere")), "/nowhere: No such file"),
        (replace(SERVER, need_client_auth=True, check_revocation=True), "needs a file or a directory of revocation"),
        (replace(SERVER, minimum_version="TLSv1"), "TLSv1 is broken"),
        (replace(SERVER, minimum_version="SSLv3"), "SSLv3 is broken"),
        (replace(SERVER, minimum_version="TLSv1.4"), "no version of TLS"),
        (replace(SERVER, cipher_suites=("NO-SUCH-SUITE",)), "NO-SUCH-SUITE"),
        (
            replace(SERVER, minimum_version="TLSv1.3", cipher_suites=("ECDHE-ECDSA-AES128-GCM-SHA256",)),
            "none of TLSv1.3",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_at_once(options: TlsOptions, text: str) -> None:
    with pytest.raises(TlsError, match=text) as error:
        factory(options)
    assert "wrong" not in str(error.value).replace("password is wrong", "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"no list", "holds no revocation list"),
        (b"\x30\x03\x02\x01\x01", "revocation lists cannot be read"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", "a Java key store; keytool"),
    ],
)
def test_what_is_no_revocation_list_is_refused(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "list.crl").write_bytes(data)
    with pytest.raises(TlsError, match=text):
        factory(replace(SERVER, need_client_auth=True, crl_file=tmp_path / "list.crl"))


def test_pkcs12_without_a_key_is_no_certificate_of_ours_but_holds_anchors(tmp_path: Path) -> None:
    anchor = x509.load_pem_x509_certificate(authority().pem)
    store = pkcs12.serialize_key_and_certificates(None, None, None, [anchor], BestAvailableEncryption(b"pass"))
    (tmp_path / "trust.p12").write_bytes(store)
    trusting = TlsOptions(ca_file=tmp_path / "trust.p12", ca_password="pass")
    factory(trusting, server_side=False)
    with pytest.raises(TlsError, match="holds no private key"):
        factory(TlsOptions(own=CertificateSource(tmp_path / "trust.p12", password="pass")))


def test_pkcs12_without_its_extra_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(TlsError, match=r"extra 'pkcs12'") as error:
        factory(TlsOptions(own=CertificateSource(certificate=server_certificate().pkcs12(None))))
    assert error.value.kind == "EXTRA"


@pytest.mark.parametrize("name", ["", ".venue.test", "a" * 300, "ven\0ue"])
def test_a_name_that_can_be_no_servers_is_refused(name: str) -> None:
    with pytest.raises(TlsError, match="no server's name"):
        factory(replace(CLIENT, server_name=None), server_side=False).channel(name, 0.0)


@on_both_loops
async def test_a_server_shows_the_certificate_of_the_name_that_is_asked_for() -> None:
    other = authority().issue("other", "other.test")
    server = replace(SERVER, names={"Other.test": source_of(other)})
    for asked, shown in (("other.test", "other"), ("OTHER.TEST", "other"), ("venue.test", "venue")):
        client, known = await agreed(server, replace(CLIENT, server_name=asked))
        assert client.certificate is not None
        assert client.certificate.common_names == (shown,)
        assert known.tls is not None
        assert (known.tls.server_name or "").lower() == asked.lower()


@on_both_loops
async def test_the_least_version_may_be_raised() -> None:
    client, _ = await agreed(replace(SERVER, minimum_version="TLSv1.3"), CLIENT)
    assert client.tls is not None
    assert client.tls.version == "TLSv1.3"
    old = replace(CLIENT, cipher_suites=("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",))
    error = await refused(replace(SERVER, minimum_version="TLSv1.3"), old)
    assert "PROTOCOL_VERSION" in error.kind


@pytest.mark.parametrize(
    ("suites", "version", "cipher"),
    [
        (("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",), "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        (("ECDHE-ECDSA-AES256-GCM-SHA384",), "TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        (("TLS_AES_256_GCM_SHA384",), "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        (("TLS_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"), "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
    ],
)
@on_both_loops
async def test_only_named_suites_are_used(suites: tuple[str, ...], version: str, cipher: str) -> None:
    client, _ = await agreed(SERVER, replace(CLIENT, cipher_suites=suites))
    assert client.tls is not None
    assert (client.tls.version, client.tls.cipher) == (version, cipher)


@on_both_loops
async def test_a_suite_that_was_not_named_is_refused_even_where_the_library_would_take_it() -> None:
    error = await refused(SERVER, replace(CLIENT, cipher_suites=("TLS_CHACHA20_POLY1305_SHA256",)))
    assert error.kind == "CIPHER_SUITE"
    assert "TLS_AES_256_GCM_SHA384" in str(error)
