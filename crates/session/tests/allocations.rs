//! Once its buffers have grown, a session allocates nothing for a heartbeat or an application message, in or out.
#![allow(missing_docs, clippy::unwrap_used)]

mod house;

use fixplus_session::{Effects, Version};
use house::{Desk, fields_of};

#[test]
fn messages_cost_no_allocation() {
    for version in [Version::Fix42, Version::Fix44, Version::Fixt11] {
        let mut desk = Desk::acceptor(version).logged_on();
        let mut effects = Effects::new();
        let order = match version {
            Version::Fixt11 => "35=D|34=#|11=A|38=1|40=1|54=1|55=IBM|60=@|453=1|448=X|447=D|452=1|",
            Version::Fix42 => "35=D|34=#|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|78=1|79=X|80=1|",
            _ => "35=D|34=#|11=A|21=1|38=1|40=1|54=1|55=IBM|60=@|453=1|448=X|447=D|452=1|",
        };
        let messages: Vec<Vec<u8>> = (2..200u64)
            .map(|seq| {
                let text = match seq % 3 {
                    0 => "35=0|34=#|",
                    1 => "35=1|34=#|112=X|",
                    _ => order,
                };
                desk.complete(&text.replace('#', &seq.to_string()))
            })
            .collect();
        let (bytes, fields) = fields_of("35=8|6=0|11=A|14=0|17=E|37=O|39=0|54=1|55=IBM|150=0|151=1|");
        let mut now = desk.now;
        let mut run = |message: &[u8]| {
            effects.clear();
            now.mono_ns += 1_000_000;
            desk.session.receive(message, now, &mut effects);
            assert!(effects.list().len() >= 2);
            effects.clear();
            desk.session.send(&bytes, &fields, now, &mut effects).unwrap();
            effects.clear();
            desk.session.tick(now, &mut effects);
        };
        let (warm, measured) = messages.split_at(100);
        warm.iter().for_each(|message| run(message));
        let counted = allocation_counter::measure(|| measured.iter().for_each(|message| run(message)));
        assert_eq!(counted.count_total, 0, "{version:?}");
    }
}
