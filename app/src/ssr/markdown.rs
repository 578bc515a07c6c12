//! Markdown from people to HTML that is safe to send: raw HTML becomes visible text, pictures become links, and a link
//! leads to the web or to a mail address or is no link at all.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The text as HTML. Every tag in it was made here.
pub(crate) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut links = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(move |event| safe(event, &mut links));
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events);
    out
}

/// `links` remembers for every open link whether it was kept, so that its end goes the same way.
fn safe<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let kept = leads_out(&dest_url);
            links.push(kept);
            kept.then(|| Event::InlineHtml(opening(&dest_url)))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            links.pop().unwrap_or_default().then_some(Event::InlineHtml(CowStr::Borrowed("</a>")))
        }
        // The page has its own headings down to the third level.
        Event::Start(Tag::Heading { .. }) => Some(Event::InlineHtml(CowStr::Borrowed("<h4>"))),
        Event::End(TagEnd::Heading(_)) => Some(Event::InlineHtml(CowStr::Borrowed("</h4>\n"))),
        // Tables are aligned by classes of ours; the parser would write style attributes.
        Event::Start(Tag::Table(columns)) => {
            let plain = columns.iter().map(|_| pulldown_cmark::Alignment::None);
            Some(Event::Start(Tag::Table(plain.collect())))
        }
        other => Some(other),
    }
}

fn opening(url: &str) -> CowStr<'static> {
    let mut tag = String::from("<a rel=\"external nofollow noopener noreferrer\" href=\"");
    for c in url.chars() {
        match c {
            '&' => tag.push_str("&amp;"),
            '"' => tag.push_str("&quot;"),
            '<' => tag.push_str("&lt;"),
            '>' => tag.push_str("&gt;"),
            c => tag.push(c),
        }
    }
    tag.push_str("\">");
    tag.into()
}

/// A scheme that is spelled out at the very start leaves no room for the tricks that hide another one.
fn leads_out(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that try to become more than text. None may leave a tag or an attribute of its own.
    const HOSTILE: [&str; 18] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=\"x()\">b</b>",
        "<svg/onload=alert(1)>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "<javascript:alert(1)>",
        "![a](javascript:alert(1))",
        "[a](https://x/\"onmouseover=\"alert(1))",
        "[a]: javascript:alert(1)\n\n[a]",
        "| a |\n|:-:|\n| <script>x</script> |",
    ];

    #[test]
    fn hostile_texts_stay_texts() {
        for text in HOSTILE {
            let html = to_html(text);
            for tag in html.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default();
                let name = tag.trim_start_matches('/').split(' ').next();
                let known = ["p", "a", "h4", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"];
                assert!(name.is_some_and(|name| known.contains(&name)), "{text} gave {html}");
                let attributes = tag.matches('=').count();
                assert!(attributes == 0 || tag.starts_with("a "), "{text} gave {html}");
                let href = tag.split("href=\"").nth(1).unwrap_or("https://");
                assert!(href.starts_with("https://"), "{text} gave {html}");
                assert!(tag.matches('"').count() <= 4, "{text} gave {html}");
            }
        }
    }

    #[test]
    fn pictures_are_links_and_nothing_is_fetched() {
        let html = to_html("![graph](https://example.com/a.png?x=1&y=2)");
        assert!(!html.contains("<img"), "{html}");
        assert!(html.contains("href=\"https://example.com/a.png?x=1&amp;y=2\">graph</a>"), "{html}");
    }

    #[test]
    fn ordinary_markdown_is_drawn() {
        assert_eq!(to_html("# A\n\n*b* `c`"), "<h4>A</h4>\n<p><em>b</em> <code>c</code></p>\n");
        assert_eq!(to_html("- a\n- ~~b~~"), "<ul>\n<li>a</li>\n<li><del>b</del></li>\n</ul>\n");
        assert_eq!(to_html("a < b & c"), "<p>a &lt; b &amp; c</p>\n");
        assert_eq!(to_html("[a](/incidents)"), "<p>a</p>\n");
    }
}
