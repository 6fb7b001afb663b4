//! The people of the account.

use super::frame::Section;
use super::invitations::{InviteSection, OpenInvitations};
use super::link::LinkDialog;
use crate::i18n::{t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{
    Avatar, Button, Dialog, DialogControl, Icon, IconButton, Loaded, Moment, Symbol, Tone,
    use_toasts,
};
use crate::words::{error_text, role_may, role_name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_contract::invitation::{Invitation, Link};
use rapport_contract::member::{Member, MemberPatch};
use rapport_contract::page::Page;
use rapport_contract::role::{Permission, Role};

/// Members and invitations.
#[component]
pub(crate) fn MemberSettings() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let members = Loaded::new(|client| async move { client.members().await });
    let may = Memo::new(move |_| session.may(Permission::MembersManage));
    view! {
        <Section
            heading=move || t_string!(i18n, members.about)
            about=move || t_string!(i18n, members.about_hint)
        >
            {members.show(move |page: Page<Member>| view! {
                <ul class="list">
                    {page
                        .data
                        .into_iter()
                        .map(|member| view! { <MemberItem member members/> })
                        .collect_view()}
                </ul>
            })}
        </Section>
        <Show when=move || may.get()>
            <Invitations/>
        </Show>
    }
}

#[component]
fn Invitations() -> impl IntoView {
    let invitations: Loaded<Page<Invitation>> =
        Loaded::new(|client| async move { client.invitations().await });
    view! {
        <InviteSection invitations/>
        <OpenInvitations invitations/>
    }
}

/// Whether somebody may change a member of this role: owners are changed by owners only.
fn may_manage(own: Option<Role>, member: Role) -> bool {
    own.is_some_and(|own| {
        let needed = if member == Role::Owner {
            Permission::OwnersManage
        } else {
            Permission::MembersManage
        };
        own.may(needed)
    })
}

/// The roles that somebody may give.
pub(super) fn roles_to_give(own: Option<Role>) -> Vec<Role> {
    Role::ALL
        .into_iter()
        .filter(|role| may_manage(own, *role))
        .collect()
}

#[component]
fn MemberItem(member: Member, members: Loaded<Page<Member>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let is_me = untrack(|| session.me_with(|me| me.id)) == Some(member.id);
    let managed = may_manage(untrack(|| session.role()), member.role);
    let role = member.role;
    let shown = member.clone();
    view! {
        <li class="list-item">
            <Avatar name=shown.name.clone() seed=shown.id.as_i64()/>
            <div class="list-main">
                <p class="strong">
                    {shown.name}
                    {is_me.then(|| view! { <span class="tag">{t!(i18n, members.you)}</span> })}
                </p>
                <p class="muted small list-line">
                    {shown.email}
                    {shown.last_seen_at.map(|at| view! { <span class="dot" aria-hidden="true">"·"</span> <Moment at/> })}
                </p>
            </div>
            {if managed {
                view! {
                    <RoleSelect member=member.clone() members/>
                    <ResetButton member=member.clone()/>
                    <RemoveButton member members/>
                }
                .into_any()
            } else {
                view! {
                    <span class="muted" title=move || role_may(i18n.get_locale(), role)>
                        {move || role_name(i18n.get_locale(), role)}
                    </span>
                }
                .into_any()
            }}
        </li>
    }
}

#[component]
fn RoleSelect(member: Member, members: Loaded<Page<Member>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let (id, name, before) = (member.id, StoredValue::new(member.name), member.role);
    let shown = RwSignal::new(before);
    let choose = move |event| {
        let Some(role) = Role::from_name(&event_target_value(&event)) else {
            return;
        };
        shown.set(role);
        spawn_local(async move {
            let patch = MemberPatch { role };
            let answer = session
                .ask(|client| async move { client.update_member(id, &patch).await })
                .await;
            match answer {
                Ok(member) => {
                    if session.me_with(|me| me.id) == Some(id) {
                        session.update(|me| me.role = member.role);
                    }
                    let text = untrack(|| {
                        let role = role_name(i18n.get_locale(), member.role);
                        t_string!(
                            i18n,
                            members.role_changed,
                            name = member.name.clone(),
                            role = role
                        )
                    });
                    toasts.say(Tone::Good, text);
                    members.reload();
                }
                Err(error) => {
                    shown.set(before);
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                }
            }
        });
    };
    let roles = roles_to_give(untrack(|| session.role()));
    view! {
        <div class="select-wrap select-small">
            <select
                class="input select"
                aria-label=move || t_string!(i18n, members.role_of, name = name.get_value())
                prop:value=move || shown.get().as_str()
                on:change=choose
            >
                {roles
                    .into_iter()
                    .map(|role| view! {
                        <option
                            value=role.as_str()
                            prop:selected=move || shown.get() == role
                            title=move || role_may(i18n.get_locale(), role)
                        >
                            {move || role_name(i18n.get_locale(), role)}
                        </option>
                    })
                    .collect_view()}
            </select>
            <Icon symbol=Symbol::ChevronDown/>
        </div>
    }
}

/// Makes a link with which the member can set a new password.
#[component]
fn ResetButton(member: Member) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let (id, name) = (member.id, member.name);
    let link = RwSignal::new(None::<Link>);
    let reset = move |()| {
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.reset_member_password(id).await })
                .await;
            match answer {
                Ok(made) => link.set(Some(made)),
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                }
            }
        });
    };
    view! {
        <IconButton
            symbol=Symbol::Link
            label=move || t_string!(i18n, members.reset_for, name = name.clone())
            on_press=reset
        />
        {move || link.get().map(|made| view! {
            <LinkDialog link=made on_close=move |()| link.set(None)/>
        })}
    }
}

/// Removes the member, after a question: it cannot be taken back.
#[component]
fn RemoveButton(member: Member, members: Loaded<Page<Member>>) -> impl IntoView {
    let i18n = use_i18n();
    let asking = RwSignal::new(false);
    let name = StoredValue::new(member.name.clone());
    let member = StoredValue::new(member);
    view! {
        <IconButton
            symbol=Symbol::Trash
            danger=true
            label=move || t_string!(i18n, members.remove_person, name = name.get_value())
            on_press=move |()| asking.set(true)
        />
        <Show when=move || asking.get()>
            <Dialog
                heading=move || t_string!(i18n, members.remove_question, name = name.get_value())
                on_close=move |()| asking.set(false)
            >
                <RemoveForm member=member.get_value() members/>
            </Dialog>
        </Show>
    }
}

#[component]
fn RemoveForm(member: Member, members: Loaded<Page<Member>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let dialog = expect_context::<DialogControl>();
    let busy = RwSignal::new(false);
    let id = member.id;
    let name = StoredValue::new(member.name);
    let remove = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.remove_member(id).await })
                .await;
            busy.set(false);
            dialog.close();
            match answer {
                Ok(()) => {
                    let name = name.try_get_value().unwrap_or_default();
                    toasts.say(
                        Tone::Good,
                        untrack(|| t_string!(i18n, members.removed, name = name)),
                    );
                    members.reload();
                }
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                }
            }
        });
    };
    view! {
        <p class="muted">{t!(i18n, members.remove_detail)}</p>
        <div class="dialog-foot">
            <Button autofocus=true on_press=move |()| dialog.close()>{t!(i18n, act.cancel)}</Button>
            <Button danger=true busy on_press=remove>{t!(i18n, act.remove)}</Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_made_by_owners() {
        assert_eq!(roles_to_give(Some(Role::Owner)), Role::ALL);
        assert_eq!(
            roles_to_give(Some(Role::Admin)),
            [Role::Viewer, Role::Agent, Role::Admin]
        );
        assert!(roles_to_give(Some(Role::Agent)).is_empty());
        assert!(!may_manage(Some(Role::Admin), Role::Owner));
    }
}
