//! The style sheets of the page, made one.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::page::local;

/// Takes out the comments.
///
/// # Errors
/// When a comment or a string does not end.
pub(crate) fn without_comments(css: &str) -> Result<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(comment) = from.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").context("a comment does not end")?;
            // In place of the comment's line, nothing; elsewhere it separated two words.
            if out.is_empty() || out.ends_with(char::is_whitespace) {
                rest = after.strip_prefix('\n').unwrap_or(after);
            } else {
                out.push(' ');
                rest = after;
            }
        } else if from.starts_with('/') {
            out.push('/');
            rest = from.get(1..).unwrap_or_default();
        } else {
            let end = string_end(from).context("a string does not end")?;
            let (string, after) = from.split_at(end);
            out.push_str(string);
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where a string that begins with its quote ends, the closing quote included.
fn string_end(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, quote) = chars.next()?;
    while let Some((at, it)) = chars.next() {
        match it {
            '\\' => {
                chars.next();
            }
            _ if it == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The files that the style sheet names with `url(…)`, below `frontend/`.
///
/// # Errors
/// When it loads something of another host, or imports another style sheet.
pub(crate) fn named(css: &str) -> Result<Vec<String>> {
    if css.contains("@import") {
        bail!("@import: name the style sheet in index.html instead, so that it is one request");
    }
    let mut found = Vec::new();
    each_url(css, |address| {
        found.extend(local(address)?);
        Ok(None)
    })?;
    Ok(found)
}

/// The style sheet with the final names in its `url(…)`s.
///
/// # Errors
/// When a name is missing.
pub(crate) fn renamed(css: &str, names: &BTreeMap<String, String>) -> Result<String> {
    each_url(css, |address| {
        let Some(path) = local(address)? else {
            return Ok(None);
        };
        let url = names
            .get(&path)
            .with_context(|| format!("{path} has not been built"))?;
        let end = address.find(['?', '#']).unwrap_or(address.len());
        Ok(Some(format!(
            "{url}{}",
            address.get(end..).unwrap_or_default()
        )))
    })
}

fn each_url(css: &str, mut replace: impl FnMut(&str) -> Result<Option<String>>) -> Result<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("url(") {
        let inner = after.trim_start();
        let quoted = inner.starts_with(['"', '\'']);
        let end = if quoted {
            // A data: address may hold a closing bracket.
            string_end(inner).context("url( with a string that does not end")?
        } else {
            inner.find(')').context("url( without )")?
        };
        let (address, tail) = inner.split_at(end);
        out.push_str(before);
        match replace(address.trim().trim_matches(['"', '\'']))? {
            Some(url) => out.push_str(&format!("url(\"{url}\"")),
            None => out.push_str(&format!("url({address}")),
        }
        rest = tail.trim_start();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        assert_eq!(
            without_comments("/* head */\na { b: 1px/2 /* x */; c: \"/* no */\" }\n").unwrap(),
            "a { b: 1px/2 ; c: \"/* no */\" }\n"
        );
        assert_eq!(
            without_comments("a/**/b{c:'\\'/*'}").unwrap(),
            "a b{c:'\\'/*'}"
        );
        assert!(without_comments("a /* b").is_err());
        assert!(without_comments("a { b: 'c }").is_err());
    }

    #[test]
    fn files_are_found_and_renamed() {
        let css = "a{b:url(/i/x.svg#p) url( 'i/y.png' ) url(\"data:image/svg+xml,(a)\") url(#m)}";
        assert_eq!(named(css).unwrap(), ["i/x.svg", "i/y.png"]);
        let names = BTreeMap::from([
            ("i/x.svg".to_owned(), "/assets/x-1.svg".to_owned()),
            ("i/y.png".to_owned(), "/assets/y-2.png".to_owned()),
        ]);
        assert_eq!(
            renamed(css, &names).unwrap(),
            "a{b:url(\"/assets/x-1.svg#p\") url(\"/assets/y-2.png\") url(\"data:image/svg+xml,(a)\") url(#m)}"
        );
        assert!(named("a{b:url(https://example.org/x.png)}").is_err());
        assert!(named("@import 'x.css';").is_err());
    }
}
