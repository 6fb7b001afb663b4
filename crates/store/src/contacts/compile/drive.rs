//! A condition as the set of the contacts for which it holds, where an index knows them.

use super::columns::Place;
use super::probe::ids;
use super::{Compiler, Found};
use crate::contacts::search;
use rapport_contract::{ContactId, SegmentId};
use rapport_filter::checked::{ChoiceTest, Field, Nnf, PhoneTest, Predicate, Test, TextTest};
use rapport_filter::text::{KEY_MAX, normalise};

/// Sets that are put together; SQLite takes 500.
const UNION_MAX: usize = 50;

impl Compiler<'_> {
    /// A statement that gives the ids of at least all contacts for which the test holds, without reading all contacts; none when no index knows them.
    /// The test has to be asked of each of them still.
    pub(crate) fn drive(&mut self, test: &Test) -> Option<String> {
        self.or_nothing(|this| this.drive_test(test))
    }

    /// What `make` gives; nothing stays of values that it bound in vain, for a statement has as many values as it has places.
    fn or_nothing(&mut self, make: impl FnOnce(&mut Self) -> Option<String>) -> Option<String> {
        let (values, found) = (self.values.len(), self.found);
        let made = make(self);
        if made.is_none() {
            self.values.truncate(values);
            self.found = found;
        }
        made
    }

    fn drive_test(&mut self, test: &Test) -> Option<String> {
        if test.negated {
            return None;
        }
        let place = self.columns().of(&test.field);
        match (&test.predicate, place) {
            (Predicate::Text(text), Place::Text { column, .. }) => {
                self.drive_text(text, &column, &test.field)
            }
            (Predicate::Text(text), Place::Plain { column }) => {
                self.drive_text(text, &column, &test.field)
            }
            (Predicate::Text(text), Place::Emails) => self.drive_emails(text),
            (Predicate::Phone(phone), Place::Phones) => self.drive_phones(phone),
            (Predicate::Choice(choice), Place::Segments) => Some(self.drive_segments(choice)),
            (Predicate::Choice(ChoiceTest::AnyOf(keys)), Place::Id) => {
                let among = self.one_of_numbers("id", &ids::<ContactId>(keys));
                Some(self.of_index(&among))
            }
            (Predicate::Choice(ChoiceTest::AnyOf(keys)), Place::Plain { column })
                if column != "language" =>
            {
                let test = TextTest::AnyOf(keys.clone());
                let condition = self.compare(&test, &column);
                Some(self.of_index(&format!("{column} IS NOT NULL AND {condition}")))
            }
            (Predicate::Number(range), Place::Plain { column }) => {
                let condition = self.number(range, &column);
                Some(self.of_index(&format!("{column} IS NOT NULL AND {condition}")))
            }
            (Predicate::Date(range), Place::Plain { column }) => {
                let condition = self.date(range, &column);
                Some(self.of_index(&format!("{column} IS NOT NULL AND {condition}")))
            }
            (Predicate::Moment(range), Place::Plain { column }) => {
                let condition = self.moment(range, &column);
                Some(self.of_index(&condition))
            }
            (Predicate::YesNo(yes), Place::Plain { column }) if column != "blocked" => {
                let yes = if *yes { "TRUE" } else { "FALSE" };
                Some(self.of_index(&format!("{column} IS NOT NULL AND {column} = {yes}")))
            }
            _ => None,
        }
    }

    /// As [`drive`](Self::drive), for a tree.
    pub(crate) fn drive_node(&mut self, filter: &Nnf) -> Option<String> {
        match filter {
            Nnf::Test(test) => self.drive(test),
            // Any one of them narrows it; an index says it with less work than trigrams.
            Nnf::All(children) => self
                .first_drive(children, Found::InIndex)
                .or_else(|| self.first_drive(children, Found::ByTrigrams)),
            Nnf::Any(children) if children.is_empty() || children.len() > UNION_MAX => None,
            Nnf::Any(children) => self.or_nothing(|this| {
                let drives = children.iter().map(|child| this.drive_node(child));
                Some(drives.collect::<Option<Vec<_>>>()?.join(" UNION ALL "))
            }),
        }
    }

    fn first_drive(&mut self, children: &[Nnf], most: Found) -> Option<String> {
        children.iter().find_map(|child| {
            self.or_nothing(|this| {
                let before = std::mem::replace(&mut this.found, Found::InIndex);
                let drive = this.drive_node(child).filter(|_| this.found <= most);
                this.found = this.found.max(before);
                drive
            })
        })
    }

    /// The contacts whose search key has every word.
    pub(crate) fn drive_words(&mut self, words: &[String]) -> String {
        self.found = self.found.max(search::found(words));
        search::hits(self.engine, words, &mut self.values)
    }

    /// As [`drive_words`](Self::drive_words), with some more where the engine has them with less work.
    pub(crate) fn word_candidates(&mut self, words: &[String]) -> String {
        match search::found(words) {
            Found::ByTrigrams => {
                self.found = self.found.max(Found::ByTrigrams);
                search::candidates(self.engine, words, &mut self.values)
            }
            _ => self.drive_words(words),
        }
    }

    fn of_index(&self, condition: &str) -> String {
        format!("SELECT id FROM contact_index WHERE account_id = $1 AND {condition}")
    }

    fn drive_text(&mut self, test: &TextTest, column: &str, field: &Field) -> Option<String> {
        // The parts of a name have no index of their own.
        let indexed = !matches!(field, Field::FirstName | Field::LastName);
        let by_key = indexed
            && match test {
                TextTest::AnyOf(texts)
                    if texts.iter().all(|text| text.chars().count() < KEY_MAX) =>
                {
                    true
                }
                TextTest::StartsWith(prefix) => prefix.chars().count() <= KEY_MAX,
                _ => false,
            };
        if by_key {
            let condition = self.compare(test, column);
            return Some(self.of_index(&format!("{column} IS NOT NULL AND {condition}")));
        }
        // What the search box looks into holds these fields whole.
        if !matches!(
            field,
            Field::Name | Field::Company | Field::City | Field::Identifier
        ) {
            return None;
        }
        self.drive_by_trigrams(test)
    }

    fn drive_by_trigrams(&mut self, test: &TextTest) -> Option<String> {
        let (TextTest::Contains(part) | TextTest::StartsWith(part) | TextTest::EndsWith(part)) =
            test
        else {
            return None;
        };
        // An identifier is compared as it is, and sought normalised.
        let word = normalise(part);
        let words = [word];
        if search::found(&words) == Found::ByReading {
            return None;
        }
        self.found = self.found.max(Found::ByTrigrams);
        Some(search::candidates(self.engine, &words, &mut self.values))
    }

    fn drive_emails(&mut self, test: &TextTest) -> Option<String> {
        match test {
            TextTest::AnyOf(texts) if texts.iter().any(|text| text.chars().count() >= KEY_MAX) => {
                None
            }
            TextTest::AnyOf(_) => Some(self.emails_by_key(test)),
            TextTest::StartsWith(prefix) if prefix.chars().count() <= KEY_MAX => {
                Some(self.emails_by_key(test))
            }
            _ => self.drive_by_trigrams(test),
        }
    }

    fn emails_by_key(&mut self, test: &TextTest) -> String {
        let primary = self.compare(test, "email_key");
        let primary = self.of_index(&format!("email_key IS NOT NULL AND {primary}"));
        let other = self.compare(test, "email_key");
        format!(
            "{primary} UNION ALL SELECT contact_id AS id FROM contact_emails \
             WHERE account_id = $1 AND {} AND {other}",
            self.engine.not("is_primary")
        )
    }

    fn drive_phones(&mut self, test: &PhoneTest) -> Option<String> {
        let condition = match test {
            PhoneTest::Equals(e164) => {
                let number = self.bind(e164.as_str());
                format!("number = {number}")
            }
            PhoneTest::StartsWith(digits) => {
                self.compare(&TextTest::StartsWith(format!("+{digits}")), "number")
            }
            PhoneTest::Contains(_) => return None,
        };
        Some(format!(
            "SELECT contact_id AS id FROM contact_phones WHERE account_id = $1 AND {condition}"
        ))
    }

    fn drive_segments(&mut self, test: &ChoiceTest) -> String {
        let members = |among: &str| {
            format!(
                "SELECT contact_id AS id FROM segment_members WHERE account_id = $1 AND {among}"
            )
        };
        match test {
            ChoiceTest::AnyOf(keys) => {
                members(&self.one_of_numbers("segment_id", &ids::<SegmentId>(keys)))
            }
            ChoiceTest::AllOf(keys) => {
                let first = ids::<SegmentId>(keys).first().copied().unwrap_or_default();
                members(&self.one_of_numbers("segment_id", &[first]))
            }
        }
    }

    /// The condition on the sort's own column that a test means, if it is a range of it: then a walk begins and ends with the range.
    pub(crate) fn range_of(&mut self, test: &Test, sort_column: &str) -> Option<String> {
        if test.negated {
            return None;
        }
        let column = match self.columns().of(&test.field) {
            Place::Text { column, .. } | Place::Plain { column } if column == sort_column => {
                format!("i.{column}")
            }
            _ => return None,
        };
        match &test.predicate {
            Predicate::Number(range) => Some(self.number(range, &column)),
            Predicate::Date(range) => Some(self.date(range, &column)),
            Predicate::Moment(range) => Some(self.moment(range, &column)),
            Predicate::Text(text @ TextTest::AnyOf(texts))
                if texts.iter().all(|text| text.chars().count() < KEY_MAX) =>
            {
                Some(self.compare(text, &column))
            }
            Predicate::Text(text @ TextTest::StartsWith(prefix))
                if prefix.chars().count() <= KEY_MAX =>
            {
                Some(self.compare(text, &column))
            }
            Predicate::Choice(ChoiceTest::AnyOf(keys)) => {
                Some(self.compare(&TextTest::AnyOf(keys.clone()), &column))
            }
            Predicate::YesNo(yes) => Some(format!(
                "{column} = {}",
                if *yes { "TRUE" } else { "FALSE" }
            )),
            _ => None,
        }
    }
}

/// Whether a contact for which the test holds has a value in the field.
pub(crate) const fn implies_presence(test: &Test) -> bool {
    match test.predicate {
        Predicate::Missing => test.negated,
        _ => !test.negated,
    }
}

/// Whether the test's drive gives exactly the contacts that meet it, each once, from an index alone.
pub(crate) fn knows_all(test: &Test) -> bool {
    if test.negated {
        return false;
    }
    match (&test.field, &test.predicate) {
        (Field::Segment, Predicate::Choice(ChoiceTest::AnyOf(segments))) => segments.len() == 1,
        (
            Field::Country | Field::Source | Field::Custom(_),
            Predicate::Choice(ChoiceTest::AnyOf(_)),
        )
        | (Field::CreatedAt | Field::UpdatedAt | Field::LastActivityAt, Predicate::Moment(_))
        | (Field::Custom(_), Predicate::Number(_) | Predicate::Date(_) | Predicate::YesNo(_)) => {
            true
        }
        (Field::Name | Field::Company | Field::City, Predicate::Text(TextTest::AnyOf(texts))) => {
            texts.iter().all(|text| text.chars().count() < KEY_MAX)
        }
        _ => false,
    }
}
