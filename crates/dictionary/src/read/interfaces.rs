//! Read an Orchestra interfaces file: what a firm offers, over which sessions. It names dictionaries and holds none.

use super::findings::{Findings, Problem, ReadErrors};
use super::xml::Element;

/// The interfaces of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interfaces {
    /// The interfaces in source order.
    pub interfaces: Vec<Interface>,
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    /// The name.
    pub name: String,
    /// The names of the services it offers.
    pub services: Vec<String>,
    /// The names of its protocols of all layers, such as `TagValue` or `FIXT.1.1`.
    pub protocols: Vec<String>,
    /// Its sessions.
    pub sessions: Vec<Session>,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The name.
    pub name: String,
    /// The identifiers, such as SenderCompID, with their values.
    pub identifiers: Vec<(String, String)>,
    /// The addresses of its transports.
    pub addresses: Vec<String>,
}

pub(super) fn read_root(root: &Element, origin: &str) -> Result<Interfaces, ReadErrors> {
    let mut findings = Findings::default();
    let mut interfaces = Interfaces::default();
    for element in root.children.iter().filter(|child| child.name == "interface") {
        let mut interface = Interface { name: name_of(element, &mut findings), ..Interface::default() };
        for child in &element.children {
            match child.name.as_str() {
                "service" => interface.services.push(name_of(child, &mut findings)),
                "userInterface" | "encoding" | "sessionProtocol" | "protocol" | "transport" => {
                    interface.protocols.push(name_of(child, &mut findings));
                }
                "sessions" => {
                    let sessions = child.children.iter().filter(|child| child.name == "session");
                    interface.sessions.extend(sessions.map(|session| read_session(session, &mut findings)));
                }
                _ => {}
            }
        }
        interfaces.interfaces.push(interface);
    }
    findings.finish(origin, interfaces).map(|(interfaces, _)| interfaces)
}

fn read_session(element: &Element, findings: &mut Findings) -> Session {
    let mut session = Session { name: name_of(element, findings), ..Session::default() };
    for child in &element.children {
        match child.name.as_str() {
            "identifier" => session.identifiers.push((name_of(child, findings), child.text.clone())),
            "transport" => session.addresses.extend(child.filled("address").map(str::to_owned)),
            _ => {}
        }
    }
    session
}

fn name_of(element: &Element, findings: &mut Findings) -> String {
    match element.filled("name") {
        Some(name) => name.to_owned(),
        None => {
            findings.fault(element, Problem::MissingAttribute { attribute: "name" });
            String::new()
        }
    }
}
