//! The datatype that a model's name for it means.

pub use fixplus_wire::values::Datatype;

use crate::model::Model;

// A chain of datatypes longer than this is a circle.
const LONGEST_CHAIN: usize = 16;

/// The datatype of this name. A name of the model's own is what its base is; a name that leads nowhere is a String,
/// whose values are bytes.
#[must_use]
pub fn resolve(model: &Model, name: &str) -> Datatype {
    let mut name = name;
    for _ in 0..LONGEST_CHAIN {
        if let Some(known) = Datatype::from_name(name) {
            return known;
        }
        let base =
            model.datatypes.iter().find(|datatype| datatype.name == name).and_then(|found| found.base.as_deref());
        match base {
            Some(base) => name = base,
            None => break,
        }
    }
    Datatype::String
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    #[test]
    fn a_datatype_of_the_models_own_is_what_its_base_is() {
        let own = |name: &str, base: &str| model::Datatype { name: name.into(), base: Some(base.into()) };
        let datatypes = vec![own("Ticks", "Steps"), own("Steps", "int"), own("Round", "Ring"), own("Ring", "Round")];
        let model = Model { datatypes, ..Model::default() };
        for (name, expected) in [
            ("Ticks", Datatype::Int),
            ("UTCTIMESTAMP", Datatype::UTCTimestamp),
            ("Round", Datatype::String),
            ("Nowhere", Datatype::String),
        ] {
            assert_eq!(resolve(&model, name), expected, "{name}");
        }
    }
}
