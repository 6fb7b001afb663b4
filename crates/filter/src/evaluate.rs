//! Whether a contact matches, in memory.

use crate::checked::{Checked, ChoiceTest, Field, PhoneTest, Predicate, Test, TextTest};
use crate::facts::{Facts, Value};
use crate::text::normalise;
use chrono::NaiveDate;

/// Whether the contact matches the filter. True or false for every contact; texts are compared whole.
pub fn matches(filter: &Checked, facts: &Facts) -> bool {
    match filter {
        Checked::All(children) => children.iter().all(|child| matches(child, facts)),
        Checked::Any(children) => children.iter().any(|child| matches(child, facts)),
        Checked::Not(child) => !matches(child, facts),
        Checked::Test(test) => holds(test, facts),
    }
}

fn holds(test: &Test, facts: &Facts) -> bool {
    let held = Held::of(&test.field, facts);
    meets(&test.predicate, &held) != test.negated
}

/// The values that a contact has in a field.
enum Held<'a> {
    /// None.
    Nothing,
    /// Texts, normalised, none of them empty; at least one.
    Texts(Vec<String>),
    /// A text that is compared as it is.
    Exact(&'a str),
    /// Phone numbers in E.164; at least one.
    Phones(&'a [String]),
    /// Keys of choices; at least one.
    Choices(Vec<&'a str>),
    Number(f64),
    Date(NaiveDate),
    Moment(i64),
    YesNo(bool),
}

impl<'a> Held<'a> {
    fn of(field: &Field, facts: &'a Facts) -> Self {
        match field {
            Field::Name => Self::texts(&facts.name),
            Field::FirstName => Self::texts(&facts.first_name),
            Field::LastName => Self::texts(&facts.last_name),
            Field::Company => Self::texts(&facts.company),
            Field::City => Self::texts(&facts.city),
            Field::Email => Self::texts(&facts.emails),
            Field::Phone if facts.phones.is_empty() => Self::Nothing,
            Field::Phone => Self::Phones(&facts.phones),
            Field::Identifier => facts
                .identifier
                .as_deref()
                .map_or(Self::Nothing, Self::Exact),
            Field::Country => Self::choices(&facts.country),
            Field::Language => Self::choices(&facts.language),
            Field::Source => Self::Choices(vec![&facts.source]),
            Field::Channel => Self::choices(&facts.channels),
            Field::Segment => Self::choices(&facts.segments),
            Field::Id => Self::Choices(vec![&facts.id]),
            Field::Blocked => Self::YesNo(facts.blocked),
            Field::CreatedAt => Self::Moment(facts.created_at),
            Field::UpdatedAt => Self::Moment(facts.updated_at),
            Field::LastActivityAt => facts.last_activity_at.map_or(Self::Nothing, Self::Moment),
            Field::Custom(key) => match facts.custom.get(key) {
                None => Self::Nothing,
                Some(Value::Text(text) | Value::Link(text)) => Self::texts([text]),
                Some(Value::Number(number)) => Self::Number(*number),
                Some(Value::Date(day)) => Self::Date(*day),
                Some(Value::YesNo(value)) => Self::YesNo(*value),
                Some(Value::Choice(key)) => Self::Choices(vec![key]),
            },
        }
    }

    fn texts(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().map(|text| normalise(text)).collect();
        texts.retain(|text| !text.is_empty());
        if texts.is_empty() {
            Self::Nothing
        } else {
            Self::Texts(texts)
        }
    }

    fn choices(keys: impl IntoIterator<Item = &'a String>) -> Self {
        let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        if keys.is_empty() {
            Self::Nothing
        } else {
            Self::Choices(keys)
        }
    }
}

/// Whether any of the values meets the predicate; never, where there is none or it is of another type.
fn meets(predicate: &Predicate, held: &Held) -> bool {
    match (predicate, held) {
        (Predicate::Missing, held) => matches!(held, Held::Nothing),
        (Predicate::Text(test), Held::Texts(texts)) => texts.iter().any(|text| is_text(test, text)),
        (Predicate::Text(test), Held::Exact(text)) => is_text(test, text),
        (Predicate::Phone(test), Held::Phones(phones)) => {
            phones.iter().any(|phone| is_phone(test, phone))
        }
        (Predicate::Choice(ChoiceTest::AnyOf(keys)), Held::Choices(held)) => {
            keys.iter().any(|key| held.contains(&key.as_str()))
        }
        (Predicate::Choice(ChoiceTest::AllOf(keys)), Held::Choices(held)) => {
            keys.iter().all(|key| held.contains(&key.as_str()))
        }
        (Predicate::Number(range), Held::Number(number)) => range.contains(*number),
        (Predicate::Date(range), Held::Date(day)) => range.contains(*day),
        (Predicate::Moment(range), Held::Moment(millis)) => range.contains(*millis),
        (Predicate::YesNo(expected), Held::YesNo(value)) => expected == value,
        _ => false,
    }
}

fn is_text(test: &TextTest, text: &str) -> bool {
    match test {
        TextTest::AnyOf(texts) => texts.iter().any(|expected| expected == text),
        TextTest::Contains(part) => text.contains(part.as_str()),
        TextTest::StartsWith(beginning) => text.starts_with(beginning.as_str()),
        TextTest::EndsWith(end) => text.ends_with(end.as_str()),
    }
}

fn is_phone(test: &PhoneTest, phone: &str) -> bool {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    match test {
        PhoneTest::Equals(expected) => expected == phone,
        PhoneTest::StartsWith(beginning) => digits.starts_with(beginning.as_str()),
        PhoneTest::Contains(part) => digits.contains(part.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::op::Op;
    use crate::sample::{SampleContext, Zone, catalogue};
    use crate::tree::Node;

    fn holds_for(node: Node, facts: &Facts) -> bool {
        let filter = check(&node.into(), &catalogue(), &SampleContext(Zone::Utc), "").unwrap();
        matches(&filter, facts)
    }

    #[test]
    fn a_value_of_another_type_meets_nothing() {
        // A definition cannot change its type; should a value of another one ever stand there, it is a value all the same.
        let mut facts = Facts::default();
        facts
            .custom
            .insert("score".to_owned(), Value::Text("10".to_owned()));
        facts.custom.insert("note".to_owned(), Value::Number(10.0));
        assert!(!holds_for(
            Node::condition("custom.score", Op::Eq, 10),
            &facts
        ));
        assert!(holds_for(
            Node::condition("custom.score", Op::NotEq, 10),
            &facts
        ));
        assert!(!holds_for(
            Node::condition("custom.note", Op::Eq, "10"),
            &facts
        ));
        assert!(!holds_for(Node::bare("custom.note", Op::IsEmpty), &facts));
    }

    #[test]
    fn nobody_has_a_list_of_nothing() {
        let facts = Facts::default();
        for field in ["email", "phone", "channel", "segment"] {
            assert!(holds_for(Node::bare(field, Op::IsEmpty), &facts), "{field}");
        }
        assert!(holds_for(
            Node::condition("phone", Op::NotContains, "5"),
            &facts
        ));
        assert!(!holds_for(
            Node::condition("channel", Op::AllOf, vec!["sms"]),
            &facts
        ));
    }
}
