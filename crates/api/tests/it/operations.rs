//! The operations as the document lists them: what tests over all of them walk through.

use reqwest::Method;
use serde_json::Value;

/// One operation of the document.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// With `{id}` in it, where there is one.
    pub(crate) path: String,
    /// The permission, as a role's name for the least role that has it is looked up elsewhere.
    pub(crate) permission: Option<String>,
    /// The schema of `{id}`, such as `ContactId`.
    pub(crate) id_schema: Option<String>,
    /// Whether it takes a JSON body.
    pub(crate) takes_json: bool,
}

/// The whole document.
pub(crate) fn document() -> Value {
    serde_json::to_value(rapport_api::openapi()).expect("the document is JSON")
}

/// Every operation.
pub(crate) fn operations() -> Vec<Operation> {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("a path item").clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| Operation {
            id: operation["operationId"].as_str().expect("an id").to_owned(),
            method: method.to_uppercase().parse().expect("a method"),
            path: path.clone(),
            permission: operation["x-permission"].as_str().map(str::to_owned),
            id_schema: id_schema(&operation),
            takes_json: operation["requestBody"]["content"]["application/json"].is_object(),
        })
    };
    let operations: Vec<_> = paths.iter().flat_map(of_path).collect();
    assert!(operations.len() > 30, "the document lost its operations");
    operations
}

fn id_schema(operation: &Value) -> Option<String> {
    let parameters = operation["parameters"].as_array()?;
    let id = parameters
        .iter()
        .find(|parameter| parameter["name"] == "id")?;
    let reference = id["schema"]["$ref"].as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
}

impl Operation {
    /// The path with this id in it.
    pub(crate) fn at(&self, id: &str) -> String {
        self.path.replace("{id}", id)
    }

    /// An id of the right kind that nothing has.
    pub(crate) fn unknown_id(&self) -> String {
        let Some(schema) = &self.id_schema else {
            return String::new();
        };
        let example = &document()["components"]["schemas"][schema]["examples"][0];
        example.as_str().expect("an example of an id").to_owned()
    }
}
