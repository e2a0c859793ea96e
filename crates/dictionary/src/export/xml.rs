//! Write XML: elements, attributes and their escapes.

use std::fmt::Write as _;

/// XML in the making, one element a line, indented by one blank a level.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), open: Vec::new() }
    }

    /// An element without content. Attributes without a value are left out.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[(&str, Option<&str>)]) {
        self.head(name, attributes);
        self.text.push_str("/>\n");
    }

    /// The beginning of an element.
    pub(super) fn begin(&mut self, name: &'static str, attributes: &[(&str, Option<&str>)]) {
        self.head(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// The end of the element begun last.
    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            let _ = writeln!(self.text, "</{name}>");
        }
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.head(name, &[]);
        self.text.push('>');
        self.escape(text);
        let _ = writeln!(self.text, "</{name}>");
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.text
    }

    fn head(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            let Some(value) = value else { continue };
            let _ = write!(self.text, " {key}=\"");
            self.escape(value);
            self.text.push('"');
        }
    }

    fn indent(&mut self) {
        self.text.extend(self.open.iter().map(|_| ' '));
    }

    /// White space other than a blank would be read back as a blank; what XML cannot hold at all becomes U+FFFD.
    fn escape(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' | '\n' | '\r' => {
                    let _ = write!(self.text, "&#{};", u32::from(letter));
                }
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.text.push('\u{fffd}'),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn values_are_escaped_and_elements_closed() {
        let mut xml = Xml::new();
        xml.begin("a", &[("b", Some("<\"&'\n\u{1}>")), ("c", None)]);
        xml.empty("d", &[]);
        xml.text("e", "1 < 2");
        let body = xml.finish();
        let wanted = "<a b=\"&lt;&quot;&amp;'&#10;\u{fffd}&gt;\">\n <d/>\n <e>1 &lt; 2</e>\n</a>\n";
        assert_eq!(body.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>(), wanted);
    }
}
