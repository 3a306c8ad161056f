//! The document about the API, in the form of `OpenAPI` 3.1, made of the list of operations and the types of `bulkhead-wire`.

use bulkhead_wire::problem::ProblemForm;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::access::CSRF_HEADER;
use crate::api::{Is, Method, OPERATIONS, Operation, Parameter, ROOT};
use crate::work::WORK_HEADER;

/// The document, as text with a newline at its end.
pub fn document() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.for_serialize().into_generator();
    let problem = generator.subschema_for::<ProblemForm>();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(format!("{ROOT}{}", operation.path)).or_insert_with(|| json!({}));
        let method = if operation.method == Method::Get { "get" } else { "post" };
        if let Some(methods) = path.as_object_mut() {
            methods.insert(method.to_owned(), operation_form(operation, &problem, &mut generator));
        }
    }
    let schemas = generator.take_definitions(true);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bulkhead",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Tenant network isolation for Kubernetes. Fields are only ever added. `Accept-Language` chooses the \
                            language of messages; reads have an ETag of the state that they are of.",
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "bulkhead-PORT",
                    "description": "The cookie that the printed address gives; its name ends with the port. `__Host-bulkhead` in the \
                                    mode `token`.",
                },
                "token": {"type": "http", "scheme": "bearer", "description": "In the mode `token`: one of the cluster's."},
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn operation_form(operation: &Operation, problem: &Schema, generator: &mut SchemaGenerator) -> Value {
    let mut form = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": {
            "200": {"description": "Answered.", "content": content(operation, generator)},
            "default": {"description": "Not answered.", "content": {"application/problem+json": {"schema": problem}}},
        },
    });
    if let (Some(body), Some(fields)) = (operation.body, form.as_object_mut()) {
        let schema = body(generator);
        fields.insert(
            "requestBody".to_owned(),
            json!({"required": true, "content": {"application/json": {"schema": schema}}}),
        );
    }
    form
}

fn content(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    match operation.answer {
        Some(answer) => {
            let schema = answer(generator);
            let media_type = schema.get("contentMediaType").and_then(Value::as_str).unwrap_or("application/json");
            json!({media_type: {"schema": schema}})
        }
        None => json!({"text/event-stream": {"schema": {"type": "string"}}}),
    }
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> =
        in_path.map(|name| json!({"name": name, "in": "path", "required": true, "schema": not_empty()})).collect();
    all.extend(operation.parameters.iter().map(parameter));
    if operation.method == Method::Post {
        all.push(json!({
            "name": CSRF_HEADER, "in": "header", "required": true, "schema": {"type": "string"},
            "description": "Any value: no other site can send it.",
        }));
    }
    all.push(json!({
        "name": WORK_HEADER, "in": "header", "required": false,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
        "description": "A name for the work: by it `/progress/{name}` tells how far it is, and `/progress/{name}/cancel` ends it.",
    }));
    all
}

/// Text that says something: a parameter that has to be there and is empty is not there.
fn not_empty() -> Value {
    json!({"type": "string", "minLength": 1})
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.is {
        Is::Repeated => json!({"type": "array", "items": {"type": "string"}}),
        Is::Required => not_empty(),
        Is::Optional => json!({"type": "string"}),
    };
    json!({
        "name": parameter.name, "in": "query", "required": parameter.is == Is::Required,
        "description": parameter.about, "schema": schema,
    })
}
