//! Looking into a page: its tags with their attributes, what a form holds.

/// An opening tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, if it is there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Every opening tag in order. What stands inside of scripts is no markup.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end..]);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, after) = tag(rest);
            rest = if tag.name == "script" { after.find("</script").map_or("", |end| &after[end..]) } else { after };
            tags.push(tag);
        }
    }
    tags
}

/// The tag at the beginning and what comes after it.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap();
    let name = text[..end].trim_end_matches('/').to_ascii_lowercase();
    let mut rest = text[end..].trim_start();
    let mut attributes = Vec::new();
    while !rest.starts_with('>') {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').unwrap();
        let attribute = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap();
            (value, rest) = (&quoted[..end], &quoted[end + 1..]);
        } else if let Some(plain) = rest.strip_prefix('=') {
            let end = plain.find(|c: char| c.is_whitespace() || c == '>').unwrap();
            (value, rest) = plain.split_at(end);
        }
        attributes.push((attribute, unescape(value)));
        rest = rest.trim_start();
    }
    (Tag { name, attributes }, &rest[1..])
}

/// The value of the first field of this name.
pub fn hidden(html: &str, name: &str) -> String {
    let fields = tags(html).into_iter().filter(|tag| tag.name == "input");
    let value = fields.filter(|tag| tag.get("name") == Some(name)).find_map(|tag| tag.get("value").map(str::to_owned));
    value.unwrap_or_else(|| panic!("no field `{name}` in {html}"))
}

/// What stands in the text area of this name.
pub fn text_area(html: &str, name: &str) -> String {
    let area = html.split("<textarea").skip(1).find(|area| {
        let opening = area.split('>').next().unwrap();
        opening.contains(&format!("name=\"{name}\""))
    });
    let area = area.unwrap_or_else(|| panic!("no text area `{name}` in {html}"));
    let content = area.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    unescape(content)
}

/// What a browser would send of a form as it stands on the page, whose markup this is.
pub fn filled(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut select = String::new();
    for tag in tags(form) {
        let get = |name: &str| tag.get(name).unwrap_or_default().to_owned();
        match tag.name.as_str() {
            "input" if get("type") == "checkbox" && tag.get("checked").is_none() => {}
            "input" => fields.push((get("name"), get("value"))),
            "textarea" => fields.push((get("name"), text_area(form, &get("name")))),
            "select" => select = get("name"),
            "option" if tag.get("selected").is_some() => fields.push((select.clone(), get("value"))),
            _ => {}
        }
    }
    fields
}

/// A text as a person sees it.
pub fn unescape(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
