//! Files of contacts as they come, through the doors that the import uses.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod exports;
mod faults;
mod files;
mod properties;
mod rows;

use chrono::NaiveDateTime;
use rapport_contract::Instant;
use rapport_contract::country::Country;
use rapport_contract::import::{ImportFault, ImportField, RowProblemCode};
use rapport_contract::phone::InvalidPhone;
use rapport_store::phones::{self, ReadPhone};
use rapport_worker::csv::{Failure, Readers, Row, RowValues, Survey};

/// The account's country.
fn mexico() -> Country {
    Country::from_code("MX").unwrap()
}

fn phone(text: &str) -> Result<ReadPhone, InvalidPhone> {
    phones::read(text, mexico())
}

/// The account's zone: six hours behind Greenwich.
fn local_time(moment: NaiveDateTime) -> Instant {
    Instant::from_unix_millis(moment.and_utc().timestamp_millis()).plus_seconds(6 * 3600)
}

const READERS: Readers = Readers {
    phone: &phone,
    local_time: &local_time,
};

fn survey(file: &[u8]) -> Survey {
    match Survey::of(file, Some(mexico())) {
        Ok(survey) => survey,
        Err(failure) => panic!("{failure}"),
    }
}

fn fault(file: &[u8]) -> ImportFault {
    match Survey::of(file, Some(mexico())) {
        Ok(survey) => panic!("{survey:?}"),
        Err(Failure::Io(error)) => panic!("{error}"),
        Err(Failure::Fault(fault)) => fault,
    }
}

fn rows(file: &[u8]) -> Vec<Row> {
    let survey = survey(file);
    let rows: Vec<Row> = survey
        .rows(file, READERS)
        .unwrap()
        .map(|row| row.unwrap())
        .collect();
    assert_eq!(
        rows.len() as u64,
        survey.rows,
        "as many rows as were counted"
    );
    assert_eq!(survey.bytes, file.len() as u64);
    rows
}

fn values(file: &[u8]) -> Vec<RowValues> {
    rows(file)
        .into_iter()
        .map(|row| row.values.unwrap_or_else(|| panic!("{:?}", row.problems)))
        .collect()
}

/// Fields in the order of the columns.
fn fields(file: &[u8]) -> Vec<Option<ImportField>> {
    let columns = survey(file).columns;
    columns.iter().map(|column| column.field).collect()
}

/// Line, code, column and value of each problem of each row.
fn problems(file: &[u8]) -> Vec<(u64, RowProblemCode, Option<String>, Option<String>)> {
    rows(file)
        .into_iter()
        .flat_map(|row| row.problems)
        .map(|problem| (problem.line, problem.code, problem.column, problem.value))
        .collect()
}

fn known(
    line: u64,
    code: RowProblemCode,
    column: &str,
    value: &str,
) -> (u64, RowProblemCode, Option<String>, Option<String>) {
    (line, code, Some(column.to_owned()), Some(value.to_owned()))
}
