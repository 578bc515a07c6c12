//! As much HTML as the tests need.

/// The value of the first hidden field of that name.
pub fn hidden_value(html: &str, name: &str) -> String {
    let marker = format!(r#"<input type="hidden" name="{name}" value=""#);
    let rest = html.split_once(&marker).unwrap_or_else(|| panic!("no hidden field {name} in:\n{html}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// The value of the account button that shows `text`.
pub fn button_value(html: &str, text: &str) -> String {
    let button = html
        .split(r#"<button name="account" value=""#)
        .skip(1)
        .find(|button| button.split("</button>").next().unwrap().contains(text))
        .unwrap_or_else(|| panic!("no account button with {text} in:\n{html}"));
    button.split_once('"').unwrap().0.to_owned()
}

/// The first tag that begins like this.
pub fn tag(html: &str, beginning: &str) -> String {
    let at = html.find(beginning).unwrap_or_else(|| panic!("no {beginning} in:\n{html}"));
    html[at..].split_once('>').unwrap().0.to_owned()
}
