//! The document `/api/openapi.json`: what it says, and that it says it of everything.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

use crate::world::{Reply, World};

pub(crate) async fn document(world: &World) -> Value {
    let document = Reply::of(&world.router, Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await;
    document.expect(StatusCode::OK);
    document.body
}

#[tokio::test]
async fn the_document_is_as_it_was() {
    let world = World::new().await;
    insta::assert_json_snapshot!("openapi", document(&world).await);
}

#[tokio::test]
async fn every_operation_says_what_it_is_and_how_it_fails() {
    let world = World::new().await;
    let document = document(&world).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}: summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}: tags");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: success");
            let problem = &responses["default"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{name}: problem");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                assert!(
                    parameters.iter().any(|known| known["name"] == parameter && known["in"] == "path"),
                    "{name}: {parameter}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    fn check(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(target)) = fields.get("$ref") {
                    assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                }
                fields.values().for_each(|value| check(value, document));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, document)),
            _ => {}
        }
    }
    let world = World::new().await;
    let document = document(&world).await;
    check(&document, &document);
}

#[tokio::test]
async fn the_page_for_people_is_served_from_here() {
    let world = World::new().await;
    let page = Reply::of(&world.router, Request::get("/api/docs/").body(Body::empty()).unwrap()).await;
    page.expect(StatusCode::OK);
    let html = String::from_utf8(page.bytes).unwrap();
    assert!(html.contains("swagger-ui") && !html.contains("//cdn") && !html.contains("unpkg"), "{html}");
}
