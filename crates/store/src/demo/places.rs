//! Where contacts are: 150 countries with a long tail, and their cities.

use super::dice::Dice;
use super::names::People;
use rapport_contract::country::Country;
use rapport_contract::language::LanguageTag;
use std::sync::OnceLock;

/// A header, then a line per country with tabs between: code, how many of some 12,000 contacts are there, whose names they mostly
/// have, languages (commas), beginnings of phone numbers (commas) and how many free digits follow, cities (bars).
const TABLE: &str = include_str!("places.tsv");

/// A country with at most so many cities in the table gets more, composed from those.
const COMPOSED_FROM: usize = 3;

/// Where contacts are.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) country: Country,
    pub(super) people: People,
    /// The most likely first.
    pub(super) languages: Vec<LanguageTag>,
    /// How its phone numbers begin: digits, the country code first.
    pub(super) phone_prefixes: Vec<&'static str>,
    /// How many digits follow; each combination is a number of the country.
    pub(super) phone_digits: u32,
    /// The most likely first.
    cities: Vec<&'static str>,
    /// The weights of this and all places before it.
    weight_to_here: u64,
}

/// Every place of the table.
pub(super) fn all() -> &'static [Place] {
    static PLACES: OnceLock<Vec<Place>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let mut weight = 0;
        TABLE
            .lines()
            .skip(1)
            .filter_map(|line| {
                let place = read(line, weight)?;
                weight = place.weight_to_here;
                Some(place)
            })
            .collect()
    })
}

/// None when the line is malformed, which a test rules out.
fn read(line: &'static str, weight: u64) -> Option<Place> {
    let mut cells = line.split('\t');
    let country = Country::from_code(cells.next()?).ok()?;
    let weight_to_here = weight + cells.next()?.parse::<u64>().ok()?;
    let people = People::from_code(cells.next()?)?;
    let languages = cells
        .next()?
        .split(',')
        .map(|tag| LanguageTag::parse(tag).ok())
        .collect::<Option<_>>()?;
    Some(Place {
        country,
        people,
        languages,
        phone_prefixes: cells.next()?.split(',').collect(),
        phone_digits: cells.next()?.parse().ok()?,
        cities: cells.next()?.split('|').collect(),
        weight_to_here,
    })
}

/// A place, the large ones more often.
#[expect(
    clippy::indexing_slicing,
    reason = "the table is part of the program and has lines; a throw is below the last weight"
)]
pub(super) fn any(dice: &mut Dice) -> &'static Place {
    let all = all();
    let weight = all.last().map_or(0, |place| place.weight_to_here);
    let roll = dice.below(weight);
    &all[all.partition_point(|place| place.weight_to_here <= roll)]
}

impl Place {
    /// A city, the first of the table more often.
    pub(super) fn city(&self, dice: &mut Dice) -> Option<String> {
        let city = *dice.early(&self.cities)?;
        if self.cities.len() > COMPOSED_FROM {
            return Some(city.to_owned());
        }
        let part = dice.early(self.parts())?;
        Some(format!("{city}{part}"))
    }

    /// What is put behind a city to get another, in a language that is understood there.
    fn parts(&self) -> &'static [&'static str] {
        let first = self.languages.first().map(LanguageTag::as_str);
        let spoken = |tag: &str| first.is_some_and(|first| first.starts_with(tag));
        if spoken("es") {
            &["", " Norte", " Sur", " Centro"]
        } else if spoken("fr") {
            &["", "-Nord", "-Sud", "-Centre"]
        } else if spoken("pt") {
            &["", " Norte", " Sul", " Centro"]
        } else if spoken("zh") && !self.is_latin() {
            &["", "北區", "南區", "中區"]
        } else if spoken("ru") || spoken("uk") || spoken("be") {
            &["", "-Север", "-Юг", "-Центр"]
        } else {
            &["", " North", " South", " West"]
        }
    }

    fn is_latin(&self) -> bool {
        self.cities
            .iter()
            .all(|city| !city.starts_with(|c: char| c > '\u{24f}'))
    }
}
