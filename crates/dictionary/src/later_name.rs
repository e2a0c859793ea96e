//! What messages that were renamed are called since.
//!
//! The sources of FIX 4.0 to 4.3 have some names of their own: OrderSingle of FIX 4.2 is NewOrderSingle before and after it. A
//! program meets one message under one name, the latest; a dictionary is asked by both.

/// MsgType(35), the name in a source, the name since FIX 4.4.
const RENAMED: [(&str, &str, &str); 7] = [
    ("D", "OrderSingle", "NewOrderSingle"),
    ("E", "OrderList", "NewOrderList"),
    ("J", "Allocation", "AllocationInstruction"),
    ("P", "AllocationAck", "AllocationInstructionAck"),
    // As QuickFIX/J files write it.
    ("P", "AllocationACK", "AllocationInstructionAck"),
    ("b", "QuoteAcknowledgement", "MassQuoteAcknowledgement"),
    ("AC", "MultilegOrderCancelReplaceRequest", "MultilegOrderCancelReplace"),
];

/// The name under which the message is known since FIX 4.4; its own where it was never renamed.
#[must_use]
pub fn later_name<'n>(msg_type: &str, name: &'n str) -> &'n str {
    RENAMED.iter().find(|(known, before, _)| *known == msg_type && *before == name).map_or(name, |renamed| renamed.2)
}
