//! Columns: which field of a contact each of them fills, by its header and, where that says nothing, by its values.

use super::cells::shorten;
use super::headers;
use super::record::Record;
use rapport_contract::contact::LINE_MAX;
use rapport_contract::email::EmailAddress;
use rapport_contract::import::{ImportColumn, ImportFault, ImportFaultCode, ImportField};
use rapport_contract::phone::looks_like_a_phone;

/// Fewest digits of a phone number in a file whose columns nobody named; shorter ones are too often something else.
const PHONE_DIGITS_MIN: usize = 7;
/// Headers that a fault names.
const HEADERS_NAMED: usize = 30;

/// The columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    /// From left to right.
    pub(super) columns: Vec<ImportColumn>,
    /// Whether the first record names them; else it is a row, and they are called A, B, C.
    pub(super) has_header: bool,
}

impl Columns {
    /// Finds the columns of a file that begins with the record `first`, followed by `sample`.
    pub(super) fn find(first: &Record, sample: &[Record]) -> Result<Self, ImportFault> {
        let columns = if is_a_row_of_values(first) {
            let rows: Vec<&Record> = std::iter::once(first).chain(sample).collect();
            Self {
                columns: by_values(&rows),
                has_header: false,
            }
        } else {
            let rows: Vec<&Record> = sample.iter().collect();
            Self {
                columns: by_headers(first, &rows),
                has_header: true,
            }
        };
        if columns.identify_somebody() {
            Ok(columns)
        } else {
            Err(no_usable_column(first))
        }
    }

    fn identify_somebody(&self) -> bool {
        use ImportField::{Email, FirstName, Identifier, LastName, Name, Phone};
        self.columns.iter().any(|column| {
            matches!(
                column.field,
                Some(Name | FirstName | LastName | Email | Phone | Identifier)
            )
        })
    }
}

/// Whether the first record is a row already: it has an e-mail address, or a phone number and no header that is known.
fn is_a_row_of_values(first: &Record) -> bool {
    first.cells().any(is_email)
        || (first.cells().any(is_phone) && !first.cells().any(headers::is_known))
}

fn by_headers(header: &Record, rows: &[&Record]) -> Vec<ImportColumn> {
    let mut columns: Vec<ImportColumn> = header
        .cells()
        .map(|cell| ImportColumn {
            header: shorten(cell.trim(), LINE_MAX),
            field: None,
        })
        .collect();
    // Each field once: a column with values before one without, then the better header, then from left to right.
    let mut candidates: Vec<_> = header
        .cells()
        .enumerate()
        .filter_map(|(place, cell)| {
            let (field, rank) = headers::field(cell)?;
            let fits = field != ImportField::Country || !are_calling_codes(rows, place);
            fits.then_some((!has_values(rows, place), rank, place, field))
        })
        .collect();
    candidates.sort_unstable_by_key(|(empty, rank, place, _)| (*empty, *rank, *place));
    for (_, _, place, field) in candidates {
        if !is_taken(&columns, field) {
            columns[place].field = Some(field);
        }
    }
    if !is_taken(&columns, ImportField::Email) {
        give_by_values(&mut columns, rows, ImportField::Email, is_email);
    }
    let parts = [ImportField::Name, ImportField::LastName];
    if !parts.into_iter().any(|field| is_taken(&columns, field)) {
        for column in &mut columns {
            if column.field == Some(ImportField::FirstName)
                && headers::can_be_a_whole_name(&column.header)
            {
                column.field = Some(ImportField::Name);
            }
        }
    }
    columns
}

fn by_values(rows: &[&Record]) -> Vec<ImportColumn> {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or_default();
    let mut columns: Vec<ImportColumn> = (0..width)
        .map(|place| ImportColumn {
            header: letters(place),
            field: None,
        })
        .collect();
    give_by_values(&mut columns, rows, ImportField::Email, is_email);
    give_by_values(&mut columns, rows, ImportField::Phone, is_phone);
    // A whole name has a space; where no column has such, the first text will do.
    give_by_values(&mut columns, rows, ImportField::Name, |cell| {
        is_words(cell) && cell.trim().contains(' ')
    });
    if !is_taken(&columns, ImportField::Name) {
        give_by_values(&mut columns, rows, ImportField::Name, is_words);
    }
    columns
}

fn is_taken(columns: &[ImportColumn], field: ImportField) -> bool {
    columns.iter().any(|column| column.field == Some(field))
}

/// Gives the field to the first free column of which nine in ten values are such.
fn give_by_values(
    columns: &mut [ImportColumn],
    rows: &[&Record],
    field: ImportField,
    is_such: impl Fn(&str) -> bool,
) {
    let fitting = columns.iter_mut().enumerate().find(|(place, column)| {
        let such = values(rows, *place).filter(|cell| is_such(cell)).count();
        column.field.is_none() && such > 0 && such * 10 >= values(rows, *place).count() * 9
    });
    if let Some((_, column)) = fitting {
        column.field = Some(field);
    }
}

fn values<'a>(rows: &'a [&Record], place: usize) -> impl Iterator<Item = &'a str> {
    rows.iter()
        .filter_map(move |row| row.get(place))
        .filter(|cell| !cell.trim().is_empty())
}

fn has_values(rows: &[&Record], place: usize) -> bool {
    values(rows, place).next().is_some()
}

/// A "country code" that is `+52` in every row is a part of a phone number.
fn are_calling_codes(rows: &[&Record], place: usize) -> bool {
    has_values(rows, place)
        && values(rows, place).all(|cell| {
            let digits = cell.trim().trim_start_matches('+');
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        })
}

fn is_email(cell: &str) -> bool {
    EmailAddress::parse(cell).is_ok()
}

fn is_phone(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= PHONE_DIGITS_MIN && looks_like_a_phone(cell) && !is_a_day(cell)
}

/// `2027-01-31` and `31/01/2027` have the digits of a phone number.
fn is_a_day(cell: &str) -> bool {
    let parts: Vec<&str> = cell.trim().split(['-', '/', '.']).collect();
    matches!(parts.as_slice(), [a, b, c] if [a.len(), b.len(), c.len()].iter().sum::<usize>() <= 8)
}

fn is_words(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !cell.chars().any(|c| c.is_ascii_digit() || c == '@')
}

/// What a spreadsheet calls the column at this place: A, B … Z, AA, AB …
fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while let Some(before) = rest.checked_sub(1) {
        letters.push(char::from(b'A' + (before % 26) as u8));
        rest = before / 26;
    }
    letters.into_iter().rev().collect()
}

fn no_usable_column(first: &Record) -> ImportFault {
    let mut headers: Vec<String> = first
        .cells()
        .take(HEADERS_NAMED)
        .map(|cell| format!("\"{}\"", shorten(cell.trim(), 40)))
        .collect();
    if first.len() > HEADERS_NAMED {
        headers.push(format!("and {} more", first.len() - HEADERS_NAMED));
    }
    ImportFault {
        code: ImportFaultCode::NoUsableColumn,
        line: Some(first.line()),
        detail: format!(
            "No column could be matched to a name, an e-mail, a phone or an identifier. The first line has: {}.",
            headers.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::first_records;
    use super::*;
    use ImportField::*;

    fn find(text: &str) -> Result<Columns, ImportFault> {
        let records = first_records(text, b',', 100, true);
        let (first, sample) = records.split_first().unwrap();
        Columns::find(first, sample)
    }

    fn fields(text: &str) -> Vec<Option<ImportField>> {
        let columns = find(text).unwrap().columns;
        columns.iter().map(|column| column.field).collect()
    }

    #[test]
    fn an_id_is_no_identifier() {
        assert_eq!(
            fields("id,first_name,last_name,email,gender,identifier,phone_number,company\n"),
            [
                None,
                Some(FirstName),
                Some(LastName),
                Some(Email),
                None,
                Some(Identifier),
                Some(Phone),
                Some(Company)
            ]
        );
        assert!(find("id,notes\n1,x\n").is_err());
    }

    #[test]
    fn each_field_is_taken_once_by_the_best_header() {
        let header = "Business Phone,Home Phone,Mobile Phone,E-mail 2 Address,E-mail Address,Name,Full Name\n";
        assert_eq!(
            fields(header),
            [None, None, Some(Phone), None, Some(Email), None, Some(Name)]
        );
        // A column without values leaves the field to another.
        assert_eq!(
            fields(&format!("{header}+52 55,,,,,,\n")),
            [Some(Phone), None, None, None, Some(Email), None, Some(Name)]
        );
        assert_eq!(fields("email,email\n"), [Some(Email), None]);
    }

    #[test]
    fn exports_of_other_programs_are_understood() {
        let google = "First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,\
                      Phone 1 - Label,Phone 1 - Value,Address 1 - City,Address 1 - Country\n";
        assert_eq!(
            fields(google),
            [
                Some(FirstName),
                None,
                Some(LastName),
                Some(Company),
                None,
                Some(Email),
                None,
                None,
                Some(Phone),
                Some(City),
                Some(Country)
            ]
        );
        let hubspot = "Record ID,First Name,Last Name,Email,Phone Number,Company name,City,Country/Region,\
                       Preferred language,Create Date,Last Activity Date,Lead Status\n";
        assert_eq!(
            fields(hubspot),
            [
                None,
                Some(FirstName),
                Some(LastName),
                Some(Email),
                Some(Phone),
                Some(Company),
                Some(City),
                Some(Country),
                Some(Language),
                Some(CreatedAt),
                Some(LastActivityAt),
                None
            ]
        );
        assert_eq!(
            fields("姓,名,手机号,邮箱,公司,城市,国家\n"),
            [
                Some(LastName),
                Some(FirstName),
                Some(Phone),
                Some(Email),
                Some(Company),
                Some(City),
                Some(Country)
            ]
        );
    }

    #[test]
    fn nombre_is_a_whole_name_where_nothing_else_is() {
        assert_eq!(fields("Nombre,Correo\n"), [Some(Name), Some(Email)]);
        assert_eq!(
            fields("Nombre,Apellidos\n"),
            [Some(FirstName), Some(LastName)]
        );
        assert_eq!(fields("First name\n"), [Some(FirstName)]);
    }

    #[test]
    fn addresses_are_known_by_their_look() {
        assert_eq!(
            fields("Prénom,Courriel\nAna,ana@example.com\nEva,eva@example.com\n"),
            [None, Some(Email)]
        );
        assert_eq!(
            fields("name,x,y\nAna,ana@example.com,b\nEva,,c\n"),
            [Some(Name), Some(Email), None]
        );
        // A named column wins, and a few addresses make no column of addresses.
        assert_eq!(
            fields("email,backup\nana@example.com,a@b.com\n"),
            [Some(Email), None]
        );
        assert_eq!(
            fields("name,notes\nAna,ana@example.com\nEva,none\n"),
            [Some(Name), None]
        );
    }

    #[test]
    fn a_calling_code_is_no_country() {
        assert_eq!(
            fields("name,country code,phone\nAna,+52,5512345678\nEva,34,600000000\n"),
            [Some(Name), None, Some(Phone)]
        );
        assert_eq!(
            fields("name,country code\nAna,MX\n"),
            [Some(Name), Some(Country)]
        );
    }

    #[test]
    fn files_without_a_header_are_read_by_their_values() {
        let found = find("7,Ana Núñez,ana@example.com,+52 55 1234 5678,2027-01-31\n8,Eva Ibáñez,eva@example.com,,2027-02-01\n").unwrap();
        assert!(!found.has_header);
        let columns: Vec<_> = found
            .columns
            .iter()
            .map(|column| (column.header.as_str(), column.field))
            .collect();
        assert_eq!(
            columns,
            [
                ("A", None),
                ("B", Some(Name)),
                ("C", Some(Email)),
                ("D", Some(Phone)),
                ("E", None)
            ]
        );
        assert_eq!(fields("王小明,13812345678\n"), [Some(Name), Some(Phone)]);
        assert_eq!(
            fields("Mobile,ana@example.com\n"),
            [Some(Name), Some(Email)]
        );
        assert_eq!(fields("name,2023-2024\nAna,x\n"), [Some(Name), None]);
    }

    #[test]
    fn without_a_usable_column_the_headers_are_named() {
        let fault = find("Colour,Größe\nred,7\n").unwrap_err();
        assert_eq!(fault.code, ImportFaultCode::NoUsableColumn);
        assert_eq!(fault.line, Some(1));
        assert!(
            fault.detail.contains("\"Colour\", \"Größe\""),
            "{}",
            fault.detail
        );
        let wide = (0..40)
            .map(|i| format!("x{i}"))
            .collect::<Vec<_>>()
            .join(",");
        assert!(find(&wide).unwrap_err().detail.contains("and 10 more"));
        assert!(find("city,country\nLima,PE\n").is_err());
    }

    #[test]
    fn places_have_the_letters_of_a_spreadsheet() {
        let names = [0, 25, 26, 51, 52, 701, 702].map(letters);
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
