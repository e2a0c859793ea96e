"""What type checking must refuse, each line for the reason behind it."""

from datetime import date

from pyfixmsg_plus.message_types import fix42, fix44

fix44.NewOrderSingle(cl_order_id="A1")  # error: call-arg
fix44.NewOrderSingle(side=fix44.OrdType.LIMIT)  # error: arg-type
fix44.NewOrderSingle(side="1")  # error: arg-type
fix44.NewOrderSingle(side=fix42.Side.BUY)  # error: arg-type
fix44.NewOrderSingle(price=1.5)  # error: arg-type
fix44.NewOrderSingle(cl_ord_id=1)  # error: arg-type
fix44.NewOrderSingle(settl_date="20260302")  # error: arg-type
fix44.NewOrderSingle(exec_inst=[fix44.Side.BUY])  # error: list-item
fix44.NewOrderSingle(party_ids=[fix44.PtysSubGrp(party_sub_id="A")])  # error: list-item
fix44.NewOrderSingle(instrument=fix44.OrderQtyData(order_qty=1))  # error: arg-type
fix44.NewOrderSingle(begin_string="FIX.4.4")  # error: call-arg
fix44.NewOrderSingle(exec_id="E1")  # error: call-arg
fix44.Parties(party_role=fix44.Side.BUY)  # error: arg-type

order = fix44.NewOrderSingle()
order.side = fix44.OrdType.LIMIT  # error: assignment
order.symbl = "AAPL"  # error: attr-defined
order.price = "1.5"  # error: assignment
order.msg_type = "8"  # error: assignment
order.party_ids.append(fix44.PtysSubGrp())  # error: arg-type
price: float = order.price  # error: assignment
day: date = order.settl_date  # error: assignment
fix44.NewOrderSngle()  # error: attr-defined
_ = fix44.Side.BYU  # error: attr-defined
