//! `Dictionary`: what is known about the messages of a version.

use crate::definitions::{FieldDefinition, StructureDefinition};
use crate::dictionary::{Chosen, VERSIONS, bundled, tag_by_name};
use crate::errors;
use crate::message::Message;
use crate::validation::{ValidationSettings, Violation};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::later_name::later_name;
use fixplus_dictionary::layers::{self, LayerErrors, Overlay};
use fixplus_dictionary::model::{Message as ModelMessage, Model};
use fixplus_dictionary::read::{self, ReadErrors};
use fixplus_dictionary::rules::Rules;
use fixplus_dictionary::{compact, diff, export, nearest, overlay_toml, search, stats};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::Arc;

/// Kind, path, value here, value there, sentence.
type Change = (String, String, Option<String>, Option<String>, String);
/// Kind, name, tag, value, tags that use the code.
type Hit = (String, String, Option<u32>, Option<String>, Vec<u32>);

/// What is known about the messages of a version.
#[pyclass(frozen, module = "pyfixmsg_plus", name = "Dictionary")]
pub(crate) struct PyDictionary {
    pub(crate) chosen: Arc<Chosen>,
}

impl PyDictionary {
    fn dictionary(&self) -> &Dictionary {
        self.chosen.dictionary()
    }

    fn model(&self) -> &Model {
        self.dictionary().model()
    }

    /// The models that describe a message: the transport's for what it has, else the application's.
    fn models(&self) -> impl Iterator<Item = &Model> {
        self.dictionary().transport_model().into_iter().chain([self.model()])
    }

    fn tag(&self, key: &Bound<'_, PyAny>) -> PyResult<u32> {
        if let Ok(tag) = key.extract::<u32>() {
            return Ok(tag);
        }
        match key.cast::<PyString>() {
            Ok(name) => tag_by_name(Some(self.dictionary()), name.to_str()?),
            Err(_) => Err(errors::kind(format!("a field is named by its tag or its name, not by {}", key.repr()?))),
        }
    }
}

/// The name that a message has since FIX 4.4.
fn later(message: &ModelMessage) -> &str {
    later_name(&message.msg_type, &message.name)
}

fn read_errors(py: Python<'_>, found: &ReadErrors) -> PyErr {
    let faults = found.faults.iter().map(|fault| {
        let name = fault.name.clone();
        (found.origin.clone(), u64::from(fault.line), fault.element.clone(), name, fault.problem.to_string())
    });
    errors::dictionary(py, found.to_string(), faults.collect())
}

fn layer_errors(py: Python<'_>, found: &LayerErrors) -> PyErr {
    let faults = found.0.iter().map(|error| {
        let line = error.place.line.map_or(0, |line| line as u64);
        (error.layer.clone(), line, error.place.key.clone(), String::new(), error.fault.to_string())
    });
    errors::dictionary(py, found.to_string(), faults.collect())
}

fn compiled(
    py: Python<'_>,
    app: Model,
    transport: Option<Model>,
    notes: Vec<String>,
    rules: Vec<String>,
) -> PyResult<PyDictionary> {
    let version = app.version.clone();
    match Dictionary::from_arc(Arc::new(app), transport.map(Arc::new)) {
        Ok(dictionary) => Ok(PyDictionary { chosen: Chosen::ruled(dictionary, notes, rules) }),
        Err(error) => Err(errors::dictionary(py, format!("{version}: {error}"), Vec::new())),
    }
}

#[pymethods]
impl PyDictionary {
    /// The bundled dictionary of a version.
    #[staticmethod]
    #[pyo3(name = "bundled")]
    fn of_version(py: Python<'_>, version: &str) -> PyResult<Self> {
        match bundled(version) {
            Some(chosen) => Ok(Self { chosen: Arc::clone(chosen) }),
            None => {
                let hint = nearest::did_you_mean(version, VERSIONS);
                let known = VERSIONS.join(", ");
                Err(errors::dictionary(
                    py,
                    format!("there is no bundled dictionary {version:?}: there are {known}{hint}"),
                    Vec::new(),
                ))
            }
        }
    }

    /// The versions that are bundled.
    #[staticmethod]
    fn versions() -> Vec<&'static str> {
        VERSIONS.to_vec()
    }

    /// A dictionary from the bytes of an Orchestra or QuickFIX file. `transport` gives header, trailer and session messages to one
    /// that has none; without it, an application dictionary of FIX 5.0 or later gets FIXT 1.1.
    #[staticmethod]
    #[pyo3(signature = (data, origin, transport=None))]
    fn read(py: Python<'_>, data: &[u8], origin: &str, transport: Option<&Bound<'_, Self>>) -> PyResult<Self> {
        let read = py.detach(|| read::dictionary(data, origin)).map_err(|found| read_errors(py, &found))?;
        let transport = match transport {
            Some(transport) => Some(transport.get().model().clone()),
            None if read.model.header.is_empty() && !read.model.messages.is_empty() => {
                bundled("FIXT.1.1").map(|chosen| chosen.dictionary().model().clone())
            }
            None => None,
        };
        let notes = read.notes.iter().map(ToString::to_string).collect();
        compiled(py, read.model, transport, notes, Vec::new())
    }

    /// This dictionary with a layer over it: a TOML overlay, or a small Orchestra or QuickFIX file.
    fn with_layer(&self, py: Python<'_>, data: &[u8], origin: &str) -> PyResult<Self> {
        let is_xml =
            data.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF)) == Some(&b'<');
        let overlay = if is_xml {
            let read = read::layer(data, origin, self.model()).map_err(|found| read_errors(py, &found))?;
            Overlay::from_model(origin, &read.model)
        } else {
            let text = std::str::from_utf8(data)
                .map_err(|error| errors::dictionary(py, format!("{origin} is not UTF-8 text: {error}"), Vec::new()))?;
            overlay_toml::read(origin, text).map_err(|found| layer_errors(py, &found))?
        };
        if overlay.edits.is_empty() && overlay.version.is_none() {
            return Err(errors::dictionary(py, format!("{origin}: the layer changes nothing"), Vec::new()));
        }
        let model = layers::apply(self.model(), &overlay).map_err(|found| layer_errors(py, &found))?;
        let (notes, rules) = (self.chosen.notes().to_vec(), self.chosen.added_rules().to_vec());
        compiled(py, model, self.dictionary().transport_model().cloned(), notes, rules)
    }

    /// This dictionary with rules about conditionally required fields behind those it has, from a TOML file.
    fn with_rules(&self, py: Python<'_>, data: &[u8], origin: &str) -> PyResult<Self> {
        let text = std::str::from_utf8(data)
            .map_err(|error| errors::dictionary(py, format!("{origin} is not UTF-8 text: {error}"), Vec::new()))?;
        Rules::parse(text)
            .and_then(|rules| rules.check_names(self.dictionary()))
            .map_err(|error| errors::dictionary(py, format!("{origin}: {error}"), Vec::new()))?;
        let rules = [self.chosen.added_rules(), &[text.to_owned()]].concat();
        let notes = self.chosen.notes().to_vec();
        Ok(Self { chosen: Chosen::ruled(self.dictionary().clone(), notes, rules) })
    }

    #[getter]
    fn version(&self) -> &str {
        self.dictionary().version()
    }

    #[getter]
    fn transport_version(&self) -> Option<&str> {
        self.dictionary().transport_model().map(|model| model.version.as_str())
    }

    #[getter]
    fn extension_pack(&self) -> Option<u32> {
        self.model().extension_pack
    }

    /// Where the facts come from, a line a source.
    #[getter]
    fn sources(&self) -> Vec<String> {
        self.model().sources.clone()
    }

    /// What was noted when the file was read, such as a tag listed twice.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.chosen.notes().to_vec()
    }

    /// What is known about a field, by tag or name.
    fn field(&self, key: &Bound<'_, PyAny>) -> PyResult<FieldDefinition> {
        let tag = self.tag(key)?;
        FieldDefinition::of(self.dictionary(), tag)
            .ok_or_else(|| errors::missing(format!("{} has no field {tag}", self.dictionary().version())))
    }

    /// All fields, by ascending tag.
    fn fields(&self) -> Vec<FieldDefinition> {
        let mut tags: Vec<u32> = self.dictionary().fields().map(|field| field.tag).collect();
        tags.sort_unstable();
        tags.dedup();
        tags.into_iter().filter_map(|tag| FieldDefinition::of(self.dictionary(), tag)).collect()
    }

    /// A message, by MsgType(35), its name, or the name that it has since FIX 4.4.
    fn message(&self, key: &str) -> PyResult<StructureDefinition> {
        for model in self.models() {
            let is_named = |message: &&ModelMessage| message.name == key || later(message) == key;
            let found = model.message(key).or_else(|| model.messages.iter().find(is_named));
            if let Some(message) = found {
                return Ok(StructureDefinition::message(self.dictionary(), message));
            }
        }
        let names = self.models().flat_map(|model| model.messages.iter().map(later));
        let hint = nearest::did_you_mean(key, names);
        Err(errors::missing(format!("{} has no message {key:?}{hint}", self.dictionary().version())))
    }

    /// All messages in the order of their sources, those of the transport first.
    fn messages(&self) -> Vec<StructureDefinition> {
        self.dictionary().messages().map(|message| StructureDefinition::message(self.dictionary(), message)).collect()
    }

    /// A component, by name.
    fn component(&self, name: &str) -> PyResult<StructureDefinition> {
        let found = self.models().find_map(|model| model.component(name));
        found.map(|component| StructureDefinition::component(self.dictionary(), component)).ok_or_else(|| {
            let names =
                self.models().flat_map(|model| model.components.iter().map(|component| component.name.as_str()));
            let hint = nearest::did_you_mean(name, names);
            errors::missing(format!("{} has no component {name:?}{hint}", self.dictionary().version()))
        })
    }

    /// All components in the order of their sources.
    fn components(&self) -> Vec<StructureDefinition> {
        let components = self.models().flat_map(|model| &model.components);
        components.map(|component| StructureDefinition::component(self.dictionary(), component)).collect()
    }

    /// A repeating group, by its name, or by the name of its count field where only one group has it.
    fn group(&self, name: &str) -> PyResult<StructureDefinition> {
        let counts = |tag: u32| self.dictionary().field(tag).is_some_and(|field| &*field.name == name);
        let found = self
            .models()
            .find_map(|model| model.group(name))
            .or_else(|| self.models().find_map(|model| model.groups.iter().find(|group| counts(group.count_tag))));
        found.map(|group| StructureDefinition::group(self.dictionary(), group)).ok_or_else(|| {
            let names = self.models().flat_map(|model| model.groups.iter().map(|group| group.name.as_str()));
            let hint = nearest::did_you_mean(name, names);
            errors::missing(format!("{} has no group {name:?}{hint}", self.dictionary().version()))
        })
    }

    /// All repeating groups in the order of their sources.
    fn groups(&self) -> Vec<StructureDefinition> {
        let groups = self.models().flat_map(|model| &model.groups);
        groups.map(|group| StructureDefinition::group(self.dictionary(), group)).collect()
    }

    /// StandardHeader.
    #[getter]
    fn header(&self) -> StructureDefinition {
        StructureDefinition::frame(self.dictionary(), "StandardHeader", self.models().map(|model| &model.header))
    }

    /// StandardTrailer.
    #[getter]
    fn trailer(&self) -> StructureDefinition {
        StructureDefinition::frame(self.dictionary(), "StandardTrailer", self.models().map(|model| &model.trailer))
    }

    /// The name of a code: `Buy` for Side(54) and `1`.
    fn code_name(&self, key: &Bound<'_, PyAny>, value: &str) -> PyResult<Option<&str>> {
        let tag = self.tag(key)?;
        Ok(self.dictionary().code_name(tag, value.as_bytes()))
    }

    /// The value of a code: `1` for Side(54) and `Buy`.
    fn code_value(&self, key: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<&str>> {
        let tag = self.tag(key)?;
        Ok(self.dictionary().code_value(tag, name))
    }

    /// All faults of a message, in the order in which a session would report them.
    #[pyo3(signature = (message, settings=None))]
    fn validate(
        &self,
        py: Python<'_>,
        message: &Bound<'_, Message>,
        settings: Option<&Bound<'_, ValidationSettings>>,
    ) -> Vec<Violation> {
        crate::validation::all(py, &self.chosen, message.get(), settings.map(Bound::get))
    }

    /// The fault that a session would report, if the message has any.
    #[pyo3(signature = (message, settings=None))]
    fn first_fault(
        &self,
        py: Python<'_>,
        message: &Bound<'_, Message>,
        settings: Option<&Bound<'_, ValidationSettings>>,
    ) -> Option<Violation> {
        crate::validation::first(py, &self.chosen, message.get(), settings.map(Bound::get))
    }

    /// What another dictionary has otherwise: `(kind, path, here, there, sentence)`.
    #[pyo3(signature = (other, *, expanded=false))]
    fn diff(&self, other: &Bound<'_, Self>, expanded: bool) -> Vec<Change> {
        let structure = if expanded { diff::Structure::Expanded } else { diff::Structure::Declared };
        let changes = diff::diff(self.model(), other.get().model(), diff::DiffOptions { structure });
        changes
            .into_iter()
            .map(|change| (format!("{:?}", change.kind), change.path, change.a, change.b, change.text))
            .collect()
    }

    /// Where a text occurs, best first: `(kind, name, tag, value, tags that use the code)`.
    fn search(&self, text: &str) -> Vec<Hit> {
        let hits = self.models().flat_map(|model| search::search(model, text));
        let mut hits: Vec<_> = hits.collect();
        hits.sort_by_key(|hit| hit.fit);
        hits.dedup();
        hits.into_iter().map(|hit| (format!("{:?}", hit.kind), hit.name, hit.tag, hit.value, hit.fields)).collect()
    }

    /// The counts of what the dictionary holds, by name.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = stats::stats(self.model(), self.dictionary().transport_model());
        let counts = PyDict::new(py);
        counts.set_item("version", &found.version)?;
        counts.set_item("extension_pack", found.extension_pack)?;
        for (name, count) in [
            ("messages", found.messages as u64),
            ("session_messages", found.session_messages as u64),
            ("fields", found.fields as u64),
            ("lowest_tag", u64::from(found.lowest_tag)),
            ("highest_tag", u64::from(found.highest_tag)),
            ("deprecated_fields", found.deprecated_fields as u64),
            ("coded_fields", found.coded_fields as u64),
            ("union_fields", found.union_fields as u64),
            ("length_pairs", found.length_pairs as u64),
            ("code_sets", found.code_sets as u64),
            ("shared_code_sets", found.shared_code_sets as u64),
            ("codes", found.codes as u64),
            ("components", found.components as u64),
            ("groups", found.groups as u64),
            ("datatypes", found.datatypes as u64),
            ("categories", found.categories as u64),
            ("sections", found.sections as u64),
            ("field_references", found.field_references as u64),
            ("group_references", found.group_references as u64),
            ("component_references", found.component_references as u64),
            ("pairs", found.pairs as u64),
            ("session_pairs", found.session_pairs as u64),
            ("group_uses", found.group_uses),
            ("depth", found.depth as u64),
            ("header_tags", found.header_tags as u64),
            ("trailer_tags", found.trailer_tags as u64),
            ("largest_body_tags", found.largest_body_tags as u64),
        ] {
            counts.set_item(name, count)?;
        }
        counts.set_item("largest_body", &found.largest_body)?;
        Ok(counts)
    }

    /// The dictionary in the compact form, without its transport.
    fn to_compact(&self) -> String {
        compact::write(self.model())
    }

    /// The dictionary as QuickFIX XML.
    fn to_quickfix(&self, py: Python<'_>) -> PyResult<String> {
        export::quickfix(self.model()).map_err(|error| errors::dictionary(py, error.to_string(), Vec::new()))
    }

    /// The dictionary as Orchestra XML.
    fn to_orchestra(&self, py: Python<'_>) -> PyResult<String> {
        export::orchestra(self.model()).map_err(|error| errors::dictionary(py, error.to_string(), Vec::new()))
    }

    fn __repr__(&self) -> String {
        let model = self.model();
        format!("<Dictionary {}: {} messages, {} fields>", model.version, model.messages.len(), model.fields.len())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let (one, two) = (self.dictionary(), other.get().dictionary());
            Arc::ptr_eq(&self.chosen, &other.get().chosen)
                || (one.model() == two.model()
                    && one.transport_model() == two.transport_model()
                    && self.chosen.added_rules() == other.get().chosen.added_rules())
        })
    }

    fn __hash__(&self) -> u64 {
        self.version().bytes().fold(0, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)))
    }

    /// Bundled dictionaries travel as their version, others as the files that they say.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, pyo3::types::PyTuple>)> {
        let py = slf.py();
        let this = slf.get();
        let class = py.get_type::<Self>();
        if bundled(this.version()).is_some_and(|chosen| Arc::ptr_eq(chosen, &this.chosen)) {
            let arguments = pyo3::types::PyTuple::new(py, [this.version()])?;
            return Ok((class.getattr("bundled")?, arguments));
        }
        let transport = this.dictionary().transport_model().map(compact::write);
        let (notes, rules) = (this.chosen.notes().to_vec(), this.chosen.added_rules().to_vec());
        let state = (compact::write(this.model()), transport, notes, rules);
        Ok((class.getattr("_restore")?, state.into_pyobject(py)?))
    }

    #[staticmethod]
    #[pyo3(name = "_restore")]
    fn restore(
        py: Python<'_>,
        app: &str,
        transport: Option<&str>,
        notes: Vec<String>,
        rules: Vec<String>,
    ) -> PyResult<Self> {
        let read =
            |text: &str| compact::read(text).map_err(|error| errors::dictionary(py, error.to_string(), Vec::new()));
        let transport = transport.map(read).transpose()?;
        compiled(py, read(app)?, transport, notes, rules)
    }
}
