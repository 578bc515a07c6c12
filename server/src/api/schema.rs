//! Schemas of the product's words, out of the vocabulary itself, so that the document cannot fall behind it.

use std::fmt::Display;

use domain::{Action, Kind, PageSize, SeverityKey, Sort, Source, Status, Tab, Visibility};
use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Schema};

/// A body that takes no member it does not know.
pub fn form() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

/// Exactly one of these forms.
pub fn one_of<const N: usize>(forms: [ObjectBuilder; N]) -> RefOr<Schema> {
    let forms = forms.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
    RefOr::T(Schema::OneOf(forms.build()))
}

/// One word and no other.
pub fn word<T: Display>(word: T) -> Object {
    words([word]).build()
}

pub fn words<T: Display>(all: impl IntoIterator<Item = T>) -> ObjectBuilder {
    let words = all.into_iter().map(|word| Value::from(word.to_string()));
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

pub fn id() -> Object {
    let uuid = SchemaFormat::Custom("uuid".to_owned());
    ObjectBuilder::new().schema_type(Type::String).format(Some(uuid)).build()
}

pub fn status() -> Object {
    words(Status::ALL).build()
}

pub fn severity() -> Object {
    words(SeverityKey::ALL).build()
}

pub fn severity_or_none() -> Object {
    let words = SeverityKey::ALL.iter().map(|key| Value::from(key.as_str())).chain([Value::Null]);
    let kinds = SchemaType::from_iter([Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(kinds).enum_values(Some(words)).build()
}

pub fn kind() -> Object {
    words([Kind::Incident, Kind::Test, Kind::Retrospective]).build()
}

pub fn new_kind() -> Object {
    words([Kind::Incident, Kind::Test]).default(Some(Value::from(Kind::Incident.as_str()))).build()
}

pub fn visibility() -> Object {
    words([Visibility::Tenant, Visibility::Restricted]).build()
}

pub fn source() -> Object {
    words([Source::Manual, Source::Alert, Source::Api, Source::Import]).build()
}

pub fn action() -> Object {
    words(Action::ALL).build()
}

pub fn tab() -> Object {
    words(Tab::ALL).default(Some(Value::from(Tab::default().as_str()))).build()
}

pub fn sort() -> Object {
    words(Sort::ALL).default(Some(Value::from(Sort::default().as_str()))).build()
}

pub fn limit() -> Object {
    let sizes = PageSize::ALL.map(|size| Value::from(size.rows()));
    let default = Value::from(PageSize::default().rows());
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(sizes)).default(Some(default)).build()
}

/// One line without control characters, and more than white space.
pub const LINE: &str =
    "^[^\\u0000-\\u001F\\u007F-\\u009F]*[^\\s\\u0000-\\u001F\\u007F-\\u009F][^\\u0000-\\u001F\\u007F-\\u009F]*$";
const LINES: &str = "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$";
const SOME_LINES: &str = "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*[^\\s\\u0000-\\u001F\\u007F-\\u009F][^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$";

fn text(pattern: &str, shortest: usize, longest: usize) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).max_length(Some(longest));
    if shortest == 0 { text } else { text.min_length(Some(shortest)) }
}

pub fn title() -> Object {
    text(LINE, 1, 200).description(Some("One line.")).build()
}

pub fn summary() -> Object {
    text(LINES, 0, 20_000).description(Some("What is known, in Markdown; may be empty.")).build()
}

pub fn note() -> Object {
    text(SOME_LINES, 1, 20_000).description(Some("Markdown.")).build()
}

pub fn reason() -> Object {
    text(LINES, 0, 2_000).build()
}

pub fn needed_reason() -> Object {
    text(SOME_LINES, 1, 2_000).description(Some("Why.")).build()
}

/// Ids or names.
pub fn named(most: usize, what: &str) -> Array {
    let item = text(LINE, 1, 120);
    let list = ArrayBuilder::new().items(item).max_items(Some(most));
    list.description(Some(what)).build()
}

pub fn services() -> Array {
    named(100, "The services it affects, each by its name or its id.")
}

pub fn people() -> Array {
    named(50, "The people a restricted incident is open to, each by their name or their id.")
}
