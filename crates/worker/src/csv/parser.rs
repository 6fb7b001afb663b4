//! How a stream of text is cut into records.

use super::record::Record;
use rapport_contract::import::{ImportFault, ImportFaultCode};

/// Longest row, in bytes of UTF-8 without delimiters and quotes.
pub const ROW_MAX: usize = 1024 * 1024;
/// Most cells of a row.
pub const CELLS_MAX: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a record.
    Between,
    /// Before the first character of a cell.
    CellStart,
    /// In a cell without quotes, where a quote is an ordinary character.
    Plain,
    /// In a quoted cell.
    Quoted,
    /// Behind a quote in a quoted cell: the cell's end, or the first half of a doubled quote.
    QuoteInQuoted,
}

/// Cuts a text that comes in pieces into records. CR, LF and CRLF end a record, mixed as they may be.
pub(super) struct Parser {
    delimiter: u8,
    state: State,
    /// The physical line that is being read.
    line: u64,
    /// The character before was CR: a LF that follows belongs to the same line end.
    after_cr: bool,
    /// Where the quoted cell that is being read was opened.
    quote_line: u64,
    /// Whether that cell has line breaks.
    quote_spans_lines: bool,
}

impl Parser {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::Between,
            line: 1,
            after_cr: false,
            quote_line: 0,
            quote_spans_lines: false,
        }
    }

    /// Reads on in `text` from its byte `at`, which is moved behind what was read. True: `record` is whole.
    pub(super) fn feed(
        &mut self,
        text: &str,
        at: &mut usize,
        record: &mut Record,
    ) -> Result<bool, ImportFault> {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(*at) {
            if std::mem::take(&mut self.after_cr) && byte == b'\n' {
                if self.state == State::Quoted {
                    record.push("\n");
                }
                *at += 1;
                continue;
            }
            match self.state {
                State::Between if is_line_end(byte) => {
                    self.end_line(byte);
                    *at += 1;
                }
                State::Between => {
                    record.begin(self.line);
                    self.state = State::CellStart;
                }
                State::CellStart if byte == b'"' => {
                    self.quote_line = self.line;
                    self.quote_spans_lines = false;
                    self.state = State::Quoted;
                    *at += 1;
                }
                State::CellStart => self.state = State::Plain,
                State::Plain => {
                    let delimiter = self.delimiter;
                    take_until(text, at, record, |b| b == delimiter || is_line_end(b));
                    self.check_size(record)?;
                    if let Some(&end) = bytes.get(*at) {
                        *at += 1;
                        if self.end_cell(end, record)? {
                            return Ok(true);
                        }
                    }
                }
                State::Quoted => {
                    take_until(text, at, record, |b| b == b'"' || is_line_end(b));
                    self.check_size(record)?;
                    match bytes.get(*at) {
                        None => {}
                        Some(b'"') => {
                            self.state = State::QuoteInQuoted;
                            *at += 1;
                        }
                        Some(&end) => {
                            record.push(if end == b'\r' { "\r" } else { "\n" });
                            self.quote_spans_lines = true;
                            self.end_line(end);
                            *at += 1;
                        }
                    }
                }
                State::QuoteInQuoted if byte == b'"' => {
                    record.push("\"");
                    self.state = State::Quoted;
                    *at += 1;
                }
                State::QuoteInQuoted if byte == self.delimiter || is_line_end(byte) => {
                    *at += 1;
                    if self.end_cell(byte, record)? {
                        return Ok(true);
                    }
                }
                // Nobody writes a cell that goes on behind its closing quote; when the quotes also span lines, one that
                // was never closed has swallowed the rows up to the next.
                State::QuoteInQuoted if self.quote_spans_lines => return Err(self.unclosed()),
                State::QuoteInQuoted => self.state = State::Plain,
            }
        }
        Ok(false)
    }

    /// The text is at its end. True: `record` is whole, and the last.
    pub(super) fn finish(&mut self, record: &mut Record) -> Result<bool, ImportFault> {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => Ok(false),
            State::Quoted => Err(self.unclosed()),
            State::CellStart | State::Plain | State::QuoteInQuoted => {
                record.end_cell();
                Ok(true)
            }
        }
    }

    /// Ends a cell, and the record too if a line end did it.
    fn end_cell(&mut self, end: u8, record: &mut Record) -> Result<bool, ImportFault> {
        record.end_cell();
        if record.len() > CELLS_MAX {
            return Err(ImportFault {
                code: ImportFaultCode::TooManyColumns,
                line: Some(record.line()),
                detail: format!(
                    "The row on line {} has more than {CELLS_MAX} cells. A file of contacts has one row per contact.",
                    record.line()
                ),
            });
        }
        if end == self.delimiter {
            self.state = State::CellStart;
            return Ok(false);
        }
        self.state = State::Between;
        self.end_line(end);
        Ok(true)
    }

    fn end_line(&mut self, end: u8) {
        self.line += 1;
        self.after_cr = end == b'\r';
    }

    fn check_size(&self, record: &Record) -> Result<(), ImportFault> {
        if record.size() <= ROW_MAX {
            return Ok(());
        }
        if self.state == State::Quoted {
            return Err(self.unclosed());
        }
        Err(ImportFault {
            code: ImportFaultCode::RowTooLong,
            line: Some(record.line()),
            detail: format!(
                "The row on line {} is longer than 1 MB. Remove it, or check that every contact stands on a line of its own.",
                record.line()
            ),
        })
    }

    fn unclosed(&self) -> ImportFault {
        ImportFault {
            code: ImportFaultCode::UnclosedQuote,
            line: Some(self.quote_line),
            detail: format!(
                "The quote (\") that opens a cell on line {} is never closed. Close it or remove it; if it is the last line, \
                 the file may have been cut off.",
                self.quote_line
            ),
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Moves the text up to the first byte that `ends` (an ASCII one) into the record.
fn take_until(text: &str, at: &mut usize, record: &mut Record, ends: impl Fn(u8) -> bool) {
    let rest = text.get(*at..).unwrap_or_default();
    let length = rest.bytes().position(ends).unwrap_or(rest.len());
    record.push(rest.get(..length).unwrap_or_default());
    *at += length;
}

/// The records at the beginning of a text, up to a fault or to the record that the text cuts off.
pub(super) fn first_records(text: &str, delimiter: u8, at_most: usize, whole: bool) -> Vec<Record> {
    let mut parser = Parser::new(delimiter);
    let (mut records, mut record, mut at) = (Vec::new(), Record::default(), 0);
    while records.len() < at_most {
        match parser.feed(text, &mut at, &mut record) {
            Ok(true) => records.push(std::mem::take(&mut record)),
            Ok(false) => {
                if whole && parser.finish(&mut record) == Ok(true) {
                    records.push(record);
                }
                break;
            }
            Err(_) => break,
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        first_records(text, b',', 100, true)
            .iter()
            .map(|record| (record.line(), record.cells().map(str::to_owned).collect()))
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    /// The fault of reading the text in pieces of so many characters.
    fn fault(text: &str, piece: usize) -> ImportFault {
        let mut parser = Parser::new(b',');
        let mut record = Record::default();
        let characters: Vec<char> = text.chars().collect();
        for piece in characters.chunks(piece) {
            let piece = String::from_iter(piece);
            let mut at = 0;
            while at < piece.len() {
                if let Err(fault) = parser.feed(&piece, &mut at, &mut record) {
                    return fault;
                }
            }
        }
        parser.finish(&mut record).unwrap_err()
    }

    #[test]
    fn line_ends_may_be_mixed_and_blank_lines_are_no_records() {
        assert_eq!(
            rows("a,b\r\nc,d\re,f\n\n\r\n\r\rg,h"),
            [
                row(1, &["a", "b"]),
                row(2, &["c", "d"]),
                row(3, &["e", "f"]),
                row(8, &["g", "h"])
            ]
        );
    }

    #[test]
    fn line_breaks_in_quotes_count_as_lines() {
        assert_eq!(
            rows("a,\"x\r\ny\nz\rw\"\n\"\n\",\"\"\r\nlast,1\n"),
            [
                row(1, &["a", "x\r\ny\nz\rw"]),
                row(5, &["\n", ""]),
                row(7, &["last", "1"])
            ]
        );
    }

    #[test]
    fn quotes_inside_cells_are_ordinary() {
        assert_eq!(
            rows("5\" disc,say \"hi\",\"a \"\"b\"\" c\",\"x\"y\"z"),
            [row(1, &["5\" disc", "say \"hi\"", "a \"b\" c", "xy\"z"])]
        );
    }

    #[test]
    fn empty_cells_are_cells() {
        assert_eq!(
            rows(",\n\"\"\na,\n,,"),
            [
                row(1, &["", ""]),
                row(2, &[""]),
                row(3, &["a", ""]),
                row(4, &["", "", ""])
            ]
        );
        assert_eq!(rows(""), []);
        assert_eq!(rows("\n\r\n"), []);
    }

    #[test]
    fn an_unclosed_quote_is_named_where_it_was_opened() {
        for piece in [1, 2, 3, 1000] {
            let found = fault("a,b\r\n1,2\n3,\"four\n5,6\n", piece);
            assert_eq!(
                (found.code, found.line),
                (ImportFaultCode::UnclosedQuote, Some(3))
            );
            // Closed by the opening quote of a later row.
            let found = fault("a,b\n1,\"two\n3,\"four\"\n5,6\n", piece);
            assert_eq!(
                (found.code, found.line),
                (ImportFaultCode::UnclosedQuote, Some(2))
            );
        }
        let found = fault(
            &format!("a,b\n1,\"{}", "x,y\n".repeat(ROW_MAX / 4 + 1)),
            10_000,
        );
        assert_eq!(
            (found.code, found.line),
            (ImportFaultCode::UnclosedQuote, Some(2))
        );
    }

    #[test]
    fn rows_are_bounded() {
        let found = fault(&format!("a\n{}", "x".repeat(ROW_MAX + 1)), 10_000);
        assert_eq!(
            (found.code, found.line),
            (ImportFaultCode::RowTooLong, Some(2))
        );
        let found = fault(&format!("a\n\n{}", ",".repeat(1_000_000)), 10_000);
        assert_eq!(
            (found.code, found.line),
            (ImportFaultCode::TooManyColumns, Some(3))
        );
        let widest = format!("{}\n", ",".repeat(CELLS_MAX - 1));
        assert_eq!(rows(&widest)[0].1.len(), CELLS_MAX);
    }

    #[test]
    fn pieces_make_no_difference() {
        let text = "né,\"x\r\ny\"\"z\"\r\n\r\n,é\"q\r\"\",w\n";
        let whole = first_records(text, b',', 100, true);
        for size in 1..8 {
            let (mut parser, mut record, mut records) =
                (Parser::new(b','), Record::default(), Vec::new());
            for piece in text.chars().collect::<Vec<_>>().chunks(size) {
                let piece = String::from_iter(piece);
                let mut at = 0;
                while parser.feed(&piece, &mut at, &mut record).unwrap() {
                    records.push(record.clone());
                }
            }
            if parser.finish(&mut record).unwrap() {
                records.push(record);
            }
            assert_eq!(records, whole, "pieces of {size}");
        }
    }

    /// All records of a text, if no quote in it is unclosed.
    fn all(text: &str, delimiter: u8) -> Option<Vec<Vec<String>>> {
        let (mut parser, mut record) = (Parser::new(delimiter), Record::default());
        let (mut records, mut at) = (Vec::new(), 0);
        let cells = |record: &Record| record.cells().map(str::to_owned).collect();
        while parser.feed(text, &mut at, &mut record).ok()? {
            records.push(cells(&record));
        }
        if parser.finish(&mut record).ok()? {
            records.push(cells(&record));
        }
        Some(records)
    }

    proptest! {
        #[test]
        fn odd_quotes_are_read_as_the_csv_crate_reads_them(text in "[a,;\"\r\n é]{0,40}") {
            let mut reader = ::csv::ReaderBuilder::new()
                .flexible(true)
                .has_headers(false)
                .from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            if let Some(records) = all(&text, b',') {
                prop_assert_eq!(records, expected);
            }
        }
    }
}
