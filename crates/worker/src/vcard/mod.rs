//! The reading side of an import of vCards: from the bytes of a file to records that are like the rows of a table.
//!
//! vCard 3.0 (RFC 2426), 4.0 (RFC 6350), and the 2.1 of the versit Consortium that phones and Outlook write to this day. As with
//! [`csv`](crate::csv), a file is read twice, each time as a stream: [`Survey::of`] finds out whether it has cards and in which encoding,
//! [`Survey::cards`] gives one [`Card`] after another, each with the same cells in the same [`COLUMNS`].
//!
//! Never more than one card is held, and of that not the pictures, sounds and keys: they are passed over as they stream by. What
//! is wrong with a card is said with its line, and reading goes on at the next one.

mod binaries;
mod card;
mod cards;
mod charset;
mod columns;
mod detect;
mod fault;
mod header;
mod line;
mod lines;
mod params;
mod property;
mod quoted_printable;
mod raw;
mod source;
mod survey;
mod text;
mod values;

pub use card::Card;
pub use cards::{CARD_MAX, Cards};
pub use columns::{COLUMNS, Column};
pub use detect::looks_like_vcard;
pub use fault::{CardFault, CardFaultCode};
pub use survey::Survey;
