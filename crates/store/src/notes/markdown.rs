//! Markdown as HTML that is safe to show.

use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html,
};
use pulldown_cmark_escape::escape_href;

/// The HTML of a text in Markdown: CommonMark with tables, strikethrough and task lists.
///
/// Safe because of what it is made of: nothing but the parser's own tags is written, and everything else is text. Raw HTML in the text stays what it is,
/// text; there are no images, which would tell their server who reads; links lead to http, https and mailto alone; no tag has a style, a class or a
/// title.
pub(super) fn to_html(text: &str) -> String {
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    // Whether each link that is open leads somewhere.
    let mut links = Vec::new();
    let events = Parser::new_ext(text, extensions).filter_map(|event| plain(event, &mut links));
    let mut html = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut html, events);
    html
}

/// The event as it may be shown; none when nothing of it may.
fn plain<'t>(event: Event<'t>, links: &mut Vec<bool>) -> Option<Event<'t>> {
    Some(match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        // As it is written: a line is a line.
        Event::SoftBreak => Event::HardBreak,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            ..
        }) => {
            let opened = opening(link_type, &dest_url);
            links.push(opened.is_some());
            Event::InlineHtml(CowStr::from(opened?))
        }
        Event::End(TagEnd::Link) => {
            let leads = links.pop().unwrap_or_default();
            return leads.then_some(Event::InlineHtml(CowStr::Borrowed("</a>")));
        }
        // What stands for the picture is shown.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))
        }
        other => other,
    })
}

/// The tag that opens a link, if it leads where one may go.
fn opening(kind: LinkType, url: &str) -> Option<String> {
    let url = match kind {
        LinkType::Email => format!("mailto:{url}"),
        _ => url.to_owned(),
    };
    let begins = |scheme: &str| {
        let beginning = url.get(..scheme.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    };
    if !["http://", "https://", "mailto:"].into_iter().any(begins) {
        return None;
    }
    let mut tag = "<a href=\"".to_owned();
    // Writing into memory cannot fail.
    let _ = escape_href(&mut tag, &url);
    tag.push_str("\" rel=\"noopener nofollow\">");
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::to_html;

    /// What a note's text can become.
    const TAGS: [&str; 27] = [
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
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "sup",
    ];
    use proptest::prelude::*;

    #[test]
    fn what_people_write_is_shown() {
        for (text, html) in [
            (
                "Called *Ana*.\nShe **agrees**.",
                "<p>Called <em>Ana</em>.<br />\nShe <strong>agrees</strong>.</p>\n",
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
                prop_assert!(TAGS.contains(&name.as_str()), "{name} in {html}");
            }
        }
    }
}
