"""Files that change while they are in use."""

from dataclasses import replace
from pathlib import Path

import pytest

from pyfixmsg_plus.transport import (
    CertificateSource,
    ConnectOptions,
    Connector,
    ReportKind,
    TlsError,
    TlsOptions,
)
from pyfixmsg_plus.transport.tls.context import TlsFactory
from tests.transport.carriers import server_certificate, source_of
from tests.transport.certificates import authority
from tests.transport.handshakes import CLIENT, Reports, factory, listening
from tests.transport.loops import come, on_both_loops
from tests.transport.recorder import Recorder


@on_both_loops
async def test_new_files_are_used_for_new_handshakes_and_links_that_stand_are_not_touched(tmp_path: Path) -> None:
    certificate, key = server_certificate().write(tmp_path, "own")
    server = TlsOptions(own=CertificateSource(certificate, key), reload_interval_s=0.0)
    reports, made = Reports(), list[Recorder]()
    async with listening(server, made, reports.append) as address:
        connector = Connector(ConnectOptions(tls=replace(CLIENT, check_server_name=False)))
        before = await connector.connect(address, Recorder())
        authority().issue("renewed", "venue.test").write(tmp_path, "own")
        recorder = Recorder()
        after = await connector.connect(address, recorder)
        assert before.peer.certificate is not None
        assert after.peer.certificate is not None
        assert before.peer.certificate.common_names == ("venue",)
        assert after.peer.certificate.common_names == ("renewed",)
        assert reports.kinds() == [ReportKind.LISTENING, ReportKind.CERTIFICATES_RELOADED]
        await come(lambda: len(made) == 2)
        before.write(b"still here")
        await made[0].until(lambda one: one.received == b"still here")


@on_both_loops
async def test_broken_new_files_keep_the_old_ones_in_use_and_are_reported_once(tmp_path: Path) -> None:
    certificate, key = server_certificate().write(tmp_path, "own")
    server = TlsOptions(own=CertificateSource(certificate, key), reload_interval_s=0.0)
    reports, made = Reports(), list[Recorder]()
    async with listening(server, made, reports.append) as address:
        connector = Connector(ConnectOptions(tls=CLIENT))
        certificate.write_bytes(authority().issue("renewed", "venue.test").certificate_pem)  # the key not yet
        for _ in range(3):
            link = await connector.connect(address, Recorder())
            assert link.peer.certificate is not None
            assert link.peer.certificate.common_names == ("venue",)
        assert reports.kinds() == [ReportKind.LISTENING, ReportKind.CERTIFICATES_KEPT]
        assert "stay in use" in reports[-1].text
        assert isinstance(reports[-1].error, TlsError)


def test_files_are_not_looked_at_before_their_time(tmp_path: Path) -> None:
    certificate, key = server_certificate().write(tmp_path, "own")
    reports = Reports()
    options = TlsOptions(own=CertificateSource(certificate, key), reload_interval_s=10.0)
    made = TlsFactory(options, server_side=True, report=reports.append)
    made.channel("", 100.0)
    certificate.unlink()
    made.channel("", 109.9)
    assert reports == []
    made.channel("", 110.0)
    assert reports.kinds() == [ReportKind.CERTIFICATES_KEPT]


@pytest.mark.parametrize("change", ["ca_file", "ca_directory", "crl_file", "crl_directory", "names"])
def test_a_change_of_any_file_is_seen(tmp_path: Path, change: str) -> None:
    for folder in ("authorities", "lists"):
        (tmp_path / folder).mkdir()
    other = authority().issue("other", "other.test")
    certificate, key = other.write(tmp_path, "other")
    ca, crl = tmp_path / "ca.pem", tmp_path / "ours.crl"
    options = TlsOptions(
        own=source_of(server_certificate()),
        names={"other.test": CertificateSource(certificate, key)},
        ca_file=ca,
        ca_directory=tmp_path / "authorities",
        crl_file=crl,
        crl_directory=tmp_path / "lists",
        need_client_auth=True,
    )
    ca.write_bytes(authority().pem)
    crl.write_bytes(authority().revoking())
    made = factory(options)
    assert not made.reload()
    if change == "ca_file":
        ca.write_bytes(authority().pem + authority("Another").pem)
    elif change == "ca_directory":
        (tmp_path / "authorities" / "new.pem").write_bytes(authority("Another").pem)
    elif change == "crl_file":
        crl.write_bytes(authority().revoking(other))
    elif change == "crl_directory":
        (tmp_path / "lists" / "new.crl").write_bytes(authority("Another").revoking())
    else:
        authority().issue("other again", "other.test").write(tmp_path, "other")
    assert made.reload()
    assert not made.reload()


def test_a_directory_that_is_gone_is_reported_and_not_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / "ours.pem").write_bytes(authority().pem)
    reports = Reports()
    made = TlsFactory(TlsOptions(ca_directory=folder), server_side=False, report=reports.append)
    (folder / "ours.pem").unlink()
    folder.rmdir()
    assert not made.reload()
    assert reports.kinds() == [ReportKind.CERTIFICATES_KEPT]
