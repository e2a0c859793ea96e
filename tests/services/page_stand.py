"""A small service behind the page, for its development and its tests: real hub, real FIX sessions, scripted baskets.

``python -m tests.services.page_stand`` prints a link. Sessions run over loopback TCP between an initiator and an
acceptor of ours; baskets walk by a seed. What goes wrong is asked for below ``/stand/``: the peer killed, a gap, the
socket of the page cut.
"""

import asyncio
import contextlib
import random
import socket
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response, WebSocket
from fastapi.responses import JSONResponse

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application, Initiator, LogOptions, Session
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.monitor import (
    PARTS,
    Admission,
    ApprovalView,
    BasketView,
    ConstituentView,
    DecisionView,
    FixFeed,
    LatencyPoint,
    LatencyView,
    ServiceView,
    SourceView,
    VendorStatusView,
    VendorView,
    follow,
    page_file,
    page_hub,
    plain,
    show,
)
from pyfixmsg_plus.store import MemoryStore, MessageStore
from pyfixmsg_plus.values import SessionID

__all__ = ["Stand"]

SESSION = "FIX.4.4:FIXPLUS->VENUE"
PLACES = Decimal("0.0001")
PRICES = {
    "AAPL": Decimal("262.1400"),
    "IBM": Decimal("233.5100"),
    "SPY": Decimal("585.2500"),
    "BAC": Decimal("47.2300"),
    "BTCUSD": Decimal("97125.5000"),
    "EURUSD": Decimal("1.0512"),
}
LIVE = (
    ("TECH_LEADERS", "Technology Leaders", {"AAPL": 40, "IBM": 35, "SPY": 25}),
    ("MIXED_ASSETS", "Crypto, Currency and Banks", {"BTCUSD": 20, "EURUSD": 50, "BAC": 30}),
)
USERS = {"maker": ["MAKER"], "approver": ["APPROVER"], "operator": ["OPERATOR"]}
# From each state: by which event, to which state, and whose role it takes.
LIFE = {
    ("DRAFT", "TRIGGER_BACKTEST"): ("BACKTESTED", "MAKER"),
    ("BACKTESTED", "SUBMIT_FOR_APPROVAL"): ("PENDING_APPROVAL", "MAKER"),
    ("PENDING_APPROVAL", "APPROVE"): ("APPROVED", "APPROVER"),
    ("PENDING_APPROVAL", "REJECT"): ("REJECTED", "APPROVER"),
    ("PENDING_APPROVAL", "WITHDRAW_SUBMISSION"): ("DRAFT", "MAKER"),
    ("APPROVED", "START_LISTING"): ("ACTIVE", "OPERATOR"),
    ("REJECTED", "DELETE"): ("DELETED", "MAKER"),
}

TIMED = (("fix_message", "Level to socket", 50.0, 6.0), ("sma_api", "Price from the adapter", 100.0, 20.0))
DECIDED = {"APPROVE": "APPROVED", "REJECT": "REJECTED"}
EVENTS = {
    "backtest": "TRIGGER_BACKTEST",
    "submit": "SUBMIT_FOR_APPROVAL",
    "approve": "APPROVE",
    "reject": "REJECT",
    "withdraw": "WITHDRAW_SUBMISSION",
}


class Venue(Application):
    """The other side of the session takes all that comes."""

    def from_app(self, message: Message, session: Session) -> None:
        """Take it."""


class Basket:
    """One basket and its way so far."""

    def __init__(self, code: str, name: str, status: str, names: dict[str, Decimal], currency: str = "USD") -> None:
        self.code, self.name, self.status, self.names, self.currency = code, name, status, names, currency
        self.version = 1
        self.levels: list[Decimal] = []
        self.seq: int | None = None
        self.submitted: str | None = None
        self.decisions: list[DecisionView] = []
        self.created = "maker"


class Stand:
    """The service."""

    def __init__(self, seed: int = 7) -> None:
        self.clock = SystemClock()
        self.hub = page_hub("stand")
        self.feed = FixFeed(self.hub, self.clock, vendors={SESSION: "BLOOMBERG"}, simulated=lambda _: True)
        self.chance = random.Random(seed)
        self.prices = {
            "AAPL": Decimal("262.1400"),
            "IBM": Decimal("233.5100"),
            "SPY": Decimal("585.2500"),
            "BAC": Decimal("47.2300"),
            "BTCUSD": Decimal("97125.5000"),
            "EURUSD": Decimal("1.0512"),
        }
        self.baskets = {
            code: Basket(code, name, "ACTIVE", {symbol: Decimal(weight) for symbol, weight in names.items()})
            for code, name, names in LIVE
        }
        self.sockets: set[WebSocket] = set()
        self.codes = {"once"}
        self.acceptor: Acceptor | None = None
        self.initiator: Initiator | None = None
        self.peer_store: MemoryStore | None = None
        self.frozen = False
        self.port = 0
        self.published = 0

    # --------------------------------------------------------------------------------------------------- FIX

    def store(self, _: SessionSettings, __: SessionID) -> MessageStore:
        """The numbers of the other side outlive it."""
        store = MemoryStore()
        if self.peer_store is not None:
            kept = self.peer_store.numbers()
            store.set_numbers(kept.next_out, kept.next_in)
        self.peer_store = store
        return store

    async def start_peer(self) -> None:
        """The other side of the session."""
        settings = SessionSettings(
            begin_string="FIX.4.4",
            sender_comp_id="VENUE",
            target_comp_id="FIXPLUS",
            connection_type="acceptor",
            socket_accept_port=self.port,
            non_stop_session=True,
            store_sync="never",
            max_logons_per_s=1000,
        )
        self.acceptor = Acceptor([settings], Venue(), open_store=self.store)
        await self.acceptor.start()

    async def start_fix(self, port: int) -> None:
        """Both sides."""
        self.port = port
        await self.start_peer()
        settings = SessionSettings(
            begin_string="FIX.4.4",
            sender_comp_id="FIXPLUS",
            target_comp_id="VENUE",
            connection_type="initiator",
            socket_connect_host=("127.0.0.1",),
            socket_connect_port=(self.port,),
            heart_bt_int=5,
            reconnect_interval=1,
            non_stop_session=True,
            store_sync="never",
        )
        self.initiator = Initiator([settings], Venue(), log_options=LogOptions(also=self.feed.log))
        self.feed.watch(self.initiator)
        await self.initiator.start()

    def send(self, basket: Basket) -> None:
        assert self.initiator is not None
        session = next(iter(self.initiator.sessions.values()))
        if session.is_logged_on:
            at = plain_time(self.clock.now().utc_ns)
            message = Message({8: "FIX.4.4", 35: "X"})
            message.add_group(
                268,
                {
                    279: "1",
                    278: f"{basket.code}-IDX",
                    270: f"{basket.levels[-1]:f}",
                    272: at[:10].replace("-", ""),
                    273: at[11:23],
                },
            )
            basket.seq = session.send(message)
            self.published += 1

    # ---------------------------------------------------------------------------------------------- the rest

    def tick(self) -> None:
        """Everything moves on by a step."""
        for symbol, price in self.prices.items():
            step = Decimal(self.chance.randint(-12, 12)) / 10_000
            self.prices[symbol] = (price * (1 + step)).quantize(PLACES)
        now_ns = self.clock.now().utc_ns
        for basket in self.baskets.values():
            if basket.status == "ACTIVE":
                level = sum(
                    (weight * self.prices[name] / PRICES[name] for name, weight in basket.names.items()),
                    Decimal(0),
                )
                basket.levels = [*basket.levels[-119:], level.quantize(PLACES)]
                self.send(basket)
            self.show(basket)
        self.feed.refresh()
        show(
            self.hub,
            ServiceView(
                name="PyFixMsg Plus demo",
                version="0.4",
                profile="demo",
                mode="embedded",
                roles=("all",),
                started_ns=0,
                simulated=True,
                note="Recorded and generated prices, times shifted to now.",
                users=tuple(USERS),
                published=self.published,
            ),
        )
        live = self.initiator is not None and any(one.is_logged_on for one in self.initiator.sessions.values())
        show(
            self.hub,
            VendorView(
                vendor="BLOOMBERG",
                kind="fix",
                status="HEALTHY" if live else "UNHEALTHY",
                breaker="CLOSED" if live else "OPEN",
                heartbeat_ns=now_ns if live else None,
                response_time_ms=1.8,
                error_rate=0.0 if live else 1.0,
                sent=self.published,
                confirmed=self.published,
                session_id=SESSION,
                simulated=True,
            ),
        )
        show(
            self.hub,
            VendorView(
                vendor="REFINITIV",
                kind="simulator",
                status="HEALTHY",
                breaker="CLOSED",
                heartbeat_ns=now_ns,
                response_time_ms=0.4,
                error_rate=0.0,
                sent=12,
                confirmed=12,
                simulated=True,
            ),
        )
        show(
            self.hub,
            SourceView(
                name="SMA_REFINITIV",
                priority=1,
                status="UP",
                breaker="CLOSED",
                connected=True,
                heard_ns=now_ns,
                response_time_ms=3.2,
                succeeded=214,
                subscriptions=len(self.prices),
                ticks=self.published * 3,
                budget_remaining=986,
                simulated=True,
            ),
        )
        show(
            self.hub,
            SourceView(
                name="HTTP_JSON",
                priority=3,
                status="DEGRADED",
                breaker="HALF_OPEN",
                connected=True,
                heard_ns=now_ns,
                succeeded=12,
                failed=5,
                detail="5 of the last 10 calls were slow",
            ),
        )
        self.latency(now_ns)

    def latency(self, now_ns: int) -> None:
        for name, title, goal, about in (
            ("fix_message", "Level to socket", 50.0, 6.0),
            ("sma_api", "Price from the adapter", 100.0, 20.0),
        ):
            held = self.hub.get(("latency", name)) or {"points": []}
            points = [
                LatencyPoint(
                    ended_ns=now_ns,
                    p50=about,
                    p95=about * 2 + self.chance.random() * about,
                    p99=about * 4 + self.chance.random() * about,
                    count=50,
                )
            ]
            view = plain(
                LatencyView(
                    name=name,
                    title=title,
                    goal_ms=goal,
                    count=50 * (len(held["points"]) + 1),
                    p50=points[0].p50,
                    p95=points[0].p95,
                    p99=points[0].p99,
                    highest=points[0].p99 * 1.4,
                    points=tuple(points),
                )
            )
            view["points"] = [*held["points"][-59:], *view["points"]]
            self.hub.put(("latency", name), view)

    def show(self, basket: Basket) -> None:
        now_ns = self.clock.now().utc_ns
        level = basket.levels[-1] if basket.levels else None
        change = level - 100 if level is not None else None
        status = VendorStatusView(
            vendor="BLOOMBERG",
            listing="CONFIRMED" if basket.status == "ACTIVE" else None,
            price="SENT" if basket.seq else None,
            sent_ns=now_ns if basket.seq else None,
            msg_seq_num=basket.seq,
        )
        show(
            self.hub,
            BasketView(
                basket_code=basket.code,
                basket_id=basket.code,
                basket_name=basket.name,
                basket_type="EQUITY",
                base_currency=basket.currency,
                status=basket.status,
                pricing_state="RUNNING" if basket.status == "ACTIVE" else "STOPPED",
                version="v1.0",
                entity_version=basket.version,
                created_by=basket.created,
                updated_by=basket.created,
                constituent_count=len(basket.names),
                method="FIXED_UNITS",
                level=level,
                change=change,
                change_percentage=change.quantize(Decimal("0.01")) if change is not None else None,
                quality="A" if level is not None else None,
                valued_ns=now_ns if level is not None else None,
                published_ns=now_ns if basket.seq else None,
                spark=tuple(basket.levels),
                vendors=(status,),
                simulated=True,
            ),
        )
        for name, weight in basket.names.items():
            price = self.prices[name]
            aged = name == "BAC"
            show(
                self.hub,
                ConstituentView(
                    basket_code=basket.code,
                    symbol=name,
                    weight=weight,
                    units=weight / PRICES[name],
                    price=price,
                    currency="USD",
                    change_percentage=((price / PRICES[name] - 1) * 100).quantize(Decimal("0.01")),
                    contribution=(weight * price / PRICES[name]).quantize(PLACES),
                    source="SMA_REFINITIV",
                    source_ns=now_ns - (45_000_000_000 if aged else 300_000_000),
                    freshness="AGED" if aged else "FRESH",
                    quality="HIGH",
                    simulated=True,
                ),
            )
        if basket.submitted is not None:
            show(
                self.hub,
                ApprovalView(
                    approval_id=f"a-{basket.code}",
                    basket_code=basket.code,
                    approval_type="SINGLE",
                    priority="NORMAL",
                    status=DECIDED[basket.decisions[-1].decision] if basket.decisions else "PENDING",
                    submitted_by=basket.submitted,
                    submitted_ns=now_ns,
                    decisions=tuple(basket.decisions),
                    sla_status="MET",
                ),
            )

    def move(self, code: str, event: str, user: str, comments: str = "") -> Basket:
        """Bring an event about, with four eyes."""
        basket = self.baskets.get(code)
        if basket is None:
            raise refused(404, "RESOURCE_NOT_FOUND", f"There is no basket {code}.")
        step = LIFE.get((basket.status, event))
        if step is None:
            raise refused(409, "INVALID_STATE_TRANSITION", f"{event} does not lead on from {basket.status}.")
        if step[1] not in USERS[user]:
            raise refused(403, "FORBIDDEN", f"{event} takes the role {step[1]}.")
        if event == "APPROVE" and user == basket.submitted:
            raise refused(403, "FOUR_EYES_VIOLATION", f"{user} submitted it.")
        if event in ("APPROVE", "REJECT"):
            basket.decisions.append(
                DecisionView(approver=user, decision=event, comments=comments, decided_ns=self.clock.now().utc_ns)
            )
        if event == "SUBMIT_FOR_APPROVAL":
            basket.submitted, basket.decisions = user, []
        basket.status, basket.version = step[0], basket.version + 1
        self.show(basket)
        return basket


def plain_time(utc_ns: int) -> str:
    return str(plain(DecisionView(approver="", decision="", decided_ns=utc_ns))["decidedAt"])


def refused(status: int, code: str, message: str, details: list[dict[str, str]] | None = None) -> HTTPException:
    return HTTPException(status, {"success": False, "error": code, "message": message, "details": details or []})


def who(authorization: str = Header("")) -> str:
    """Of the request's token, the user."""
    user = authorization.removeprefix("Bearer token-")
    if user not in USERS:
        raise refused(401, "UNAUTHORIZED", "The token is not valid.")
    return user


def made(stand: Stand, *, period_s: float, fix_port: int) -> FastAPI:
    """The program."""

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await stand.start_fix(fix_port)

        async def run() -> None:
            while True:
                if not stand.frozen:
                    stand.tick()
                await asyncio.sleep(period_s)

        task = asyncio.create_task(run())
        yield
        task.cancel()
        for engine in (stand.initiator, stand.acceptor):
            if engine is not None:
                await engine.stop(1.0)

    app = FastAPI(lifespan=life)

    @app.exception_handler(HTTPException)
    async def answer(_: Request, error: HTTPException) -> Response:
        return JSONResponse(error.detail, error.status_code)

    def signed(user: str) -> dict[str, Any]:
        return {"token": f"token-{user}", "user": user, "roles": USERS[user], "users": list(USERS), "expiresAt": None}

    @app.post("/api/v1/demo/signin")
    async def signin(body: dict[str, Any]) -> dict[str, Any]:
        if body.get("code") not in stand.codes:
            raise refused(401, "UNAUTHORIZED", "This link has been used, or is too old.")
        stand.codes.discard(body["code"])
        return signed("maker")

    @app.post("/api/v1/demo/switch")
    async def switch(body: dict[str, Any], user: str = Depends(who)) -> dict[str, Any]:
        return signed(body.get("user", user))

    @app.websocket("/api/v1/monitor")
    async def monitor(opened: WebSocket) -> None:
        async def admit(token: str) -> Admission | None:
            return Admission(frozenset(PARTS.values())) if token.removeprefix("token-") in USERS else None

        await opened.accept()
        stand.sockets.add(opened)
        try:
            with contextlib.suppress(Exception):
                await follow(opened, stand.hub, admit, stand.clock)
        finally:
            stand.sockets.discard(opened)

    @app.get("/api/v1/baskets/{code}/state")
    async def state(code: str, user: str = Depends(who)) -> dict[str, Any]:
        status = stand.baskets[code].status
        open_to = [event for (at, event), (_, role) in LIFE.items() if at == status and role in USERS[user]]
        return {"success": True, "data": {"currentState": status, "allowedTransitions": open_to}}

    @app.post("/api/v1/baskets", status_code=201)
    async def create(body: dict[str, Any], user: str = Depends(who)) -> dict[str, Any]:
        code = body["basketCode"]
        if code in stand.baskets:
            raise refused(409, "DUPLICATE_RESOURCE", f"{code} is taken.")
        unknown = [
            {
                "field": f"constituents[{index}].symbol",
                "code": "INVALID_SYMBOL",
                "message": f"{one['symbol']} is not known",
            }
            for index, one in enumerate(body["constituents"])
            if one["symbol"] not in stand.prices
        ]
        if unknown:
            raise refused(422, "VALIDATION_ERROR", "The basket has faults.", unknown)
        names = {one["symbol"]: Decimal(one["weight"]) for one in body["constituents"]}
        stand.baskets[code] = Basket(code, body["basketName"], "DRAFT", names, body["baseCurrency"])
        stand.show(stand.baskets[code])
        return {"success": True, "data": {"basketCode": code}}

    for path, event in (
        ("backtest", "TRIGGER_BACKTEST"),
        ("submit", "SUBMIT_FOR_APPROVAL"),
        ("approve", "APPROVE"),
        ("reject", "REJECT"),
        ("withdraw", "WITHDRAW_SUBMISSION"),
    ):

        def handler(event: str) -> Any:
            async def move(code: str, body: dict[str, Any], user: str = Depends(who)) -> dict[str, Any]:
                return {
                    "success": True,
                    "data": {"status": stand.move(code, event, user, body.get("comments", "")).status},
                }

            return move

        app.post(f"/api/v1/baskets/{{code}}/{path}")(handler(event))

    @app.post("/api/v1/integration/baskets/{code}/start-publishing")
    async def start(code: str, user: str = Depends(who)) -> dict[str, Any]:
        return {"status": stand.move(code, "START_LISTING", user).status}

    @app.get("/api/v1/fix/messages/{session}/{direction}/{seq}")
    async def decoded(session: str, direction: str, seq: int, _: str = Depends(who)) -> Any:
        told = stand.feed.decoded(session, direction, seq)
        if told is None:
            raise refused(404, "RESOURCE_NOT_FOUND", "This message is not kept any more.")
        return plain(told)

    def session(name: str, body: dict[str, Any]) -> Any:
        assert stand.initiator is not None
        if body.get("confirm") != name:
            raise refused(422, "VALIDATION_ERROR", "confirm must name the session.")
        return stand.initiator.session(name)

    @app.post("/api/v1/fix/sessions/{name}/logout", status_code=202)
    async def logout(name: str, body: dict[str, Any], _: str = Depends(who)) -> dict[str, Any]:
        session(name, body).log_out("asked for on the page")
        return {}

    @app.post("/api/v1/fix/sessions/{name}/reset", status_code=202)
    async def reset(name: str, body: dict[str, Any], _: str = Depends(who)) -> dict[str, Any]:
        session(name, body).reset()
        return {}

    @app.post("/stand/{what}")
    async def stand_does(what: str) -> dict[str, Any]:
        assert stand.acceptor is not None
        match what:
            case "kill":
                await stand.acceptor.stop(0.0)
            case "revive":
                await stand.start_peer()
            case "gap":
                peer = next(iter(stand.acceptor.sessions.values()))
                peer.disconnect()
                await stand.acceptor.wait_for(lambda: peer.peer is None)
                peer.set_next(next_out=peer.next_out + 3)
            case "link":
                stand.codes.add("again")
            case "freeze":
                stand.frozen = True
            case "cut":
                for opened in list(stand.sockets):
                    await opened.close(1012, "cut by the stand")
        return {}

    @app.get("/{path:path}")
    async def page(path: str) -> Response:
        found = page_file(f"/{path}")
        if found is None:
            raise refused(404, "RESOURCE_NOT_FOUND", path)
        return Response(found.content, media_type=found.media_type, headers=dict(found.headers))

    return app


if __name__ == "__main__":
    http_port, fix_port_given, period = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    program = made(Stand(), period_s=period, fix_port=fix_port_given)
    with socket.create_server(("127.0.0.1", http_port)) as listening:
        print(f"http://127.0.0.1:{http_port}/#code=once", flush=True)
        uvicorn.Server(uvicorn.Config(program, log_level="warning")).run([listening])
