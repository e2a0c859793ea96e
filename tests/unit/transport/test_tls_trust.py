"""Who is trusted: authorities, names, clients with certificates, revocation."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from pyfixmsg_plus.transport import (
    ReportKind,
    TlsOptions,
)
from pyfixmsg_plus.transport.tls.context import TlsFactory
from tests.transport.carriers import client_certificate, server_certificate, source_of
from tests.transport.certificates import Authority, authority
from tests.transport.handshakes import CLIENT, SERVER, Reports, agreed, refused
from tests.transport.loops import on_both_loops


@on_both_loops
async def test_the_newest_version_is_agreed_on() -> None:
    client, server = await agreed(SERVER, CLIENT)
    assert client.tls is not None
    assert server.tls is not None
    assert client.tls.version == server.tls.version == "TLSv1.3"
    assert client.tls.server_name == server.tls.server_name == "venue.test"


@on_both_loops
async def test_a_certificate_of_a_stranger_is_refused() -> None:
    error = await refused(SERVER, replace(CLIENT, ca=authority("Another").pem))
    assert error.kind == "CERTIFICATE_VERIFY_FAILED"
    assert "issuer" in str(error)


@on_both_loops
async def test_the_authorities_of_the_system_do_not_know_ours() -> None:
    error = await refused(SERVER, replace(CLIENT, ca=None))
    assert error.kind == "CERTIFICATE_VERIFY_FAILED"


@on_both_loops
async def test_an_expired_certificate_is_refused() -> None:
    expired = authority().issue("venue", "venue.test", expired=True)
    error = await refused(replace(SERVER, own=source_of(expired)), CLIENT)
    assert "expired" in str(error)


@on_both_loops
async def test_a_certificate_for_another_name_is_refused() -> None:
    error = await refused(SERVER, replace(CLIENT, server_name="other.test"))
    assert "other.test" in str(error)


@on_both_loops
async def test_the_host_is_the_name_when_none_is_given() -> None:
    client, _ = await agreed(SERVER, replace(CLIENT, server_name=None))
    assert client.certificate is not None
    assert "127.0.0.1" in client.certificate.ip


@on_both_loops
async def test_the_name_is_checked_although_it_is_not_sent() -> None:
    unsaid = replace(CLIENT, send_server_name=False)
    _, server = await agreed(SERVER, unsaid)
    assert server.tls is not None
    assert server.tls.server_name is None
    error = await refused(SERVER, replace(unsaid, server_name="other.test"))
    assert error.kind == "CERTIFICATE_VERIFY_FAILED"


@on_both_loops
async def test_the_name_may_go_unchecked() -> None:
    client, _ = await agreed(SERVER, replace(CLIENT, server_name="other.test", check_server_name=False))
    assert client.certificate is not None
    client, _ = await agreed(
        SERVER, replace(CLIENT, server_name="other.test", check_server_name=False, send_server_name=False)
    )
    assert client.certificate is not None


@on_both_loops
async def test_verification_that_is_off_is_said_loudly() -> None:
    reports = Reports()
    client, _ = await agreed(SERVER, TlsOptions(verify=False), reports.append)
    assert client.certificate is None
    assert ReportKind.INSECURE in reports.kinds()
    assert any("OFF" in report.text for report in reports)


def test_verification_is_on_unless_it_is_switched_off() -> None:
    reports = Reports()
    TlsFactory(CLIENT, server_side=False, report=reports.append)
    assert reports == []


@on_both_loops
async def test_an_authority_may_be_a_file_or_a_directory_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / "1.pem").write_bytes(authority("Another").pem)
    (folder / "2.pem").write_bytes(b"Ours:\n" + authority().pem)
    await agreed(SERVER, replace(CLIENT, ca=None, ca_directory=folder))
    await agreed(SERVER, replace(CLIENT, ca=None, ca_file=folder / "2.pem"))
    await agreed(SERVER, replace(CLIENT, ca=authority().pem.decode()))


@on_both_loops
async def test_the_peers_own_certificate_may_be_what_is_trusted() -> None:
    await agreed(SERVER, replace(CLIENT, ca=server_certificate().certificate_pem))


@on_both_loops
async def test_a_client_without_a_certificate_is_refused_where_one_is_demanded() -> None:
    error = await refused(replace(SERVER, need_client_auth=True), CLIENT)
    assert "CERTIFICATE" in error.kind


@on_both_loops
async def test_a_client_with_a_strangers_certificate_is_refused() -> None:
    stranger = source_of(authority("Another").issue("stranger"))
    error = await refused(replace(SERVER, need_client_auth=True), replace(CLIENT, own=stranger))
    assert "UNKNOWN_CA" in error.kind


@pytest.mark.parametrize("shown", [True, False])
@on_both_loops
async def test_a_certificate_that_is_wanted_is_verified_if_it_is_shown(shown: bool) -> None:
    client = replace(CLIENT, own=source_of(client_certificate()) if shown else None)
    _, server = await agreed(replace(SERVER, want_client_auth=True), client)
    assert (server.certificate is not None) == shown


@on_both_loops
async def test_the_digest_of_the_certificate_is_known() -> None:
    _, server = await agreed(
        replace(SERVER, need_client_auth=True), replace(CLIENT, own=source_of(client_certificate()))
    )
    assert server.certificate is not None

    assert server.certificate.sha256 == client_certificate().certificate.fingerprint(hashes.SHA256()).hex()
    assert int(server.certificate.serial, 16) == client_certificate().certificate.serial_number


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
@on_both_loops
async def test_a_revoked_certificate_is_refused(tmp_path: Path, form: Encoding) -> None:
    ours = Authority("Revoking")
    good, bad = ours.issue("good", "venue.test"), ours.issue("bad", "venue.test")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "ours.crl").write_bytes(ours.revoking(bad, form=form))
    for client in (
        TlsOptions(ca=ours.pem, server_name="venue.test", crl_directory=lists),
        TlsOptions(ca=ours.pem, server_name="venue.test", crl_file=lists / "ours.crl", check_revocation=True),
    ):
        await agreed(replace(SERVER, own=source_of(good)), client)
        error = await refused(replace(SERVER, own=source_of(bad)), client)
        assert "revoked" in str(error)


@on_both_loops
async def test_a_certificate_without_its_issuers_list_is_refused(tmp_path: Path) -> None:
    lists = tmp_path / "other.crl"
    lists.write_bytes(authority("Another").revoking())
    error = await refused(SERVER, replace(CLIENT, crl_file=lists))
    assert "CRL" in str(error)
