//! A filter that was checked, with every value read: the only one that can be evaluated.

use chrono::NaiveDate;

/// A filter in which everything is known: fields exist, values are of their types, days and relative dates are instants,
/// phones are E.164, texts are normalised.
///
/// Its [tests](Test) come out of [`check`](crate::check::check()) alone; groups can be put around them freely.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// Every one holds; none: everyone.
    All(Vec<Checked>),
    /// At least one holds; none: nobody.
    Any(Vec<Checked>),
    /// It does not hold.
    Not(Box<Checked>),
    /// One condition.
    Test(Test),
}

/// The same without `Not`: every negation stands at a test, and a group never holds a group of its own kind or only one
/// child. What is compiled to SQL.
#[derive(Debug, Clone, PartialEq)]
pub enum Nnf {
    /// Every one holds; none: everyone.
    All(Vec<Nnf>),
    /// At least one holds; none: nobody.
    Any(Vec<Nnf>),
    /// One condition.
    Test(Test),
}

/// One condition. It is true or false for every contact: `predicate` is false where the field is missing (but
/// [`Predicate::Missing`], which is true there), true where any value of the field meets it, and `negated` turns that
/// around.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Test {
    /// What is tested.
    pub field: Field,
    /// Whether the test is exactly the negation of the predicate.
    pub negated: bool,
    /// What is asked.
    pub predicate: Predicate,
}

/// What a test looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The full name, composed of the two parts.
    Name,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Company.
    Company,
    /// City.
    City,
    /// Any address.
    Email,
    /// Any number.
    Phone,
    /// The integrator's own id.
    Identifier,
    /// ISO 3166-1 alpha-2.
    Country,
    /// BCP 47.
    Language,
    /// How the contact first arrived.
    Source,
    /// Any kind of channel.
    Channel,
    /// Any manual segment.
    Segment,
    /// Whether it is blocked.
    Blocked,
    /// When it was made.
    CreatedAt,
    /// When it was changed.
    UpdatedAt,
    /// When it last did something.
    LastActivityAt,
    /// The contact itself. Ids are as they were sent: one that is none of a contact matches nobody.
    Id,
    /// A custom attribute, by its key without `custom.`.
    Custom(String),
}

/// What is asked of a field. Which field gets which: text fields, e-mail, identifier, custom texts and links `Text`; phone
/// `Phone`; country, language, source, channel, segment, id, custom lists `Choice`; custom numbers `Number`; custom dates
/// `Date`; the instants `Moment`; blocked and custom yes/no `YesNo`; every field but id `Missing`.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// There is no value: `is_empty`.
    Missing,
    /// About a text.
    Text(TextTest),
    /// About a phone number.
    Phone(PhoneTest),
    /// About a choice.
    Choice(ChoiceTest),
    /// About a number.
    Number(NumberRange),
    /// About a day.
    Date(DateRange),
    /// About an instant.
    Moment(MomentRange),
    /// It has this value.
    YesNo(bool),
}

/// About a text. The texts here are normalised as the contact's are to be, never empty, and none comes twice; those for the
/// identifier are as they were sent and compare byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    /// The whole text is one of these; `eq` is a list of one.
    AnyOf(Vec<String>),
    /// It stands somewhere within.
    Contains(String),
    /// The text begins with it.
    StartsWith(String),
    /// The text ends with it.
    EndsWith(String),
}

/// About a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneTest {
    /// The number is this one: E.164 with its `+`.
    Equals(String),
    /// The number without its `+` begins with these digits.
    StartsWith(String),
    /// The number without its `+` has these digits, one after another.
    Contains(String),
}

/// About a choice. Keys are canonical (countries in upper case, languages in their usual case) and none comes twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceTest {
    /// At least one of these is there; `eq` is a list of one.
    AnyOf(Vec<String>),
    /// Every one of these is there.
    AllOf(Vec<String>),
}

/// Numbers between two bounds. Equality is both bounds at the same number, included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberRange {
    /// Where it begins; missing: nowhere.
    pub lower: Option<Bound>,
    /// Where it ends; missing: nowhere.
    pub upper: Option<Bound>,
}

/// The end of a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Finite, and never `-0`.
    pub value: f64,
    /// Whether the number itself is within.
    pub inclusive: bool,
}

/// Days from one to another, both included, within the years 1 to 9999. Where `from` is after `to`, no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first day; missing: from the beginning.
    pub from: Option<NaiveDate>,
    /// The last day; missing: to the end.
    pub to: Option<NaiveDate>,
}

/// Instants from one until before another, in Unix milliseconds. Where `from` is not before `to`, no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MomentRange {
    /// The first instant; missing: from the beginning.
    pub from: Option<i64>,
    /// The first instant that is no longer within; missing: to the end.
    pub to: Option<i64>,
}

impl Checked {
    /// The filter that everyone matches.
    pub const fn everyone() -> Self {
        Self::All(Vec::new())
    }

    /// Whether everyone matches because nothing is asked.
    pub fn is_everyone(&self) -> bool {
        match self {
            Self::All(children) => children.iter().all(Self::is_everyone),
            Self::Any(children) => children.iter().any(Self::is_everyone),
            Self::Not(child) => child.is_nobody(),
            Self::Test(_) => false,
        }
    }

    fn is_nobody(&self) -> bool {
        match self {
            Self::All(children) => children.iter().any(Self::is_nobody),
            Self::Any(children) => children.iter().all(Self::is_nobody),
            Self::Not(child) => child.is_everyone(),
            Self::Test(_) => false,
        }
    }

    /// Every test, in the order of the filter.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        let mut left = vec![self];
        std::iter::from_fn(move || {
            loop {
                match left.pop()? {
                    Self::All(children) | Self::Any(children) => left.extend(children.iter().rev()),
                    Self::Not(child) => left.push(child),
                    Self::Test(test) => return Some(test),
                }
            }
        })
    }

    /// The same filter with every negation at a test (De Morgan), groups of one kind within each other flattened, and
    /// groups of one child replaced by it.
    pub fn to_nnf(&self) -> Nnf {
        self.nnf(false)
    }

    fn nnf(&self, negated: bool) -> Nnf {
        match (self, negated) {
            (Self::Test(test), _) => Nnf::Test(Test {
                negated: test.negated != negated,
                ..test.clone()
            }),
            (Self::Not(child), _) => child.nnf(!negated),
            (Self::All(children), false) | (Self::Any(children), true) => {
                let mut flat = Vec::with_capacity(children.len());
                for child in children.iter().map(|child| child.nnf(negated)) {
                    match child {
                        Nnf::All(inner) => flat.extend(inner),
                        other => flat.push(other),
                    }
                }
                only(flat).unwrap_or_else(Nnf::All)
            }
            (Self::Any(children), false) | (Self::All(children), true) => {
                let mut flat = Vec::with_capacity(children.len());
                for child in children.iter().map(|child| child.nnf(negated)) {
                    match child {
                        Nnf::Any(inner) => flat.extend(inner),
                        other => flat.push(other),
                    }
                }
                only(flat).unwrap_or_else(Nnf::Any)
            }
        }
    }
}

/// The only child, or all of them back.
fn only(children: Vec<Nnf>) -> Result<Nnf, Vec<Nnf>> {
    <[Nnf; 1]>::try_from(children).map(|[child]| child)
}

impl From<Nnf> for Checked {
    fn from(filter: Nnf) -> Self {
        let all = |children: Vec<Nnf>| children.into_iter().map(Self::from).collect();
        match filter {
            Nnf::All(children) => Self::All(all(children)),
            Nnf::Any(children) => Self::Any(all(children)),
            Nnf::Test(test) => Self::Test(test),
        }
    }
}

impl NumberRange {
    /// Whether the number is within.
    pub fn contains(&self, number: f64) -> bool {
        self.lower
            .is_none_or(|bound| number > bound.value || (bound.inclusive && number == bound.value))
            && self.upper.is_none_or(|bound| {
                number < bound.value || (bound.inclusive && number == bound.value)
            })
    }
}

impl DateRange {
    /// No day: what is before the first day of the calendar, and after its last.
    pub(crate) const NONE: Self = Self {
        from: NaiveDate::from_ymd_opt(9999, 12, 31),
        to: NaiveDate::from_ymd_opt(1, 1, 1),
    };

    /// Whether the day is within.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl MomentRange {
    /// Whether the instant, in Unix milliseconds, is within.
    pub fn contains(&self, millis: i64) -> bool {
        self.from.is_none_or(|from| from <= millis) && self.to.is_none_or(|to| millis < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(negated: bool, field: Field) -> Test {
        Test {
            field,
            negated,
            predicate: Predicate::Missing,
        }
    }

    fn city() -> Checked {
        Checked::Test(test(false, Field::City))
    }

    fn name() -> Checked {
        Checked::Test(test(true, Field::Name))
    }

    fn not(filter: Checked) -> Checked {
        Checked::Not(Box::new(filter))
    }

    #[test]
    fn negations_go_down_to_the_tests() {
        use Checked::{All, Any};
        let test = |negated, field| Nnf::Test(test(negated, field));
        for (filter, expected) in [
            (city(), test(false, Field::City)),
            (not(city()), test(true, Field::City)),
            (not(name()), test(false, Field::Name)),
            (not(not(name())), test(true, Field::Name)),
            (All(vec![]), Nnf::All(vec![])),
            (Any(vec![]), Nnf::Any(vec![])),
            (not(All(vec![])), Nnf::Any(vec![])),
            (not(Any(vec![])), Nnf::All(vec![])),
            (All(vec![Any(vec![city()])]), test(false, Field::City)),
            (
                All(vec![city(), All(vec![name(), All(vec![])])]),
                Nnf::All(vec![test(false, Field::City), test(true, Field::Name)]),
            ),
            (
                Any(vec![city(), not(All(vec![city(), name()]))]),
                Nnf::Any(vec![
                    test(false, Field::City),
                    test(true, Field::City),
                    test(false, Field::Name),
                ]),
            ),
            (
                not(All(vec![city(), Any(vec![city(), name()])])),
                Nnf::Any(vec![
                    test(true, Field::City),
                    Nnf::All(vec![test(true, Field::City), test(false, Field::Name)]),
                ]),
            ),
        ] {
            assert_eq!(filter.to_nnf(), expected, "{filter:?}");
        }
    }

    #[test]
    fn everyone_is_known_where_nothing_is_asked() {
        use Checked::{All, Any};
        for filter in [
            Checked::everyone(),
            All(vec![All(vec![]), Any(vec![city(), All(vec![])])]),
            not(Any(vec![])),
            not(All(vec![city(), Any(vec![])])),
        ] {
            assert!(filter.is_everyone(), "{filter:?}");
            assert!(!not(filter).is_everyone());
        }
        for filter in [Any(vec![]), city(), not(city()), All(vec![city()])] {
            assert!(!filter.is_everyone(), "{filter:?}");
        }
    }

    #[test]
    fn tests_come_in_the_order_of_the_filter() {
        let filter = Checked::Any(vec![
            not(Checked::All(vec![city(), name()])),
            Checked::All(vec![]),
            name(),
            city(),
        ]);
        let fields: Vec<&Field> = filter.tests().map(|test| &test.field).collect();
        assert_eq!(
            fields,
            [&Field::City, &Field::Name, &Field::Name, &Field::City]
        );
    }
}
