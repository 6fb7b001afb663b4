//! A file as a whole: what is found out of it before the first row is used, and its rows.

use super::Failure;
use super::columns::Columns;
use super::dates::Evidence;
use super::dialect::Format;
use super::encoding::WINDOW;
use super::reader::Reader;
use super::record::Record;
use super::row::{Readers, Reading, Row};
use rapport_contract::country::Country;
use rapport_contract::import::{Dialect, ImportColumn, ImportFault, ImportFaultCode, ImportField};
use std::io::{Cursor, Read};

/// Rows by whose values columns are known.
const SAMPLE: usize = 500;
/// Most text of such rows that is held, in bytes.
const SAMPLE_BYTES: usize = 4 * 1024 * 1024;

/// What is known of a file that was read once from end to end: it has rows, every quote is closed, and there is a column
/// to know a contact by.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// How the file is written.
    pub dialect: Dialect,
    /// The columns from left to right, and what each fills.
    pub columns: Vec<ImportColumn>,
    /// Whether the first record names the columns. Else it is a row, and the columns are called A, B, C.
    pub has_header: bool,
    /// How many rows there are, the header and blank lines not counted.
    pub rows: u64,
    /// The file's size.
    pub bytes: u64,
    format: Format,
    /// What the values of each column say of the order of day and month.
    dates: Vec<Evidence>,
}

impl Survey {
    /// Reads a file once, at the memory of some megabytes, and finds out how to read it.
    ///
    /// `country` is where the account is: it settles close calls between legacy encodings.
    pub fn of(mut file: impl Read, country: Option<Country>) -> Result<Self, Failure> {
        let mut head = Vec::new();
        file.by_ref().take(WINDOW as u64).read_to_end(&mut head)?;
        let mut format = Format::find(&head, head.len() < WINDOW, country)?;
        let mut reader = Reader::new(Cursor::new(head).chain(file), &format, country)?;

        let mut first = Record::default();
        if !reader.read(&mut first)? {
            return Err(fault(ImportFaultCode::EmptyFile, "The file is empty.").into());
        }
        let sample = sample(&mut reader)?;
        let Columns {
            columns,
            has_header,
        } = Columns::find(&first, &sample)?;
        let mut survey = Self {
            dialect: format.dialect(reader.encoding()),
            dates: vec![Evidence::default(); columns.len()],
            columns,
            has_header,
            rows: 0,
            bytes: 0,
            format,
        };
        if !has_header {
            survey.take_into_account(&first);
        }
        for record in &sample {
            survey.take_into_account(record);
        }
        let mut record = first;
        while reader.read(&mut record)? {
            survey.take_into_account(&record);
        }
        if survey.rows == 0 {
            return Err(fault(
                ImportFaultCode::NoRows,
                "The file has a line of headers and no row below it.",
            )
            .into());
        }
        format.encoding = Some(reader.encoding());
        survey.dialect = format.dialect(reader.encoding());
        survey.format = format;
        survey.bytes = reader.bytes_read();
        Ok(survey)
    }

    fn take_into_account(&mut self, row: &Record) {
        self.rows += 1;
        for (place, column) in self.columns.iter().enumerate() {
            if let Some(ImportField::CreatedAt | ImportField::LastActivityAt) = column.field
                && let (Some(evidence), Some(cell)) = (self.dates.get_mut(place), row.get(place))
            {
                evidence.add(cell);
            }
        }
    }

    /// The rows of the same file, from the first on.
    pub fn rows<'a, R: Read>(
        &'a self,
        file: R,
        readers: Readers<'a>,
    ) -> Result<Rows<'a, R>, Failure> {
        let mut reader = Reader::new(file, &self.format, None)?;
        if self.has_header {
            reader.read(&mut Record::default())?;
        }
        Ok(Rows {
            reader,
            reading: Reading::new(&self.columns, &self.dates, readers),
        })
    }
}

fn sample<R: Read>(reader: &mut Reader<R>) -> Result<Vec<Record>, Failure> {
    let mut sample = Vec::new();
    let mut bytes = 0;
    while sample.len() < SAMPLE && bytes < SAMPLE_BYTES {
        let mut record = Record::default();
        if !reader.read(&mut record)? {
            break;
        }
        bytes += record.size();
        sample.push(record);
    }
    Ok(sample)
}

fn fault(code: ImportFaultCode, detail: &str) -> ImportFault {
    ImportFault {
        code,
        line: None,
        detail: detail.to_owned(),
    }
}

/// The rows of a file, read one by one.
pub struct Rows<'a, R> {
    reader: Reader<R>,
    reading: Reading<'a>,
}

impl<R: Read> Rows<'_, R> {
    /// Bytes of the file that were read so far: the progress, out of [`Survey::bytes`].
    pub fn bytes_read(&self) -> u64 {
        self.reader.bytes_read()
    }

    /// Passes over so many rows without looking at their cells: how an interrupted import goes on.
    pub fn pass_over(&mut self, rows: u64) -> Result<(), Failure> {
        let mut record = Record::default();
        for _ in 0..rows {
            if !self.reader.read(&mut record)? {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Iterator for Rows<'_, R> {
    type Item = Result<Row, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = Record::default();
        match self.reader.read(&mut record) {
            Ok(true) => Some(Ok(self.reading.row(record))),
            Ok(false) => None,
            Err(failure) => Some(Err(failure)),
        }
    }
}
