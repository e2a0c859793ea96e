"""Our engine against those that counterparties run, in both roles: orders, gaps, resends, resets, disconnects, TLS."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import pyfixmsg_plus as fix
from tests.interop.counterparty import ENGINES, Counterparty, counterparty, free_port
from tests.interop.desk import Desk, order, settings
from tests.on_loop import on_loop
from tests.transport.certificates import authority

VERSIONS = ("FIX.4.2", "FIX.4.4", "FIXT.1.1")
# The Go engine has no call that sets its numbers.
SETS_NUMBERS = ("quickfix", "quickfixj")

pytestmark = pytest.mark.parametrize("role", ["initiator", "acceptor"])
every_engine = pytest.mark.parametrize("engine", ENGINES)


class Talk:
    """Both sides of a running conversation."""

    def __init__(self, desk: Desk, session: Any, peer: Counterparty) -> None:
        self.desk, self.session, self.peer = desk, session, peer

    async def hear(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.peer.hear, event, count)

    def send_orders(self, first: int, count: int) -> list[str]:
        names = [f"U{number}" for number in range(first, first + count)]
        for name in names:
            self.session.send(order(name, self.session.session_id.begin_string))
        return names


@asynccontextmanager
async def talk(
    engine: str,
    role: str,
    begin_string: str,
    folder: Path,
    ours: dict[str, str] | None = None,
    theirs: dict[str, str] | None = None,
) -> AsyncIterator[Talk]:
    """Our engine in this role and the other in the opposite one, logged on."""
    port, desk = free_port(), Desk()
    kind: Any = fix.Initiator if role == "initiator" else fix.Acceptor
    running = kind.from_config(settings(role, begin_string, port, folder, **(ours or {})), desk)
    their_role = "acceptor" if role == "initiator" else "initiator"
    with counterparty(engine, their_role, begin_string, port, folder / "theirs", **(theirs or {})) as peer:
        async with running:
            session = await running.logged_on(timeout_s=30)
            both = Talk(desk, session, peer)
            await both.hear("logon")
            yield both


@every_engine
@pytest.mark.parametrize("begin_string", VERSIONS)
@on_loop
async def test_orders_are_answered_both_ways(engine: str, role: str, begin_string: str, tmp_path: Path) -> None:
    async with talk(engine, role, begin_string, tmp_path) as both:
        sent = both.send_orders(1, 20)
        both.peer.tell("orders 1 20")
        assert [heard["id"] for heard in await both.hear("order", 20)] == sent
        await both.desk.until(lambda: len(both.desk.of("8")) == 20 and len(both.desk.of("D")) == 20)
        assert both.desk.of("8") == sent
        assert both.desk.of("D") == [f"O{number}" for number in range(1, 21)]
        both.session.log_out("done")
        assert (await both.hear("logout_received"))[0]["text"] == "done"
        await both.desk.until(lambda: not both.session.is_logged_on)


@every_engine
@pytest.mark.parametrize("begin_string", VERSIONS)
@on_loop
async def test_what_was_sent_while_the_connection_was_gone_is_asked_for(
    engine: str, role: str, begin_string: str, tmp_path: Path
) -> None:
    async with talk(engine, role, begin_string, tmp_path) as both:
        before = both.send_orders(1, 3)
        await both.hear("order", 3)
        both.session.disconnect()
        await both.desk.until(lambda: both.session.state == "closed")
        missed = both.send_orders(4, 5)
        await both.hear("logout")
        both.peer.tell("orders 1 5")
        found = await both.hear("order", 5)
        assert [heard["id"] for heard in found] == missed
        assert all(heard["again"] for heard in found)
        await both.desk.until(lambda: set(both.desk.of("D")) >= {f"O{number}" for number in range(1, 6)})
        await both.desk.until(lambda: set(both.desk.of("8")) >= {*before, *missed})


@every_engine
@on_loop
async def test_numbers_that_ran_ahead_are_filled(engine: str, role: str, tmp_path: Path) -> None:
    async with talk(engine, role, "FIX.4.4", tmp_path) as both:
        both.session.disconnect()
        await both.desk.until(lambda: both.session.state == "closed")
        both.session.set_next(next_out=both.session.next_out + 50)
        await both.hear("logon")
        sent = both.send_orders(1, 3)
        assert [heard["id"] for heard in await both.hear("order", 3)] == sent
        # The peer asked for the fifty numbers that no message has, and was told to skip them.
        assert "2" in both.desk.asked
        await both.desk.until(lambda: both.desk.of("8") == sent)


@pytest.mark.parametrize("engine", SETS_NUMBERS)
@on_loop
async def test_numbers_of_the_peer_that_ran_ahead_are_asked_for(engine: str, role: str, tmp_path: Path) -> None:
    async with talk(engine, role, "FIX.4.4", tmp_path) as both:
        both.session.disconnect()
        await both.hear("logout")
        both.peer.tell(f"next 70 {both.session.next_out}")
        await both.hear("logon")
        both.peer.tell("orders 1 3")
        await both.desk.until(lambda: both.desk.of("D") == ["O1", "O2", "O3"])
        assert "4" in both.desk.asked
        assert both.session.next_in >= 74


@every_engine
@on_loop
async def test_a_reset_at_logon_sets_all_numbers_to_one(engine: str, role: str, tmp_path: Path) -> None:
    reset = {"ResetOnLogon": "Y"}
    ours, theirs = (reset, {}) if role == "initiator" else ({}, reset)
    async with talk(engine, role, "FIX.4.4", tmp_path, ours, theirs) as both:
        both.send_orders(1, 5)
        await both.desk.until(lambda: len(both.desk.of("8")) == 5)
        both.session.disconnect()
        await both.hear("logout")
        await both.hear("logon")
        await both.desk.until(lambda: both.session.is_logged_on)
        assert (both.session.next_out, both.session.next_in) == (2, 2)
        both.send_orders(6, 1)
        assert [(heard["id"], heard["seq"]) for heard in await both.hear("order")] == [("U6", 2)]


def _tls(engine: str, role: str, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Settings of both sides for mutual TLS, each with a certificate of one authority, in their own words."""
    folder.mkdir(parents=True, exist_ok=True)
    issuer = authority("Interop")
    anchor = folder / "authority.pem"
    anchor.write_bytes(issuer.pem)
    certificate, key = issuer.issue("us", "localhost", "127.0.0.1").write(folder, "us")
    ours = {
        "SocketUseSSL": "Y",
        "SocketCertificateFile": str(certificate),
        "SocketPrivateKeyFile": str(key),
        "SocketCAFile": str(anchor),
        "NeedClientAuth": "Y",
    }
    if role == "initiator":
        ours["SNIHostName"] = "localhost"
        del ours["NeedClientAuth"]
    peer = issuer.issue("peer", "localhost", "127.0.0.1")
    certificate, key = peer.write(folder, "peer")
    match engine:
        case "quickfix":
            side = "Client" if role == "acceptor" else "Server"
            theirs = {
                f"{side}CertificateFile": str(certificate),
                f"{side}CertificateKeyFile": str(key),
                "CertificationAuthoritiesFile": str(anchor),
                "CertificateVerifyLevel": "1" if role == "acceptor" else "2",
            }
        case "quickfixj":
            store = folder / "peer.p12"
            store.write_bytes(peer.pkcs12("secret"))
            trust = folder / "trust.p12"
            command = ["keytool", "-importcert", "-noprompt", "-alias", "authority", "-file", str(anchor), "-storetype"]
            subprocess.run(
                [*command, "PKCS12", "-keystore", str(trust), "-storepass", "secret"], check=True, capture_output=True
            )
            theirs = {
                "SocketUseSSL": "Y",
                "SocketKeyStore": str(store),
                "SocketKeyStorePassword": "secret",
                "KeyStoreType": "PKCS12",
                "SocketTrustStore": str(trust),
                "SocketTrustStorePassword": "secret",
                "TrustStoreType": "PKCS12",
                "NeedClientAuth": "Y",
            }
        case _:
            theirs = {
                "SocketUseSSL": "Y",
                "SocketCertificateFile": str(certificate),
                "SocketPrivateKeyFile": str(key),
                "SocketCAFile": str(anchor),
                "SocketServerName": "localhost",
            }
    return ours, theirs


@every_engine
@on_loop
async def test_orders_pass_through_mutual_tls(engine: str, role: str, tmp_path: Path) -> None:
    ours, theirs = _tls(engine, role, tmp_path / "tls")
    async with talk(engine, role, "FIX.4.4", tmp_path, ours, theirs) as both:
        sent = both.send_orders(1, 5)
        both.peer.tell("orders 1 5")
        await both.desk.until(lambda: both.desk.of("8") == sent and len(both.desk.of("D")) == 5)
        assert both.session.peer.tls.version in ("TLSv1.2", "TLSv1.3")
