//! Every route, and the document that they give of themselves.

use crate::{
    account, api_keys, auth, contacts, custom_attributes, filter_fields, health, imports, jobs,
    links, me, members, saved_filters, segments, setup, tickets,
};
use actix_web::App;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation of `/api/v1`. What is not added with `service` vanishes from the document.
pub(crate) fn resources(config: &mut ServiceConfig) {
    config
        .service(setup::get_state)
        .service(setup::set_up)
        .service(auth::log_in)
        .service(auth::refresh)
        .service(auth::log_out)
        .service(auth::list_sessions)
        .service(auth::end_session)
        .service(auth::change_password)
        .service(me::get)
        .service(me::update)
        .service(account::get)
        .service(account::update)
        .service(api_keys::list)
        .service(api_keys::create)
        .service(api_keys::get)
        .service(api_keys::update)
        .service(api_keys::delete)
        .service(members::list)
        .service(members::get)
        .service(members::update)
        .service(members::remove)
        .service(members::offer_reset)
        .service(members::list_invitations)
        .service(members::invite)
        .service(members::get_invitation)
        .service(members::withdraw)
        .service(links::open)
        .service(links::accept)
        .service(links::reset_password)
        .service(contacts::list::count)
        .service(contacts::export::download)
        .service(contacts::list::list)
        .service(contacts::list::search)
        .service(filter_fields::list)
        .service(contacts::one::create)
        .service(contacts::one::upsert)
        .service(contacts::one::restore)
        .service(contacts::one::get)
        .service(contacts::one::update)
        .service(contacts::one::delete)
        .service(contacts::activities::list)
        .service(contacts::notes::list)
        .service(contacts::notes::create)
        .service(contacts::notes::get)
        .service(contacts::notes::update)
        .service(contacts::notes::delete)
        .service(contacts::notes::restore)
        .service(contacts::bulk::change)
        .service(jobs::list)
        .service(jobs::cancel)
        .service(jobs::get)
        .service(saved_filters::count)
        .service(saved_filters::list)
        .service(saved_filters::create)
        .service(saved_filters::restore)
        .service(saved_filters::get)
        .service(saved_filters::update)
        .service(saved_filters::delete)
        .service(segments::count)
        .service(segments::list)
        .service(segments::create)
        .service(segments::restore)
        .service(segments::add)
        .service(segments::remove)
        .service(segments::get)
        .service(segments::update)
        .service(segments::delete)
        .service(segments::add_one)
        .service(segments::remove_one)
        .service(tickets::create)
        .service(custom_attributes::list)
        .service(custom_attributes::create)
        .service(custom_attributes::usage)
        .service(custom_attributes::restore)
        .service(custom_attributes::get)
        .service(custom_attributes::update)
        .service(custom_attributes::delete)
        .service(imports::create)
        .service(imports::list)
        .service(imports::problems)
        .service(imports::rejected)
        .service(imports::get);
}

/// The documented routes, collected from the services themselves.
pub(crate) fn collected() -> utoipa::openapi::OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .service(health::live)
        .service(health::ready)
        .service(utoipa_actix_web::scope("/api/v1").configure(resources))
        .split_for_parts();
    document
}
