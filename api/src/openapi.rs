//! The document `/api/openapi.json`: what handlers say of themselves, and what holds for all of them, said once.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, HttpMethod, Info, OpenApi, OpenApiBuilder, Ref, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use workflow::intake::Provider;

use crate::events::StreamedEvent;
use crate::problem::ProblemBody;

/// The name of the security scheme.
const BEARER: &str = "bearer";

const DESCRIPTION: &str = "\
Runs a company's move from PSTN/ISDN telephony to hosted SIP: letters, porting, PBX and cutover.

JSON in snake_case, dates `YYYY-MM-DD`, instants RFC 3339 in UTC. Errors are `application/problem+json` (RFC 9457) with a stable `code`; wrong \
input is named all at once in `errors`. Texts follow `Accept-Language` (`nl`, `en`).

Lists are `{\"items\": […], \"next_cursor\": null}`. Every POST takes an `Idempotency-Key` and `?dry_run=true`; every change of a project takes \
`If-Match` with its version. Where the clock is simulated, every answer says so in `X-Overstap-Clock`.";

const TAGS: [(&str, &str); 12] = [
    ("projects", "Migrations from intake to maintenance."),
    ("import", "Many migrations at once, from a spreadsheet."),
    ("providers", "Whom customers come from."),
    ("tasks", "What customer and contractor do."),
    ("letters", "Letters to the current providers."),
    ("attachments", "Invoices, signed authorizations and contracts."),
    ("porting", "Moving the numbers between operators."),
    ("cutover", "The morning on which the numbers move."),
    ("effects", "What other systems do for a migration."),
    ("events", "The audit trail."),
    ("subscriptions", "Other systems that are told of events, and what was sent to them."),
    ("calendar", "Porting dates and deadlines for calendar programs."),
];

/// The document before any handler has said anything.
pub(crate) fn blank() -> OpenApi {
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    StreamedEvent::schemas(&mut schemas);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of this server.")).build();
    let components = ComponentsBuilder::new()
        .schema("Problem", ProblemBody::schema())
        .schema("StreamedEvent", StreamedEvent::schema())
        // A contract refers to it as its generic argument, which utoipa does not follow.
        .schema("Provider", Provider::schema())
        .schemas_from_iter(schemas)
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .build();
    let mut info = Info::new("Overstap", env!("CARGO_PKG_VERSION"));
    info.description = Some(DESCRIPTION.to_owned());
    let mut tags = TAGS.to_vec();
    tags.push(("me", "The caller."));
    let tags: Vec<_> =
        tags.into_iter().map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build()).collect();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([SecurityRequirement::new(BEARER, [] as [&str; 0])]))
        .tags(Some(tags))
        .build()
}

/// Adds to each operation what holds for all: parameters in the path, headers of changes, problems.
pub(crate) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            let mut parameters = in_path(path);
            if method != HttpMethod::Get {
                parameters.extend(of_changes(&method));
            }
            operation.parameters.get_or_insert_default().extend(parameters.into_iter().map(RefOr::T));
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem()));
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, item.get.as_mut()),
        (HttpMethod::Post, item.post.as_mut()),
        (HttpMethod::Patch, item.patch.as_mut()),
        (HttpMethod::Delete, item.delete.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?)))
}

fn problem() -> utoipa::openapi::Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description("What went wrong").content("application/problem+json", body).build()
}

fn in_path(path: &str) -> Vec<Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| parameter(name, ParameterIn::Path, of_type(Type::String), about(name))).collect()
}

fn about(name: &str) -> &'static str {
    match name {
        "id" => "Its id.",
        "key" => "The task's key, e.g. `connectivity-test`.",
        "suggestion" => "The suggestion's id.",
        "code" => "The warning's code, e.g. `line_bound_device`.",
        _ => "",
    }
}

fn of_changes(method: &HttpMethod) -> Vec<Parameter> {
    let mut parameters = vec![
        parameter("dry_run", ParameterIn::Query, of_type(Type::Boolean), "Only say what would happen; nothing changes."),
        parameter(
            "If-Match",
            ParameterIn::Header,
            of_type(Type::String),
            "The version of the project that the caller has seen, e.g. `\"3\"`; 412 when it has changed since.",
        ),
    ];
    if *method == HttpMethod::Post {
        parameters.push(parameter(
            "Idempotency-Key",
            ParameterIn::Header,
            of_type(Type::String),
            "At most 200 printable ASCII characters. The same request under the same key gets the same answer and has no second effect.",
        ));
    }
    parameters
}

fn of_type(name: Type) -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::new(name)).into()
}

fn parameter(name: &str, place: ParameterIn, schema: Schema, about: &str) -> Parameter {
    let required = if matches!(place, ParameterIn::Path) { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}
