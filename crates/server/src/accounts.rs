//! What whoever runs the server does with accounts.

use crate::commands::NewAccount;
use crate::database::{holding_node, now};
use anyhow::{Context, anyhow, bail};
use rapport_api::LinkSecret;
use rapport_contract::account::AccountDraft;
use rapport_contract::auth::{NewUser, Secret};
use rapport_contract::email::EmailAddress;
use rapport_contract::language::Language;
use rapport_contract::role::{Permissions, Role};
use rapport_contract::{AccountId, Fault};
use rapport_store::users::HashedUser;
use rapport_store::{Actor, Store, Who, accounts, demo as samples, invitations, users};

/// Makes an account and its owner.
pub(crate) async fn create(store: &Store, new: NewAccount) -> anyhow::Result<()> {
    let password = match &new.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => None,
    };
    let given = password.is_some();
    let password = match password {
        Some(password) => password,
        None => random_password()?,
    };
    let language =
        Language::from_tag(&new.language).context("--language: expected en, es or zh")?;
    let draft = AccountDraft {
        name: new.name,
        language,
        time_zone: new.time_zone,
        default_country: new.default_country,
    };
    let account = draft.check("").map_err(named)?;
    let owner = NewUser::check(&new.owner, &new.email, &Secret(password.clone())).map_err(named)?;
    let (account, email) = make(store, account, owner).await?;
    println!("Account {account} is made. Its owner signs in with {email}.");
    if !given {
        println!("Password: {password}");
    }
    Ok(())
}

async fn make(
    store: &Store,
    account: rapport_contract::account::NewAccount,
    owner: NewUser,
) -> anyhow::Result<(AccountId, String)> {
    let password_hash =
        rapport_api::hash_password(&owner.password).map_err(|error| anyhow!("{error}"))?;
    let owner = HashedUser {
        name: owner.name,
        email: owner.email,
        password_hash,
    };
    let make =
        async |w: &rapport_store::Write<'_>| users::create_account(w, &account, &owner).await;
    let (account, _) = store.write(now(), make).await?;
    Ok((account.id, owner.email.to_string()))
}

/// Every fault, by the name of its argument.
fn named(faults: Vec<Fault>) -> anyhow::Error {
    let lines = faults.iter().map(|fault| {
        let argument = fault.pointer.trim_start_matches('/').replace('_', "-");
        format!("--{argument}: {}", fault.detail)
    });
    anyhow!("{}", lines.collect::<Vec<_>>().join("\n"))
}

fn random_password() -> anyhow::Result<String> {
    let secret = LinkSecret::random().context("the machine gives no randomness")?;
    Ok(secret
        .hash()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(20)
        .collect())
}

/// Prints a link with which a person can set a new password.
pub(crate) async fn reset_password(
    store: &Store,
    public_url: &str,
    email: &str,
) -> anyhow::Result<()> {
    let email = EmailAddress::parse(email).context("--email")?;
    let known = users::credentials(store, &email).await?;
    let known = known.with_context(|| format!("nobody signs in with {email}"))?;
    let account = known.accounts.first().copied();
    let account = account.with_context(|| format!("{email} is not a member of any account"))?;
    let secret = LinkSecret::random().context("the machine gives no randomness")?;
    let actor = Actor {
        account,
        who: Who::System,
    };
    let id = store
        .write(now(), async |w| {
            invitations::offer_reset(
                w,
                &actor,
                Permissions::of(Role::Owner),
                known.user,
                secret.hash(),
            )
            .await
        })
        .await?;
    println!(
        "{public_url}/reset-password#token={}",
        secret.token(account, id)
    );
    println!("The link works once, for a day.");
    Ok(())
}

/// Contacts between two lines that tell how far it is.
const STEP: u64 = 50_000;

/// Makes plausible contacts.
pub(crate) async fn demo(
    store: &Store,
    contacts: u64,
    seed: u64,
    account: Option<AccountId>,
) -> anyhow::Result<()> {
    let account = match account {
        Some(account) => accounts::get(store, account).await?.id,
        None => account_for_demo(store).await?,
    };
    let begun = std::time::Instant::now();
    let mut told = 0;
    let fill = samples::fill(store, now, account, seed, contacts, |done| {
        if done / STEP > told {
            told = done / STEP;
            println!("{done} contacts");
        }
    });
    let made = holding_node(store, fill).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{made} contacts made in {seconds:.1} s ({:.0} a second).",
        made as f64 / seconds.max(0.001)
    );
    store.analyze().await?;
    Ok(())
}

/// The account that was named, or the only one there is.
pub(crate) async fn one_account(
    store: &Store,
    named: Option<AccountId>,
) -> anyhow::Result<AccountId> {
    if let Some(account) = named {
        return Ok(accounts::get(store, account).await?.id);
    }
    only_account(store)
        .await?
        .context("there is no account yet")
}

/// The only account there is; none when there is none yet.
async fn only_account(store: &Store) -> anyhow::Result<Option<AccountId>> {
    let all = accounts::list(store).await?;
    match all.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.id)),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|account| format!("{} ({})", account.id, account.name))
                .collect();
            bail!("say which account with --account: {}", names.join(", "))
        }
    }
}

/// The only account there is; one made for the purpose when there is none.
async fn account_for_demo(store: &Store) -> anyhow::Result<AccountId> {
    if let Some(one) = only_account(store).await? {
        return Ok(one);
    }
    let draft = AccountDraft {
        name: "Demo".to_owned(),
        language: Language::En,
        time_zone: "UTC".to_owned(),
        default_country: "MX".to_owned(),
    };
    let password = random_password()?;
    let account = draft.check("").map_err(named)?;
    let owner =
        NewUser::check("Demo", "demo@rapport.example", &Secret(password.clone())).map_err(named)?;
    let (account, email) = make(store, account, owner).await?;
    println!("There was no account, so one is made: sign in with {email}, password {password}");
    Ok(account)
}
