//! The app: every route, and what stands around them.

use crate::openapi::{self, Document};
use crate::problem::{Failure, finish};
use crate::request;
use crate::state::State;
use crate::{health, rate, routes, tags};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, ResponseError};
use rapport_contract::Code;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

/// The exact app that the server runs, without a socket.
pub fn app(
    state: State,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let document = Data::new(Document::new());
    let docs = SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", openapi::openapi());
    let (app, _) = App::new()
        .into_utoipa_app()
        .app_data(Data::new(state))
        .app_data(document)
        .service(health::live)
        .service(health::ready)
        .service(utoipa_actix_web::scope("/api/v1").configure(routes::resources))
        .split_for_parts();
    app.service(web::redirect("/docs", "/docs/"))
        .service(
            // The viewer styles itself; nothing of ours is on its pages.
            web::scope("")
                .guard(actix_web::guard::fn_guard(|context| {
                    let path = context.head().uri.path();
                    path.starts_with("/docs/") || path == "/openapi.json"
                }))
                .wrap(DefaultHeaders::new().add((
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
                )))
                .service(docs),
        )
        .default_service(web::to(elsewhere))
        .wrap(from_fn(tags::complete))
        .wrap(from_fn(rate::limit))
        .wrap(from_fn(finish))
        .wrap(from_fn(request::log))
}

/// What no route took: a file or a page of the app, a known path with another method, or nothing.
async fn elsewhere(
    request: HttpRequest,
    state: Data<State>,
    document: Data<Document>,
) -> HttpResponse {
    if let Some(answer) = state
        .files
        .as_ref()
        .and_then(|files| files.answer(&request))
    {
        return answer;
    }
    let methods = document.methods(request.path());
    if methods.is_empty() {
        return Failure::new(Code::NotFound, "There is nothing at this address.").error_response();
    }
    let methods = methods.join(", ");
    let problem = Failure::new(
        Code::MethodNotAllowed,
        format!("Here you can use {methods}."),
    );
    let mut response = problem.error_response();
    if let Ok(value) = header::HeaderValue::from_str(&methods) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
