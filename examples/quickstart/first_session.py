"""A venue and a desk that trade with each other over TCP, in one program.

Run it: ``python examples/quickstart/first_session.py``. It ends when the order is filled.
"""

import asyncio

import pyfixmsg_plus as fix

# --8<-- [start:settings]
VENUE = """
[DEFAULT]
ConnectionType=acceptor
SocketAcceptAddress=127.0.0.1
SocketAcceptPort=0
NonStopSession=Y

[SESSION]
BeginString=FIX.4.4
SenderCompID=VENUE
TargetCompID=DESK
"""

DESK = """
[DEFAULT]
ConnectionType=initiator
SocketConnectHost=127.0.0.1
SocketConnectPort={port}
HeartBtInt=30
NonStopSession=Y

[SESSION]
BeginString=FIX.4.4
SenderCompID=DESK
TargetCompID=VENUE
"""
# --8<-- [end:settings]


# --8<-- [start:venue]
class Venue(fix.Application):
    """Fills every order at its price."""

    def on_new_order_single(self, message: fix.Message, session: fix.Session) -> None:
        """Answer an order."""
        session.send(
            fix.Message(
                {
                    35: "8",
                    "OrderID": "O1",
                    "ClOrdID": message["ClOrdID"],
                    "ExecID": "E1",
                    "ExecType": "F",
                    "OrdStatus": "2",
                    "Symbol": message["Symbol"],
                    "Side": message["Side"],
                    "LastQty": message.decimal("OrderQty"),
                    "LastPx": message.decimal("Price"),
                    "LeavesQty": 0,
                    "CumQty": message.decimal("OrderQty"),
                    "AvgPx": message.decimal("Price"),
                },
                dictionary=message.dictionary,
            )
        )


# --8<-- [end:venue]


# --8<-- [start:desk]
class Desk(fix.Application):
    """Sends an order, and tells when it is filled."""

    def __init__(self) -> None:
        self.filled = asyncio.Event()

    def on_logon(self, session: fix.Session) -> None:
        """Send an order."""
        order = fix.Message(
            {
                8: "FIX.4.4",
                35: "D",
                "ClOrdID": "A1",
                "Symbol": "IBM",
                "Side": "1",
                "TransactTime": "20260302-14:30:00.000",
                "OrderQty": 100,
                "OrdType": "2",
                "Price": "99.25",
            }
        )
        print("order sent as message", session.send(order))

    def on_execution_report(self, message: fix.Message, session: fix.Session) -> None:
        """Tell what became of it."""
        print(f"{session}: {message['ClOrdID']} filled, {message['CumQty']} at {message['AvgPx']}")
        self.filled.set()


# --8<-- [end:desk]


# --8<-- [start:run]
async def main() -> None:
    """Let them meet."""
    async with fix.Acceptor.from_config(VENUE, Venue()) as venue:
        desk = Desk()
        async with fix.Initiator.from_config(DESK.format(port=venue.addresses[0].port), desk):
            await asyncio.wait_for(desk.filled.wait(), 10)


if __name__ == "__main__":
    asyncio.run(main())
# --8<-- [end:run]
