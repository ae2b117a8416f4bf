//! What an input type looks like, taken from its own description in `/api/openapi.json`, and everything by which a value differs from it.
//!
//! serde stops at the first wrong field; a JSON Schema validator does not. Constraints thus stand once, at the type. Rules that a schema
//! can't say are in `workflow`.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use workflow::intake::FieldError;
use workflow::text::Text;

/// A value in a message is shown up to this many characters.
const SHOWN_LENGTH_MAX: usize = 60;

/// The largest integer that a JSON number, as most programs read it, holds exactly: 2^53.
const EXACT_INTEGER_MAX: f64 = 9_007_199_254_740_992.0;

/// An input type's schema, ready to check with.
pub(crate) struct Shape {
    validator: Validator,
    schema: Value,
}

impl Shape {
    /// The shape of a type; made once.
    pub(crate) fn of<T: ToSchema + 'static>() -> Arc<Self> {
        static SHAPES: LazyLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(RwLock::default);
        let id = TypeId::of::<T>();
        if let Some(shape) = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return shape.clone();
        }
        let shape = Arc::new(Self::build::<T>());
        SHAPES.write().unwrap_or_else(PoisonError::into_inner).insert(id, shape.clone());
        shape
    }

    fn build<T: ToSchema>() -> Self {
        let mut components = Vec::new();
        T::schemas(&mut components);
        let components: Map<String, Value> = components.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let mut schema = json!(T::schema());
        if let Some(root) = schema.as_object_mut() {
            root.insert("components".to_owned(), json!({ "schemas": components }));
        }
        bound_integers(&mut schema);
        #[expect(clippy::expect_used, reason = "schemas are part of the program, and a test checks a body of each")]
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("a type describes itself by a right schema");
        Self { validator, schema }
    }

    /// The JSON type of a property where it is not text: `integer`, `boolean`.
    pub(crate) fn is_of_type(&self, property: &str, name: &str) -> bool {
        match &self.schema["properties"][property]["type"] {
            Value::String(only) => only == name,
            Value::Array(several) => several.iter().any(|one| one == name),
            _ => false,
        }
    }

    /// Reads a value, or says everything by which it differs from the type.
    pub(crate) fn read<T: DeserializeOwned>(&self, value: Value) -> Result<T, Vec<FieldError>> {
        let value = integral(value);
        let mut faults = Faults(Vec::new());
        for error in self.validator.iter_errors(&value) {
            faults.add(&error);
        }
        faults.add_nul("", &value);
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        // What a schema can't say, and a type does.
        serde_json::from_value(value).map_err(|error| {
            vec![FieldError::new(
                "",
                "invalid_value",
                format!("kan niet worden gelezen: {error}"),
                format!("can't be read: {error}"),
            )]
        })
    }
}

/// `format: int32` says how large an integer may be, but JSON Schema takes no notice of it.
fn bound_integers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let format = fields.get("format").and_then(Value::as_str);
            let bounds = match (format, fields.get("minimum").and_then(Value::as_i64)) {
                (Some("int32"), Some(0..)) => Some((json!(u32::MIN), json!(u32::MAX))),
                (Some("int32"), _) => Some((json!(i32::MIN), json!(i32::MAX))),
                (Some("int64"), Some(0..)) => Some((json!(u64::MIN), json!(u64::MAX))),
                (Some("int64"), _) => Some((json!(i64::MIN), json!(i64::MAX))),
                _ => None,
            };
            if let Some((minimum, maximum)) = bounds {
                fields.entry("minimum").or_insert(minimum);
                fields.entry("maximum").or_insert(maximum);
            }
            fields.values_mut().for_each(bound_integers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

/// `12.0` is the integer 12 to JSON Schema, and should be one to serde.
fn integral(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT_INTEGER_MAX => {
                #[expect(clippy::cast_possible_truncation, reason = "an integer within 2^53")]
                let whole = float as i64;
                Value::from(whole)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(integral).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, integral(value))).collect(),
        other => other,
    }
}

/// What is wrong so far, one fault per place.
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, error: &ValidationError<'_>) {
        let path = error.instance_path().as_str();
        match error.kind() {
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.add_alternatives(path, error.instance(), context);
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    self.put(
                        child(path, name),
                        "unknown_field",
                        "is hier niet bekend; laat het weg",
                        "is not known here; leave it out",
                    );
                }
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                self.put(child(path, name), "missing", "ontbreekt; vul het in", "is missing; fill it in");
            }
            kind => {
                let (code, text) = sentence(kind, &shown(error.instance()));
                self.put(path.to_owned(), code, text.nl, text.en);
            }
        }
    }

    /// Of several allowed forms the one is meant whose JSON type the value has.
    fn add_alternatives(&mut self, path: &str, value: &Value, forms: &[Vec<ValidationError<'static>>]) {
        let mistyped = |form: &&Vec<ValidationError<'static>>| {
            form.iter()
                .any(|error| error.instance_path().as_str() == path && matches!(error.kind(), ValidationErrorKind::Type { .. }))
        };
        if let Some(meant) = forms.iter().find(|form| !mistyped(form)) {
            for error in meant {
                self.add(error);
            }
            return;
        }
        let wanted: Vec<&str> = forms.iter().flatten().flat_map(types_wanted).filter(|name| *name != "null").collect();
        let (code, text) = wrong_type(&shown(value), &wanted);
        self.put(path.to_owned(), code, text.nl, text.en);
    }

    /// The character NUL means nothing to people, and PostgreSQL keeps no text that has it.
    fn add_nul(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => self.refuse_nul(path, text),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.add_nul(&format!("{path}/{i}"), item);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.refuse_nul(path, name);
                    self.add_nul(&child(path, name), value);
                }
            }
            _ => {}
        }
    }

    fn refuse_nul(&mut self, path: &str, text: &str) {
        if text.contains('\0') {
            let (nl, en) = ("bevat het teken U+0000; laat het weg", "has the character U+0000; leave it out");
            self.put(path.to_owned(), "unprintable_character", nl, en);
        }
    }

    fn put(&mut self, pointer: String, code: &str, nl: impl Into<String>, en: impl Into<String>) {
        // A value of the wrong type is wrong in other ways too; the first says enough.
        if !self.0.iter().any(|fault| fault.pointer == pointer) {
            self.0.push(FieldError::new(pointer, code, nl, en));
        }
    }
}

/// The pointer to a field of what is at `path`, escaped (RFC 6901, section 3).
fn child(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => {
            let text = other.to_string();
            match text.char_indices().nth(SHOWN_LENGTH_MAX) {
                Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
                None => text,
            }
        }
    }
}

fn types_wanted(error: &ValidationError<'_>) -> Vec<&'static str> {
    match error.kind() {
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => vec![one.as_str()],
        ValidationErrorKind::Type { kind: TypeKind::Multiple(several) } => several.iter().map(JsonType::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What is wrong with a value, and what would be right.
fn sentence(kind: &ValidationErrorKind, value: &str) -> (&'static str, Text) {
    let out_of_range = |nl: String, en: String| {
        ("out_of_range", Text::new(format!("{value} kan niet; geef {nl}"), format!("{value} is out of range; give {en}")))
    };
    match kind {
        ValidationErrorKind::Type { kind } => {
            let wanted: Vec<&str> = match kind {
                TypeKind::Single(one) => vec![one.as_str()],
                TypeKind::Multiple(several) => several.iter().map(JsonType::as_str).filter(|name| *name != "null").collect(),
            };
            wrong_type(value, &wanted)
        }
        ValidationErrorKind::Enum { options } => {
            let names: Vec<String> = options.as_array().into_iter().flatten().filter(|one| !one.is_null()).map(shown).collect();
            let names = names.join(", ");
            (
                "not_one_of",
                Text::new(format!("{value} kan niet; kies uit {names}"), format!("{value} can't be; choose from {names}")),
            )
        }
        ValidationErrorKind::Constant { expected_value } => {
            let only = shown(expected_value);
            ("not_one_of", Text::new(format!("{value} kan niet; geef {only}"), format!("{value} can't be; give {only}")))
        }
        ValidationErrorKind::Minimum { limit } => out_of_range(format!("{limit} of meer"), format!("{limit} or more")),
        ValidationErrorKind::Maximum { limit } => out_of_range(format!("{limit} of minder"), format!("{limit} or less")),
        ValidationErrorKind::MinLength { limit: 1 } | ValidationErrorKind::Pattern { .. } => {
            ("empty", Text::new("is leeg; vul iets in", "is empty; fill it in"))
        }
        ValidationErrorKind::MinLength { limit } => (
            "too_short",
            Text::new(
                format!("{value} is te kort; geef {limit} tekens of meer"),
                format!("{value} is too short; give {limit} characters or more"),
            ),
        ),
        ValidationErrorKind::MaxLength { limit } => (
            "too_long",
            Text::new(
                format!("{value} is te lang; geef hooguit {limit} tekens"),
                format!("{value} is too long; give at most {limit} characters"),
            ),
        ),
        ValidationErrorKind::MinItems { limit } => (
            "too_few",
            Text::new(
                format!("heeft te weinig delen; geef er {limit} of meer"),
                format!("has too few items; give {limit} or more"),
            ),
        ),
        ValidationErrorKind::MaxItems { limit } => (
            "too_many",
            Text::new(
                format!("heeft te veel delen; geef er hooguit {limit}"),
                format!("has too many items; give at most {limit}"),
            ),
        ),
        ValidationErrorKind::Format { format } => wrong_format(value, format),
        other => {
            let keyword = other.keyword();
            ("invalid_value", Text::new(format!("{value} kan niet ({keyword})"), format!("{value} can't be ({keyword})")))
        }
    }
}

fn wrong_format(value: &str, format: &str) -> (&'static str, Text) {
    match format {
        "date" => (
            "invalid_date",
            Text::new(
                format!("{value} is geen datum; geef bijvoorbeeld \"2027-01-26\""),
                format!("{value} is not a date; give for example \"2027-01-26\""),
            ),
        ),
        "date-time" => (
            "invalid_instant",
            Text::new(
                format!("{value} is geen tijdstip met zone; geef bijvoorbeeld \"2027-01-26T08:30:00+01:00\""),
                format!("{value} is not an instant with its offset; give for example \"2027-01-26T08:30:00+01:00\""),
            ),
        ),
        other => ("invalid_value", Text::new(format!("{value} is geen {other}"), format!("{value} is not a {other}"))),
    }
}

fn wrong_type(value: &str, wanted: &[&str]) -> (&'static str, Text) {
    let named = |names: fn(&str) -> &str, or: &str| wanted.iter().map(|name| names(name)).collect::<Vec<_>>().join(or);
    let (nl, en) = (named(in_dutch, " of "), named(in_english, " or "));
    ("wrong_type", Text::new(format!("{value} kan niet; geef {nl}"), format!("{value} can't be; give {en}")))
}

fn in_dutch(name: &str) -> &str {
    match name {
        "string" => "een tekst",
        "integer" => "een geheel getal",
        "number" => "een getal",
        "boolean" => "true of false",
        "array" => "een lijst",
        "object" => "een object",
        other => other,
    }
}

fn in_english(name: &str) -> &str {
    match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}
