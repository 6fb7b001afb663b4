//! The records of a file, one after another.

use super::Failure;
use super::dialect::Format;
use super::encoding::Decoded;
use super::parser::Parser;
use super::record::Record;
use encoding_rs::Encoding;
use rapport_contract::country::Country;
use std::io::Read;

/// Reads records from a file's bytes with the memory of one piece and one record.
pub(super) struct Reader<R> {
    decoded: Decoded<R>,
    parser: Parser,
    piece: String,
    at: usize,
}

impl<R: Read> Reader<R> {
    /// A reader at the first record, which is the second line's where the first names the delimiter.
    pub(super) fn new(file: R, format: &Format, country: Option<Country>) -> Result<Self, Failure> {
        let mut reader = Self {
            decoded: Decoded::new(file, format.encoding, country),
            parser: Parser::new(format.delimiter),
            piece: String::new(),
            at: 0,
        };
        if format.names_its_delimiter {
            reader.read(&mut Record::default())?;
        }
        Ok(reader)
    }

    /// Reads the next record that is not blank into `record`. False: there is none.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, Failure> {
        while self.read_any(record)? {
            if !record.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_any(&mut self, record: &mut Record) -> Result<bool, Failure> {
        loop {
            if self.parser.feed(&self.piece, &mut self.at, record)? {
                return Ok(true);
            }
            self.at = 0;
            if !self.decoded.next_piece(&mut self.piece)? {
                return Ok(self.parser.finish(record)?);
            }
        }
    }

    /// Bytes taken from the file.
    pub(super) fn bytes_read(&self) -> u64 {
        self.decoded.bytes_read()
    }

    /// The encoding, as far as the file was read.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.decoded.encoding()
    }
}
