//! Writing CSV as RFC 4180 has it, without anything in it that a spreadsheet would carry out.

use rapport_contract::phone::PhoneNumber;
use rapport_store::contacts::Cell;

/// A file in the making: the part of it that was not taken yet.
pub(crate) struct CsvFile {
    bytes: Vec<u8>,
    /// Cells of the row that is open.
    cells: usize,
    /// Where that row begins.
    row: usize,
}

impl CsvFile {
    /// An empty file; `bom` puts a byte-order mark before everything.
    pub(crate) fn new(bom: bool) -> Self {
        let bytes = if bom {
            "\u{feff}".as_bytes().to_vec()
        } else {
            Vec::new()
        };
        Self {
            row: bytes.len(),
            bytes,
            cells: 0,
        }
    }

    /// Bytes that can be taken.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what is written; as much is expected next.
    pub(crate) fn take(&mut self, next: usize) -> Vec<u8> {
        self.row = 0;
        let room = if next == 0 { 0 } else { next + next / 8 };
        std::mem::replace(&mut self.bytes, Vec::with_capacity(room))
    }

    /// Writes a cell.
    pub(crate) fn cell(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Missing => self.begin(),
            Cell::Text(text) => self.text(text),
            Cell::Plain(text) => self.quoted("", text),
        }
    }

    /// Writes a text, with an apostrophe before it if it would be a formula otherwise.
    ///
    /// A text that begins with apostrophes and then like a formula gets one more, so that whoever takes one off has the text as it was.
    pub(crate) fn text(&mut self, text: &str) {
        let guard = if is_formula(text) { "'" } else { "" };
        self.quoted(guard, text);
    }

    fn begin(&mut self) {
        if self.cells > 0 {
            self.bytes.push(b',');
        }
        self.cells += 1;
    }

    fn quoted(&mut self, guard: &str, text: &str) {
        self.begin();
        let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\r' | b'\n');
        if !text.as_bytes().iter().any(special) {
            self.bytes.extend_from_slice(guard.as_bytes());
            self.bytes.extend_from_slice(text.as_bytes());
            return;
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(guard.as_bytes());
        for (place, part) in text.split('"').enumerate() {
            if place > 0 {
                self.bytes.extend_from_slice(b"\"\"");
            }
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.bytes.push(b'"');
    }

    /// Ends a row.
    pub(crate) fn end_row(&mut self) {
        if self.cells == 1 && self.bytes.len() == self.row {
            // An empty line would be no row.
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.extend_from_slice(b"\r\n");
        self.cells = 0;
        self.row = self.bytes.len();
    }
}

fn is_formula(text: &str) -> bool {
    let begins = text
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r']);
    begins && PhoneNumber::from_e164(text).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[Cell<'_>]]) -> String {
        let mut file = CsvFile::new(false);
        for row in rows {
            for cell in *row {
                file.cell(*cell);
            }
            file.end_row();
        }
        String::from_utf8(file.take(0)).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        use Cell::{Missing, Plain, Text};
        assert_eq!(
            written(&[
                &[Text("a"), Missing, Text("b c")],
                &[Text("a,b"), Text("\"x\""), Text("1\n2")]
            ]),
            "a,,b c\r\n\"a,b\",\"\"\"x\"\"\",\"1\n2\"\r\n"
        );
        assert_eq!(
            written(&[&[Missing], &[Text("")], &[Missing, Missing]]),
            "\"\"\r\n\"\"\r\n,\r\n"
        );
        assert_eq!(
            written(&[&[
                Text("=A1"),
                Plain("-1.5"),
                Text("+525512345678"),
                Text("+52 55")
            ]]),
            "'=A1,-1.5,+525512345678,'+52 55\r\n"
        );
        assert_eq!(
            written(&[&[
                Text("-1,5"),
                Text("'=A1"),
                Text("''@x"),
                Text("'tis"),
                Text("'")
            ]]),
            "\"'-1,5\",''=A1,'''@x,'tis,'\r\n"
        );
    }

    #[test]
    fn a_mark_stands_first_and_once() {
        let mut file = CsvFile::new(true);
        file.cell(Cell::Missing);
        file.end_row();
        assert_eq!(file.take(10), "\u{feff}\"\"\r\n".as_bytes());
        file.text("a");
        file.end_row();
        assert_eq!(file.take(0), b"a\r\n");
    }
}
