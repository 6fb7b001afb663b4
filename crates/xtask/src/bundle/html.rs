//! Just enough of HTML to find the tags of a page that we wrote ourselves.

use std::ops::Range;

use anyhow::{Context as _, Result};

/// The start tags and comments of a page, in order.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) elements: Vec<Element<'a>>,
    pub(super) comments: Vec<Range<usize>>,
}

/// A start tag; of `script` and `style`, everything up to the end tag.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// The start tag.
    pub(super) tag: Range<usize>,
    /// What stands between start and end tag of `script` and `style`.
    pub(super) body: Option<Range<usize>>,
}

#[derive(Clone, Debug)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    /// The value and where it stands, without its quotes.
    pub(super) value: Option<(&'a str, Range<usize>)>,
}

impl<'a> Element<'a> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        Some(self.attribute(name)?.value.as_ref()?.0)
    }

    /// From the start tag to the end of the element (of the tag, for other than script and style).
    pub(super) fn whole(&self) -> Range<usize> {
        let end = match &self.body {
            Some(body) => body.end + "</>".len() + self.name.len(),
            None => self.tag.end,
        };
        self.tag.start..end
    }
}

impl<'a> Document<'a> {
    /// # Errors
    /// When a comment, a tag, a quoted value, a script or a style sheet does not end.
    pub(super) fn parse(html: &'a str) -> Result<Self> {
        let mut document = Self {
            elements: Vec::new(),
            comments: Vec::new(),
        };
        let mut at = 0;
        while let Some(open) = find(html, at, "<") {
            let rest = html.get(open + 1..).unwrap_or_default();
            if rest.starts_with("!--") {
                let end = find(html, open, "-->").context("a comment does not end")? + 3;
                document.comments.push(open..end);
                at = end;
            } else if rest.starts_with(|it: char| it.is_ascii_alphabetic()) {
                let mut element = start_tag(html, open)?;
                at = element.tag.end;
                if element.is("script") || element.is("style") {
                    let close = format!("</{}>", element.name);
                    let end =
                        find(html, at, &close).with_context(|| format!("no {close} follows"))?;
                    element.body = Some(at..end);
                    at = end + close.len();
                }
                document.elements.push(element);
            } else {
                at = open + 1;
            }
        }
        Ok(document)
    }
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    Some(from + text.get(from..)?.find(what)?)
}

fn start_tag(html: &str, open: usize) -> Result<Element<'_>> {
    let mut scanner = Scanner { html, at: open + 1 };
    let name = scanner
        .until(|it| it.is_ascii_whitespace() || it == '>' || it == '/')
        .0;
    let mut attributes = Vec::new();
    loop {
        scanner.until(|it| !it.is_ascii_whitespace() && it != '/');
        match scanner
            .peek()
            .with_context(|| format!("<{name} does not end"))?
        {
            '>' => break,
            _ => attributes.push(attribute(&mut scanner)?),
        }
    }
    Ok(Element {
        name,
        attributes,
        tag: open..scanner.at + 1,
        body: None,
    })
}

fn attribute<'a>(scanner: &mut Scanner<'a>) -> Result<Attribute<'a>> {
    let name = scanner
        .until(|it| it.is_ascii_whitespace() || it == '=' || it == '>' || it == '/')
        .0;
    scanner.until(|it| !it.is_ascii_whitespace());
    if scanner.peek() != Some('=') {
        return Ok(Attribute { name, value: None });
    }
    scanner.at += 1;
    scanner.until(|it| !it.is_ascii_whitespace());
    let value = match scanner.peek() {
        Some(quote @ ('"' | '\'')) => {
            scanner.at += 1;
            let value = scanner.until(|it| it == quote);
            scanner
                .peek()
                .with_context(|| format!("the value of {name} does not end"))?;
            scanner.at += 1;
            value
        }
        _ => scanner.until(|it| it.is_ascii_whitespace() || it == '>'),
    };
    Ok(Attribute {
        name,
        value: Some(value),
    })
}

struct Scanner<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<char> {
        self.html.get(self.at..)?.chars().next()
    }

    /// Goes on to the first character that `stops`, or the end.
    fn until(&mut self, stops: impl Fn(char) -> bool) -> (&'a str, Range<usize>) {
        let rest = self.html.get(self.at..).unwrap_or_default();
        let length = rest.find(stops).unwrap_or(rest.len());
        let range = self.at..self.at + length;
        self.at += length;
        (rest.get(..length).unwrap_or_default(), range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_bodies() {
        let html = "<!doctype html><a HREF=/x data-y z='1 > 2'/><script>if (a < b) '<p>'</script> 1 < 2 </a>";
        let document = Document::parse(html).unwrap();
        let names: Vec<_> = document.elements.iter().map(|it| it.name).collect();
        assert_eq!(names, ["a", "script"]);
        let link = document.elements.first().unwrap();
        assert_eq!(link.value("href"), Some("/x"));
        assert!(link.attribute("data-y").unwrap().value.is_none());
        assert_eq!(link.value("z"), Some("1 > 2"));
        let script = document.elements.get(1).unwrap();
        assert_eq!(
            html.get(script.body.clone().unwrap()),
            Some("if (a < b) '<p>'")
        );
        assert_eq!(
            html.get(script.whole()),
            Some("<script>if (a < b) '<p>'</script>")
        );
    }

    #[test]
    fn what_does_not_end_is_an_error() {
        for html in ["<!-- ", "<a href", "<a href=\"x", "<script>x", "<p"] {
            assert!(Document::parse(html).is_err(), "{html}");
        }
    }
}
