//! The table of countries and how a name is found in it.

use super::Country;
use crate::language::Language;
use rapport_filter::text::normalise;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A header, then one line per country, by code: code, alpha-3 code, name in English, in Spanish and in Chinese, other
/// names with bars between them. Between the others are tabs.
///
/// Most names are the short ones of Unicode CLDR 48, whose licence stands beside this file.
const TABLE: &str = include_str!("names.tsv");

/// The 249 codes of ISO 3166-1, and XK.
pub(super) const COUNT: usize = 250;

/// The codes of the table; the build fails when their number is not [`COUNT`].
pub(super) const fn codes() -> [Country; COUNT] {
    let bytes = TABLE.as_bytes();
    let mut codes = [Country([0, 0]); COUNT];
    let mut count = 0;
    let mut at = 0;
    while at + 2 < bytes.len() {
        if bytes[at] == b'\n' {
            codes[count] = Country([bytes[at + 1], bytes[at + 2]]);
            count += 1;
        }
        at += 1;
    }
    assert!(count == COUNT);
    codes
}

struct Names {
    alpha3: &'static str,
    /// In the order of [`Language::ALL`].
    shown: [&'static str; 3],
    others: &'static str,
}

const fn column(language: Language) -> usize {
    match language {
        Language::En => 0,
        Language::Es => 1,
        Language::Zh => 2,
    }
}

fn table() -> &'static [Names] {
    static NAMES: OnceLock<Vec<Names>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let lines = TABLE.lines().skip(1);
        lines
            .map(|line| {
                let mut cells = line.split('\t').skip(1);
                let mut cell = || cells.next().unwrap_or_default();
                Names {
                    alpha3: cell(),
                    shown: [cell(), cell(), cell()],
                    others: cell(),
                }
            })
            .collect()
    })
}

/// The name of the country at this place of [`Country::ALL`].
pub(super) fn name(place: usize, language: Language) -> &'static str {
    table()
        .get(place)
        .map_or("", |names| names.shown[column(language)])
}

/// The rank of the country at this place of [`Country::ALL`].
pub(super) fn rank(place: usize, language: Language) -> u16 {
    static RANKS: OnceLock<[Vec<u16>; 3]> = OnceLock::new();
    let ranks = RANKS.get_or_init(|| Language::ALL.map(ranks));
    ranks[column(language)]
        .get(place)
        .copied()
        .unwrap_or(u16::MAX)
}

fn ranks(language: Language) -> Vec<u16> {
    let mut sorted: Vec<(String, usize)> = (0..COUNT)
        .map(|place| (normalise(name(place, language)), place))
        .collect();
    sorted.sort_unstable();
    let mut ranks = vec![u16::MAX; COUNT];
    for (rank, (_, place)) in (0..).zip(sorted) {
        ranks[place] = rank;
    }
    ranks
}

/// The country that is written so.
pub(super) fn find(text: &str) -> Option<Country> {
    static PLACES: OnceLock<HashMap<String, usize>> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        spellings()
            .map(|(place, spelling)| (key(spelling), place))
            .collect()
    });
    let place = place_of_code(&normalise(text)).or_else(|| places.get(&key(text)).copied())?;
    Country::ALL.get(place).copied()
}

/// The place of a country by one of its codes. They are taken literally: `n/a` is not Namibia.
fn place_of_code(text: &str) -> Option<usize> {
    if text.len() == 2 {
        return Country::from_code(text).ok()?.place();
    }
    table()
        .iter()
        .position(|names| names.alpha3.eq_ignore_ascii_case(text))
}

/// Every name of every country, with its place.
fn spellings() -> impl Iterator<Item = (usize, &'static str)> {
    table().iter().enumerate().flat_map(|(place, names)| {
        let others = names.others.split('|').filter(|other| !other.is_empty());
        let all = names.shown.into_iter().chain(others);
        all.map(move |spelling| (place, spelling))
    })
}

/// What two spellings of one name have in common: the normalised letters and digits alone, so that `U.S.A.`, `Guinea
/// Bissau`, `St Lucia`, `Antigua & Barbuda` and `Gambia, The` are found.
fn key(name: &str) -> String {
    normalise(name)
        .replace('&', " and ")
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| if word == "st" { "saint" } else { word })
        .filter(|word| *word != "the")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Option<String> {
        find(name).map(|country| country.code().to_owned())
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(table().len(), COUNT);
        assert!(
            Country::ALL.is_sorted_by(|a, b| a < b),
            "by code, none twice"
        );
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 6, "{line}");
        }
        for country in Country::ALL {
            assert!(country.0.iter().all(u8::is_ascii_uppercase), "{country}");
            for language in Language::ALL {
                let name = country.name(language);
                assert!(!name.is_empty() && name.trim() == name, "{country}");
            }
        }
        for language in Language::ALL {
            let mut names: Vec<_> = Country::ALL.map(|country| country.name(language)).into();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), COUNT, "{language:?}");
        }
        for names in table() {
            assert!(
                names.alpha3.len() == 3 && names.alpha3.bytes().all(|b| b.is_ascii_uppercase())
            );
            assert!(!names.shown[2].is_ascii(), "{} in Chinese", names.shown[0]);
        }
    }

    #[test]
    fn no_spelling_means_two_countries() {
        let mut known: HashMap<String, usize> = HashMap::new();
        for (place, spelling) in spellings() {
            if let Some(code) = place_of_code(&normalise(spelling)) {
                assert_eq!(
                    code,
                    place,
                    "{spelling} is the code of {}",
                    Country::ALL[code]
                );
            }
            let key = key(spelling);
            assert!(!key.is_empty(), "{spelling}");
            if let Some(before) = known.insert(key, place) {
                assert_eq!(before, place, "{spelling} is {} too", Country::ALL[before]);
            }
        }
        assert_eq!(find(""), None);
        assert_eq!(find(" , . the "), None);
    }

    #[test]
    fn every_spelling_is_found() {
        for (place, names) in table().iter().enumerate() {
            assert_eq!(find(names.alpha3), Some(Country::ALL[place]));
            assert_eq!(find(Country::ALL[place].code()), Some(Country::ALL[place]));
        }
        for (place, spelling) in spellings() {
            assert_eq!(find(spelling), Some(Country::ALL[place]), "{spelling}");
            assert_eq!(
                find(&format!(" {} ", spelling.to_uppercase())),
                Some(Country::ALL[place])
            );
        }
    }

    #[test]
    fn countries_as_people_write_them() {
        for (expected, spellings) in [
            ("MX", "Mexico;MÉXICO;méxico;墨西哥;mx;MEX;Méjico;México."),
            (
                "US",
                "USA;U.S.;u.s.a.;US;United States;The United States;United States of America;Estados Unidos;\
                 EE.UU.;EE. UU.;EEUU;estados unidos de américa;美国;美國;ＵＳＡ",
            ),
            (
                "GB",
                "UK;U.K.;United Kingdom;Great Britain;England;Scotland;Reino Unido;Inglaterra;英国;英國",
            ),
            (
                "CN",
                "China;中国;中国大陆;中國;PRC;People's Republic of China",
            ),
            ("TW", "Taiwan;Taiwán;台湾;臺灣;台灣;中国台湾"),
            ("HK", "Hong Kong;香港;Hong Kong SAR;中国香港"),
            (
                "NL",
                "Holland;Holanda;The Netherlands;Netherlands (the);Países Bajos;荷兰",
            ),
            (
                "KR",
                "South Korea;Corea del Sur;Korea, Republic of;Republic of Korea;Korea (South);韩国;대한민국",
            ),
            ("KP", "North Korea;Corea del Norte;朝鲜"),
            ("RU", "Russia;Rusia;Russian Federation;俄罗斯;Россия;RU"),
            ("TR", "Türkiye;Turkey;Turquía;TURKIYE;土耳其"),
            (
                "CI",
                "Ivory Coast;Côte d'Ivoire;Cote d’Ivoire;Costa de Marfil",
            ),
            ("CZ", "Czech Republic;Czechia;República Checa;Chequia;捷克"),
            ("ES", "España;Espana;Spain;西班牙;esp"),
            ("DE", "Deutschland;Germany;Alemania;德国"),
            ("BR", "Brasil;Brazil;巴西"),
            ("LC", "St. Lucia;Saint Lucia;St Lucia;Santa Lucía"),
            (
                "AG",
                "Antigua & Barbuda;Antigua and Barbuda;Antigua y Barbuda",
            ),
            ("GM", "Gambia;The Gambia;Gambia, The"),
            ("GW", "Guinea-Bissau;Guinea Bissau;Guinea-Bisáu"),
            (
                "CD",
                "DR Congo;Democratic Republic of the Congo;Congo, The Democratic Republic of the;刚果(金)",
            ),
            (
                "CG",
                "Congo;Republic of the Congo;Congo-Brazzaville;刚果（布）",
            ),
            ("BO", "Bolivia;Bolivia (Plurinational State of);玻利维亚"),
            ("VN", "Vietnam;Viet Nam;Việt Nam;越南"),
            (
                "AE",
                "UAE;United Arab Emirates;Emiratos Árabes Unidos;阿联酋",
            ),
            ("PE", "Perú;PERU;秘鲁"),
            ("JP", "Japan;Japón;日本"),
            ("XK", "Kosovo;科索沃;xk"),
        ] {
            for spelling in spellings.split(';') {
                assert_eq!(code(spelling).as_deref(), Some(expected), "{spelling}");
            }
        }
        for unknown in [
            "Atlantis",
            "XX",
            "EU",
            "n/a",
            "-",
            "Yugoslavia",
            "0",
            "México DF",
        ] {
            assert_eq!(code(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn ranks_follow_the_names() {
        for language in Language::ALL {
            let mut by_rank = Country::ALL;
            by_rank.sort_unstable_by_key(|country| country.rank(language));
            for (place, country) in (0..).zip(by_rank) {
                assert_eq!(country.rank(language), place);
            }
            assert!(by_rank.is_sorted_by_key(|country| normalise(country.name(language))));
        }
        let [oman, spain, germany] =
            ["OM", "ES", "DE"].map(|code| Country::from_code(code).unwrap());
        assert!(germany.rank(Language::En) < spain.rank(Language::En));
        assert!(germany.rank(Language::Es) < spain.rank(Language::Es));
        assert!(oman.rank(Language::En) < spain.rank(Language::En));
        assert!(oman.rank(Language::Es) > spain.rank(Language::Es));
        // Åland does not sort behind Zimbabwe.
        let [aland, zimbabwe] = ["AX", "ZW"].map(|code| Country::from_code(code).unwrap());
        assert!(aland.rank(Language::En) < zimbabwe.rank(Language::En));
    }
}
