//! Markdown as HTML that is safe to show.

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Options, Parser, html};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What a note's text can become. No images: they would tell their server who reads.
const TAGS: [&str; 28] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static CLEAN: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("td", ["align"])
        .add_tag_attributes("th", ["align"])
        // The boxes of task lists: they show what the text says, and cannot be ticked.
        .add_tag_attributes("input", ["checked"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .set_tag_attribute_value("input", "disabled", "")
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .generic_attributes(HashSet::new())
        .link_rel(Some("noopener nofollow"));
    builder
});

/// The HTML of a text in Markdown: CommonMark with tables, strikethrough and task lists.
///
/// Raw HTML in the text stays what it is, text; what the parser makes of the rest is cleaned once more by a library that knows nothing of
/// Markdown.
pub(super) fn to_html(text: &str) -> String {
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(text, extensions).map(|event| match event {
        pulldown_cmark::Event::Html(raw) | pulldown_cmark::Event::InlineHtml(raw) => {
            pulldown_cmark::Event::Text(raw)
        }
        // As they are written, so that a line is a line.
        pulldown_cmark::Event::SoftBreak => pulldown_cmark::Event::HardBreak,
        other => other,
    });
    let mut html = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut html, events);
    CLEAN.clean(&html).to_string()
}

#[cfg(test)]
mod tests {
    use super::to_html;
    use proptest::prelude::*;

    #[test]
    fn what_people_write_is_shown() {
        for (text, html) in [
            (
                "Called *Ana*.\nShe **agrees**.",
                "<p>Called <em>Ana</em>.<br>\nShe <strong>agrees</strong>.</p>\n",
            ),
            (
                "1 < 2 & <b>bold</b>",
                "<p>1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt;</p>\n",
            ),
            (
                "[site](https://example.com/?a=1&b=2)",
                "<p><a href=\"https://example.com/?a=1&amp;b=2\" rel=\"noopener nofollow\">site</a></p>\n",
            ),
            ("~~old~~", "<p><del>old</del></p>\n"),
        ] {
            assert_eq!(to_html(text), html);
        }
        let list = to_html("- [x] done\n- [ ] open\n");
        assert!(
            list.contains("checked") && list.contains("disabled"),
            "{list}"
        );
        assert!(to_html("| a | b |\n|---|--:|\n| 1 | 2 |").contains("<table>"));
    }

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![pixel](https://example.com/p.png)",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](/relative)",
            "[a](//example.com)",
            "<javascript:alert(1)>",
            "[a]: javascript:alert(1)\n[a]",
            "<a href=\"javascript:alert(1)\" onclick=alert(1)>a</a>",
            "<svg onload=alert(1)>",
            "<style>*{display:none}</style>",
            "<iframe src=https://example.com></iframe>",
            "[a](https://example.com \"onmouseover=alert(1)\")",
        ] {
            let html = to_html(text);
            let tags: Vec<_> = html.split('<').skip(1).collect();
            for tag in tags {
                let tag = tag.split('>').next().unwrap();
                for bad in [
                    "script",
                    "img",
                    "javascript",
                    "data:",
                    "on",
                    "svg",
                    "style",
                    "iframe",
                    "href=\"/",
                ] {
                    assert!(
                        !tag.split([' ', '"']).any(|word| word.starts_with(bad)),
                        "{text}: {html}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_anything_but_the_known_tags(text in "[a-z<>\\[\\]()!*_`#|:/\"'= \n&;-]{0,200}") {
            let html = to_html(&text);
            for tag in html.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(super::TAGS.contains(&name.as_str()), "{name} in {html}");
            }
        }
    }
}
