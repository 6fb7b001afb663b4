//! Spanish, as it is written everywhere it is spoken: numbers as the Academy recommends without a country, `12.345,6`.

mod conjunction;

use super::super::condition::{Asked, Clause, Comparison, List, Part, Span, Subject, When};
use super::super::join::{Inner, Piece, most};
use super::super::number::{Signs, count};
use super::super::tree::Group;
use super::{Mark, Quotes, Words, has_word};
use crate::checked::Field;
use crate::tree::Unit;
use chrono::{Datelike, NaiveDate};
use conjunction::{and_before, or_before};

/// Four digits stand together: `1234`, but `12.345`.
const SIGNS: Signs = Signs {
    group: '.',
    decimal: ',',
    grouped_from: 5,
};

const MONTHS: [&str; 12] = [
    "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic",
];

/// Spanish.
#[derive(Debug)]
pub(in super::super) struct Es;

impl Words for Es {
    fn field(&self, field: &Field) -> Option<&'static str> {
        Some(match field {
            // The name alone is what the first name is called.
            Field::Name => "Nombre completo",
            Field::FirstName => "Nombre",
            Field::LastName => "Apellido",
            Field::Company => "Empresa",
            Field::City => "Ciudad",
            Field::Email => "Correo electrónico",
            Field::Phone => "Teléfono",
            Field::Identifier => "Identificador",
            Field::Country => "País",
            Field::Language => "Idioma",
            Field::Source => "Origen",
            Field::Channel => "Canal",
            Field::Segment => "Segmento",
            Field::Blocked => "Bloqueado",
            Field::CreatedAt => "Creado",
            Field::UpdatedAt => "Actualizado",
            Field::LastActivityAt => "Última actividad",
            Field::Id => "ID",
            Field::Custom(_) => return None,
        })
    }

    fn choice(&self, field: &Field, key: &str) -> Option<&'static str> {
        match (field, key) {
            (Field::Source | Field::Channel, "form") => Some("Formulario"),
            (Field::Source | Field::Channel, "live_chat") => Some("Chat en vivo"),
            (Field::Source | Field::Channel, "whatsapp") => Some("WhatsApp"),
            (Field::Source | Field::Channel, "wechat") => Some("WeChat"),
            (Field::Source | Field::Channel, "sms") => Some("SMS"),
            (Field::Source | Field::Channel, "email") => Some("Correo"),
            (Field::Source, "import") => Some("Importación"),
            (Field::Source, "manual") => Some("Manual"),
            (Field::Source, "api") => Some("API"),
            _ => None,
        }
    }

    fn yes_no(&self, value: bool) -> &'static str {
        if value { "«sí»" } else { "«no»" }
    }

    fn clause(&self, clause: &Clause) -> Piece {
        let Clause {
            subject: Subject { name, field },
            asked,
            negated,
            marks: _,
        } = clause;
        let negated = *negated;
        match (field, asked) {
            // None of its values, which are several.
            (Some(Field::Email), Asked::Is(_) | Asked::Part(..)) if negated => {
                let phrase = phrase(asked, false);
                return Piece::plain(format!("ningún correo electrónico {phrase}"), true);
            }
            (Some(Field::Phone), Asked::Is(_) | Asked::Part(..)) if negated => {
                return Piece::plain(format!("ningún teléfono {}", phrase(asked, false)), true);
            }
            (Some(Field::CreatedAt), Asked::Time(when)) if negated => {
                return Piece::plain(format!("no se creó {}", time(when)), true);
            }
            (Some(Field::UpdatedAt), Asked::Time(when)) if negated => {
                return Piece::plain(format!("no se actualizó {}", time(when)), true);
            }
            (Some(Field::CreatedAt | Field::UpdatedAt), Asked::Time(when)) => {
                return Piece::plain(format!("{name} {}", time(when)), false);
            }
            (Some(Field::LastActivityAt), Asked::Time(when)) => {
                let was = if negated { "no fue" } else { "fue" };
                return Piece::plain(format!("{name} {was} {}", time(when)), false);
            }
            (Some(Field::Blocked), Asked::YesNo(blocked)) => {
                let text = if *blocked == negated {
                    "no bloqueado"
                } else {
                    "bloqueado"
                };
                return Piece::plain(text, true);
            }
            _ => {}
        }
        Piece::plain(format!("{name} {}", phrase(asked, negated)), false)
    }

    fn joined(&self, group: Group, pieces: &[Piece]) -> String {
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let conjunction = |last: &str| match group {
            Group::All => and_before(last),
            Group::Any => or_before(last),
        };
        match (texts.as_slice(), most(pieces)) {
            ([first @ .., last], Inner::Plain) => {
                format!("{} {} {last}", first.join(", "), conjunction(last))
            }
            ([one, other], _) => format!("{one}, {} {other}", conjunction(other)),
            ([first @ .., last], Inner::Commas) => {
                format!("{}; {} {last}", first.join("; "), conjunction(last))
            }
            ([first @ .., last], _) => {
                format!("{}, {} {last}", first.join(", "), conjunction(last))
            }
            ([], _) => String::new(),
        }
    }

    fn not(&self, bracketed: &str) -> String {
        format!("no se cumple {bracketed}")
    }

    fn everybody(&self) -> &'static str {
        "todos"
    }

    fn nobody(&self) -> &'static str {
        "nadie"
    }

    fn everybody_matches(&self) -> &'static str {
        "todos coinciden"
    }

    fn nobody_matches(&self) -> &'static str {
        "nadie coincide"
    }

    fn unreadable(&self) -> &'static str {
        "una parte que no se puede leer"
    }

    fn more_conditions(&self, number: usize) -> String {
        match number {
            1 => "1 condición más".to_owned(),
            _ => format!("{} condiciones más", count(SIGNS, number)),
        }
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Gone => "ya no existe",
            Mark::Invalid => "no es válido",
            Mark::Reversed => "el primer valor es mayor que el segundo",
            Mark::NoValue => "sin valor",
            Mark::NoField => "sin campo",
            Mark::NoOperator => "sin operador",
            Mark::UnknownOperator => "operador desconocido",
            Mark::Impossible => "no es posible con este campo",
            Mark::Unreadable => "con partes que no se pueden leer",
        }
    }

    fn bracketed(&self, text: &str) -> String {
        format!("({text})")
    }

    fn noted(&self, text: &str, note: &str) -> String {
        format!("{text} ({note})")
    }

    fn quotes(&self) -> Quotes {
        Quotes {
            open: '«',
            close: '»',
            inner_open: '“',
            inner_close: '”',
        }
    }

    fn has_connectives(&self, name: &str) -> bool {
        const WORDS: &[&str] = &["y", "e", "o", "u", "ni", "no", "es", "ninguno", "otros"];
        has_word(name, WORDS)
    }

    fn signs(&self) -> Signs {
        SIGNS
    }

    fn day(&self, day: NaiveDate) -> String {
        let month = MONTHS.get(day.month0() as usize).copied();
        format!("{} {} {}", day.day(), month.unwrap_or_default(), day.year())
    }
}

fn phrase(asked: &Asked, negated: bool) -> String {
    let no = if negated { "no " } else { "" };
    match asked {
        Asked::Missing if negated => "tiene algún dato".to_owned(),
        Asked::Missing => "no tiene ningún dato".to_owned(),
        Asked::Is(list) if negated => format!("no es {}", nor(list)),
        Asked::Is(list) => format!("es {}", or(list)),
        Asked::Includes(list) if negated => format!("no incluye {}", nor(list)),
        Asked::Includes(list) => format!("incluye {}", or(list)),
        Asked::IncludesAll(list) => match list.shown.as_slice() {
            [_, _, ..] if negated => format!("no incluye a la vez {}", and(list)),
            _ => format!("{no}incluye {}", and(list)),
        },
        Asked::Part(part, text) => {
            let verb = match part {
                Part::Contains => "contiene",
                Part::StartsWith => "empieza por",
                Part::EndsWith => "termina en",
            };
            format!("{no}{verb} {text}")
        }
        Asked::Number(comparison, number) => match comparison {
            Comparison::Equal => format!("{no}es {number}"),
            Comparison::Above => format!("{no}es mayor que {number}"),
            Comparison::AtLeast => format!("{no}es como mínimo {number}"),
            Comparison::Below => format!("{no}es menor que {number}"),
            Comparison::AtMost => format!("{no}es como máximo {number}"),
        },
        Asked::Within(from, to) => format!("{no}está entre {from} y {to}"),
        Asked::Time(when) => format!("{no}es {}", time(when)),
        Asked::YesNo(value) => format!("{no}es {}", Es.yes_no(*value)),
        Asked::Unknown(op, list) if list.shown.is_empty() => op.clone(),
        Asked::Unknown(op, list) => format!("{op} {}", and(list)),
    }
}

fn time(when: &When) -> String {
    match when {
        When::On(day) => format!("el {day}"),
        When::Before(day) => format!("antes del {day}"),
        When::After(day) => format!("después del {day}"),
        When::Between(from, to) => format!("entre el {from} y el {to}"),
        When::Last(span) => length(
            span,
            ["el último", "la última", "los últimos", "las últimas"],
        ),
        When::Next(span) => length(
            span,
            ["el próximo", "la próxima", "los próximos", "las próximas"],
        ),
    }
}

/// A length of time, after the adjective in its four forms: one and feminine, many and feminine.
fn length(span: &Span, [one, one_f, many, many_f]: [&str; 4]) -> String {
    let (number, unit) = match span {
        Span::Of(number, unit) => (*number, *unit),
        Span::Broken(text) => return format!("en {many} {text}"),
    };
    let (feminine, singular, plural) = match unit {
        Unit::Hour => (true, "hora", "horas"),
        Unit::Day => (false, "día", "días"),
        Unit::Week => (true, "semana", "semanas"),
        Unit::Month => (false, "mes", "meses"),
        Unit::Year => (false, "año", "años"),
    };
    match (number, feminine) {
        (1, false) => format!("en {one} {singular}"),
        (1, true) => format!("en {one_f} {singular}"),
        (_, false) => format!("en {many} {} {plural}", count(SIGNS, number as usize)),
        (_, true) => format!("en {many_f} {} {plural}", count(SIGNS, number as usize)),
    }
}

/// `A, B o C`.
fn or(list: &List) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => format!(
            "{} o uno de otros {}",
            shown.join(", "),
            count(SIGNS, *more)
        ),
        ([first @ .., last], 0) if !first.is_empty() => {
            format!("{} {} {last}", first.join(", "), or_before(last))
        }
        (shown, 0) => shown.concat(),
    }
}

/// `A, B y C`.
fn and(list: &List) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => format!("{} y otros {}", shown.join(", "), count(SIGNS, *more)),
        ([first @ .., last], 0) if !first.is_empty() => {
            format!("{} {} {last}", first.join(", "), and_before(last))
        }
        (shown, 0) => shown.concat(),
    }
}

/// After a negation: `ni A ni B`, and one alone as it is.
fn nor(list: &List) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => format!(
            "ni {} ni ninguno de otros {}",
            shown.join(" ni "),
            count(SIGNS, *more)
        ),
        ([_, _, ..], 0) => format!("ni {}", shown.join(" ni ")),
        (shown, 0) => shown.concat(),
    }
}
