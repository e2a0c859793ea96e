//! Rules tied to the messages of one dictionary, and the check of a message against them.

use std::collections::BTreeSet;
use std::fmt::Write;

use fixplus_wire::{Field, field_offset};

use super::{EVERY_MESSAGE, FieldName, Rule, Rules, Test};
use crate::code_table::pack;
use crate::dictionary::Dictionary;
use crate::groups::{Entry, GroupIndex, NO_ENTRY};
use crate::mask;
use crate::plan::MessagePlan;
use crate::tag_table::NONE;
use crate::violation::{Reason, Violation};

/// Rules tied to the messages of one dictionary.
#[derive(Debug, Clone)]
pub struct BoundRules {
    dictionary: Dictionary,
    /// By MsgType(35) as one word, ascending. No type of a message is longer than a word.
    by_message: Box<[(u64, Box<[Bound]>)]>,
}

/// A rule on one level of a message, by tags.
#[derive(Debug, Clone)]
struct Bound {
    level: u16,
    when: Box<[(u32, Test)]>,
    /// The tags, ascending, of which one must be anywhere in the message; empty for no such condition.
    when_any: Box<[u32]>,
    require: Box<[u32]>,
    any: bool,
    reason: Reason,
    /// Every tag of the rule has one place in the message, outside groups: it can be looked for among all fields.
    plain: bool,
}

/// A scope of fields in a message: the message itself or an entry of a group.
struct Scope<'s> {
    frame: &'s [u8],
    fields: &'s [Field],
    groups: &'s GroupIndex,
    entry: Option<&'s Entry>,
}

impl<'s> Scope<'s> {
    fn value(&self, tag: u32) -> Option<&'s [u8]> {
        let mut own = self.groups.own_fields(self.entry, self.fields.len()).filter_map(|at| self.fields.get(at));
        let field = own.find(|field| field.tag == tag)?;
        self.frame.get(field.start as usize..field.end as usize)
    }

    fn holds(&self, tag: u32, test: &Test) -> bool {
        passes(test, self.value(tag))
    }
}

impl Rules {
    /// Tie the rules to the messages of a dictionary. Rules about messages or fields that it lacks have no effect.
    #[must_use]
    pub fn bind(&self, dictionary: &Dictionary) -> BoundRules {
        let mut named: BTreeSet<&str> = self.rules.iter().flat_map(|rule| &rule.messages).map(String::as_str).collect();
        if named.remove(EVERY_MESSAGE) {
            named.extend(dictionary.messages().map(|message| message.msg_type.as_str()));
        }
        let is_about =
            |rule: &Rule, msg_type: &str| rule.messages.iter().any(|named| named == msg_type || named == EVERY_MESSAGE);
        let mut by_message: Vec<(u64, Box<[Bound]>)> = named
            .into_iter()
            .filter_map(|msg_type| {
                let plan = dictionary.message(msg_type.as_bytes())?;
                let applying = self.rules.iter().filter(|rule| is_about(rule, msg_type));
                let mut bound: Vec<Bound> = applying.flat_map(|rule| bind(rule, plan, dictionary)).collect();
                bound.sort_by_key(|rule| rule.when.first().map(|term| term.0));
                let bound = bound.into_boxed_slice();
                (!bound.is_empty()).then_some((pack(msg_type.as_bytes())?, bound))
            })
            .collect();
        by_message.sort_by_key(|entry| entry.0);
        BoundRules { dictionary: dictionary.clone(), by_message: by_message.into_boxed_slice() }
    }
}

/// The rule on every level that has all fields of its condition and one that it requires.
fn bind(rule: &Rule, plan: &MessagePlan, dictionary: &Dictionary) -> Vec<Bound> {
    let tag_of = |name: &FieldName| match name {
        FieldName::Tag(tag) => Some(*tag),
        _ => name.tags(dictionary).first().copied(),
    };
    let anywhere: BTreeSet<u32> = rule.when_any.iter().flat_map(|name| name.tags(dictionary)).collect();
    let when_any: Box<[u32]> = anywhere.into_iter().filter(|&tag| plan.slot(tag).is_some()).collect();
    if when_any.is_empty() && !rule.when_any.is_empty() {
        return Vec::new();
    }
    // What may be anywhere in a message asks something of the message itself.
    let levels = if when_any.is_empty() { plan.levels().len() as u16 } else { 1 };
    let when: Option<Box<[(u32, Test)]>> =
        rule.when.iter().map(|term| Some((tag_of(&term.field)?, term.test.clone()))).collect();
    let Some(when) = when else { return Vec::new() };
    let require: Vec<u32> = rule.require.iter().filter_map(tag_of).collect();
    (0u16..levels)
        .filter_map(|level| {
            let is_here = |tag: u32| plan.slot_on(tag, level).is_some();
            // A field that cannot be here is absent here.
            let can_hold = |(tag, test): &(u32, Test)| is_here(*tag) || matches!(test, Test::Absent | Test::NoneOf(_));
            let is_about = when.is_empty() || when.iter().any(|(tag, _)| is_here(*tag));
            let require: Box<[u32]> = require.iter().copied().filter(|&tag| is_here(tag)).collect();
            let tags = require.to_vec();
            (is_about && when.iter().all(can_hold) && !require.is_empty()).then(|| Bound {
                level,
                when: when.clone(),
                when_any: when_any.clone(),
                require,
                any: rule.any,
                reason: rule.reason,
                plain: level == 0 && when.iter().map(|term| term.0).chain(tags).all(|tag| has_one_place(plan, tag)),
            })
        })
        .collect()
}

fn has_one_place(plan: &MessagePlan, tag: u32) -> bool {
    plan.slot_on(tag, 0).is_none_or(|(number, slot)| slot.next == NONE && plan.first_slot(tag) == number)
}

/// Whether a test holds of a value.
fn passes(test: &Test, value: Option<&[u8]>) -> bool {
    let is_one_of = |values: &[String]| {
        value.is_some_and(|value| {
            // Most values are one character.
            if let [one] = value {
                return values.iter().any(|listed| matches!(listed.as_bytes(), [listed] if listed == one));
            }
            let is_listed = |word: &[u8]| values.iter().any(|listed| listed.as_bytes() == word);
            is_listed(value) || value.split(|&byte| byte == b' ').any(is_listed)
        })
    };
    match test {
        Test::Present => value.is_some(),
        Test::Absent => value.is_none(),
        Test::OneOf(values) => is_one_of(values),
        Test::NoneOf(values) => !is_one_of(values),
    }
}

/// The first field with one of these tags, which ascend.
fn first_of<'f>(tags: &[u32], fields: &'f [Field]) -> Option<&'f Field> {
    let (Some(lowest), Some(highest)) = (tags.first(), tags.last()) else { return None };
    fields.iter().find(|field| (*lowest..=*highest).contains(&field.tag) && tags.binary_search(&field.tag).is_ok())
}

/// Finds the values of fields anywhere in a message, and remembers the last one: rules about one field stand together.
struct Finder<'f> {
    frame: &'f [u8],
    fields: &'f [Field],
    last: Option<(u32, Option<&'f [u8]>)>,
}

impl<'f> Finder<'f> {
    fn value(&mut self, tag: u32) -> Option<&'f [u8]> {
        if let Some((last, value)) = self.last
            && last == tag
        {
            return value;
        }
        let field = self.fields.iter().find(|field| field.tag == tag);
        let value = field.and_then(|field| self.frame.get(field.start as usize..field.end as usize));
        self.last = Some((tag, value));
        value
    }

    fn has(&self, tag: u32) -> bool {
        self.fields.iter().any(|field| field.tag == tag)
    }

    /// Whether a plain rule is kept.
    fn keeps(&mut self, rule: &Bound) -> bool {
        let applies = rule.when.iter().all(|(tag, test)| passes(test, self.value(*tag)))
            && (rule.when_any.is_empty() || first_of(&rule.when_any, self.fields).is_some());
        let mut required = rule.require.iter();
        !applies || if rule.any { required.any(|&tag| self.has(tag)) } else { required.all(|&tag| self.has(tag)) }
    }

    /// Whether a rule in a group has anything to look at.
    fn may_apply(&self, rule: &Bound) -> bool {
        let mut asked = rule.when.iter().filter(|(_, test)| matches!(test, Test::OneOf(_) | Test::Present));
        asked.all(|(tag, _)| self.has(*tag))
    }
}

impl BoundRules {
    /// Add what a message lacks by these rules. `groups` is filled where a rule needs the groups of the message.
    pub fn check(&self, frame: &[u8], fields: &[Field], groups: &mut GroupIndex, into: &mut Vec<Violation>) {
        let Some(plan) = self.dictionary.plan_of(frame, fields) else { return };
        let Some(msg_type) = pack(plan.msg_type().as_bytes()) else { return };
        let Ok(at) = self.by_message.binary_search_by_key(&msg_type, |entry| entry.0) else { return };
        let Some((_, bound)) = self.by_message.get(at) else { return };
        let mut finder = Finder { frame, fields, last: None };
        let mut built = false;
        for rule in bound {
            if if rule.plain { finder.keeps(rule) } else { !finder.may_apply(rule) } {
                continue;
            }
            if !built {
                groups.build(plan, fields, false);
                built = true;
            }
            let groups = &*groups;
            if rule.level == 0 {
                self.check_scope(rule, plan, &Scope { frame, fields, groups, entry: None }, into);
                continue;
            }
            for instance in groups.instances().iter().filter(|instance| instance.level == rule.level) {
                for entry in groups.entries_of(instance) {
                    self.check_scope(rule, plan, &Scope { frame, fields, groups, entry: Some(entry) }, into);
                }
            }
        }
    }

    fn check_scope(&self, rule: &Bound, plan: &MessagePlan, scope: &Scope<'_>, into: &mut Vec<Violation>) {
        let found = first_of(&rule.when_any, scope.fields);
        if !rule.when.iter().all(|(tag, test)| scope.holds(*tag, test)) || !rule.when_any.is_empty() && found.is_none()
        {
            return;
        }
        let missing = rule.require.iter().copied().filter(|&tag| scope.value(tag).is_none());
        if rule.any {
            if missing.count() == rule.require.len() {
                into.extend(self.violation(rule, &rule.require, plan, scope));
            }
        } else {
            into.extend(missing.filter_map(|tag| self.violation(rule, &[tag], plan, scope)));
        }
    }

    fn violation(&self, rule: &Bound, missing: &[u32], plan: &MessagePlan, scope: &Scope<'_>) -> Option<Violation> {
        let &first = missing.first()?;
        let names: Vec<String> = missing.iter().map(|&tag| self.name(tag)).collect();
        let mut sentence = format!("{} is required", names.join(" or "));
        let terms = rule.when.iter().map(|(tag, test)| self.condition(*tag, test, scope));
        let found = first_of(&rule.when_any, scope.fields).map(|field| format!("{} is there", self.name(field.tag)));
        for (number, condition) in terms.chain(found).enumerate() {
            let _ = write!(sentence, " {} {condition}", if number == 0 { "because" } else { "and" });
        }
        let start = scope.entry.and_then(|entry| scope.fields.get(entry.start as usize));
        Some(Violation {
            reason: rule.reason,
            ref_tag: Some(i64::from(first)),
            msg_type: plan.msg_type().into(),
            position: None,
            offset: start.map(|field| field_offset(scope.frame, field)),
            path: path(plan, scope),
            wire_text: match rule.reason {
                Reason::ConditionallyRequiredFieldMissing => format!("{} ({first})", rule.reason.text()),
                reason => reason.text().into(),
            },
            sentence,
        })
    }

    fn name(&self, tag: u32) -> String {
        let field = self.dictionary.field(tag);
        field.map_or_else(|| format!("tag {tag}"), |field| format!("{}({tag})", field.name))
    }

    fn condition(&self, tag: u32, test: &Test, scope: &Scope<'_>) -> String {
        let name = self.name(tag);
        let value = scope.value(tag).unwrap_or_default();
        let own = scope.fields.iter().find(|field| field.tag == 35);
        let msg_type = own.and_then(|field| scope.frame.get(field.start as usize..field.end as usize));
        let value = if mask::is_secret(tag, msg_type.unwrap_or_default()) { mask::MASK.as_bytes() } else { value };
        let code = self.dictionary.code_name(tag, value).map_or_else(String::new, |code| format!(" ({code})"));
        let shown = String::from_utf8_lossy(value);
        match test {
            Test::OneOf(_) => format!("{name} is '{shown}'{code}"),
            Test::NoneOf(values) => format!("{name} is not '{}'", values.join("' or '")),
            Test::Present => format!("{name} is there"),
            Test::Absent => format!("{name} is not there"),
        }
    }
}

/// The entries that lead to a scope, such as `NoOrders[1]`.
fn path(plan: &MessagePlan, scope: &Scope<'_>) -> String {
    let mut steps = Vec::new();
    let mut entry = scope.entry;
    while let Some(current) = entry {
        let Some(instance) = scope.groups.instances().get(current.instance as usize) else { break };
        let name = plan.levels().get(usize::from(instance.level)).map_or("", |level| &level.count_name);
        let number = scope.groups.entries_of(instance).iter().position(|other| other.start == current.start);
        steps.push(format!("{name}[{}]", number.unwrap_or(0)));
        entry = if instance.parent == NO_ENTRY { None } else { scope.groups.entries().get(instance.parent as usize) };
    }
    steps.reverse();
    steps.join(".")
}

impl Dictionary {
    /// Add what a message lacks by these rules, which must be bound to this dictionary.
    pub fn check_rules(&self, rules: &BoundRules, frame: &[u8], fields: &[Field], into: &mut Vec<Violation>) {
        rules.check(frame, fields, &mut GroupIndex::new(), into);
    }
}
