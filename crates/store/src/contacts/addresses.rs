//! A contact's lists of e-mails and phones: one of each is the primary, unless there are none.

use crate::Actor;
use crate::entity::{contact_emails, contact_phones};
use rapport_contract::contact::{Addresses, Given, Verified};
use rapport_contract::email::EmailAddress;
use rapport_contract::phone::PhoneNumber;

/// An address of a contact, of either kind.
pub(super) trait Address {
    fn primary(&mut self) -> &mut bool;
    fn added_at(&self) -> i64;
}

impl Address for contact_emails::Model {
    fn primary(&mut self) -> &mut bool {
        &mut self.is_primary
    }
    fn added_at(&self) -> i64 {
        self.added_at
    }
}

impl Address for contact_phones::Model {
    fn primary(&mut self) -> &mut bool {
        &mut self.is_primary
    }
    fn added_at(&self) -> i64 {
        self.added_at
    }
}

/// Makes the oldest address the primary one, if none is.
pub(super) fn promote<A: Address>(addresses: &mut [A]) {
    if addresses.iter_mut().any(|address| *address.primary()) {
        return;
    }
    if let Some(oldest) = addresses
        .iter_mut()
        .min_by_key(|address| address.added_at())
    {
        *oldest.primary() = true;
    }
}

/// Takes the primary address away; the oldest that remains takes its place.
pub(super) fn drop_primary<A: Address>(addresses: &mut Vec<A>) {
    addresses.retain_mut(|address| !*address.primary());
    promote(addresses);
}

/// A claim that this is the contact's address, its primary one.
pub(super) fn email_claim(
    actor: &Actor,
    contact_id: i64,
    email: &EmailAddress,
    now: i64,
) -> contact_emails::Model {
    contact_emails::Model {
        account_id: actor.account.as_i64(),
        contact_id,
        email_id: email.identity().to_owned(),
        address: email.as_str().to_owned(),
        email_key: None,
        is_primary: true,
        verified: Verified::None.as_str().to_owned(),
        added_at: now,
    }
}

/// A claim that this is the contact's number, its primary one.
pub(super) fn phone_claim(
    actor: &Actor,
    contact_id: i64,
    phone: &PhoneNumber,
    now: i64,
) -> contact_phones::Model {
    contact_phones::Model {
        account_id: actor.account.as_i64(),
        contact_id,
        number: phone.as_str().to_owned(),
        is_primary: true,
        verified: Verified::None.as_str().to_owned(),
        added_at: now,
    }
}

/// Sets the primary address: in the place of the one there is, unless the contact has it already.
pub(super) fn set_email(
    rows: &mut Vec<contact_emails::Model>,
    actor: &Actor,
    contact_id: i64,
    email: &EmailAddress,
    now: i64,
) {
    let same = |row: &contact_emails::Model| row.email_id == email.identity();
    if rows.iter().any(same) {
        for row in rows {
            row.is_primary = same(row);
            if row.is_primary {
                // The same mailbox, perhaps in another spelling: the latest one is shown.
                row.address = email.as_str().to_owned();
            }
        }
    } else {
        rows.retain(|row| !row.is_primary);
        rows.push(email_claim(actor, contact_id, email, now));
    }
}

/// Sets the primary number, as [`set_email`] does.
pub(super) fn set_phone(
    rows: &mut Vec<contact_phones::Model>,
    actor: &Actor,
    contact_id: i64,
    phone: &PhoneNumber,
    now: i64,
) {
    let same = |row: &contact_phones::Model| row.number == phone.as_str();
    if rows.iter().any(same) {
        rows.iter_mut().for_each(|row| row.is_primary = same(row));
    } else {
        rows.retain(|row| !row.is_primary);
        rows.push(phone_claim(actor, contact_id, phone, now));
    }
}

/// The e-mails that a list says, in the place of `before`: those that stay keep when they were added and, unless the list says otherwise, who
/// vouches for them.
pub(super) fn all_emails(
    before: &[contact_emails::Model],
    actor: &Actor,
    contact_id: i64,
    list: &Addresses<EmailAddress>,
    now: i64,
) -> Vec<contact_emails::Model> {
    let row = |given: &Given<EmailAddress>| {
        let email = &given.value;
        let known = before.iter().find(|row| row.email_id == email.identity());
        let mut row = known
            .cloned()
            .unwrap_or_else(|| email_claim(actor, contact_id, email, now));
        row.address = email.as_str().to_owned();
        row.is_primary = given.primary;
        if let Some(verified) = given.verified {
            row.verified = verified.as_str().to_owned();
        }
        row
    };
    list.iter().map(row).collect()
}

/// The numbers that a list says, as [`all_emails`] does.
pub(super) fn all_phones(
    before: &[contact_phones::Model],
    actor: &Actor,
    contact_id: i64,
    list: &Addresses<PhoneNumber>,
    now: i64,
) -> Vec<contact_phones::Model> {
    let row = |given: &Given<PhoneNumber>| {
        let phone = &given.value;
        let known = before.iter().find(|row| row.number == phone.as_str());
        let mut row = known
            .cloned()
            .unwrap_or_else(|| phone_claim(actor, contact_id, phone, now));
        row.is_primary = given.primary;
        if let Some(verified) = given.verified {
            row.verified = verified.as_str().to_owned();
        }
        row
    };
    list.iter().map(row).collect()
}
