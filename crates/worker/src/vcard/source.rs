//! The bytes of a file as they stream by, in an encoding that ASCII is a part of.

use super::detect;
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::io::{self, Read};

/// Bytes that are read at once.
pub(super) const CHUNK: usize = 64 * 1024;

/// A file's bytes; UTF-16 becomes UTF-8 here, so that line ends and colons are bytes to everything behind.
pub(super) struct Source<R> {
    file: R,
    /// Of the bytes that were read, in UTF-16.
    decoder: Option<Decoder>,
    encoding: Option<&'static Encoding>,
    byte_order_mark: bool,
    raw: Vec<u8>,
    /// Bytes that are ready, from `start` on.
    ready: Vec<u8>,
    start: usize,
    read: u64,
    at_end: bool,
}

impl<R: Read> Source<R> {
    pub(super) fn new(file: R) -> Self {
        Self {
            file,
            decoder: None,
            encoding: None,
            byte_order_mark: false,
            raw: Vec::with_capacity(CHUNK),
            ready: Vec::with_capacity(CHUNK),
            start: 0,
            read: 0,
            at_end: false,
        }
    }

    /// Bytes taken from the file.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// UTF-16, or what a byte-order mark names.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    pub(super) fn has_byte_order_mark(&self) -> bool {
        self.byte_order_mark
    }

    /// The next bytes, as many as there are at hand: none only at the end.
    pub(super) fn pending(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    /// The next bytes, at least so many unless the file ends before.
    pub(super) fn peek(&mut self, at_least: usize) -> io::Result<&[u8]> {
        while self.ready.len() - self.start < at_least && !self.at_end {
            self.refill()?;
        }
        Ok(self.ready.get(self.start..).unwrap_or_default())
    }

    /// Goes on behind so many of the bytes that are pending.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.ready.len());
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.drain(..self.start);
        self.start = 0;
        self.raw.clear();
        let is_first = self.read == 0;
        let mut limited = self.file.by_ref().take(CHUNK as u64);
        let read = limited.read_to_end(&mut self.raw)?;
        self.read += read as u64;
        self.at_end = read < CHUNK;
        let mut raw = self.raw.as_slice();
        if is_first {
            self.encoding = detect::encoding(raw);
            if let Some((_, length)) = Encoding::for_bom(raw) {
                self.byte_order_mark = true;
                raw = raw.get(length..).unwrap_or_default();
            }
            self.decoder = self
                .encoding
                .filter(|encoding| *encoding != UTF_8)
                .map(Encoding::new_decoder_without_bom_handling);
        }
        let Some(decoder) = &mut self.decoder else {
            self.ready.extend_from_slice(raw);
            return Ok(());
        };
        // Every two bytes become three at most, and what was left over of the chunk before is a character at most.
        let before = self.ready.len();
        let most = decoder.max_utf8_buffer_length(raw.len());
        self.ready.resize(before + most.unwrap_or(4 * CHUNK), 0);
        let free = self.ready.get_mut(before..).unwrap_or_default();
        let (_, _, written, _) = decoder.decode_to_utf8(raw, free, self.at_end);
        self.ready.truncate(before + written);
        Ok(())
    }

    /// Bytes that its buffers have room for.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.raw.capacity() + self.ready.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_16BE, UTF_16LE};

    fn all(file: &[u8]) -> (Vec<u8>, Option<&'static Encoding>, bool) {
        let mut source = Source::new(file);
        let mut all = Vec::new();
        loop {
            let pending = source.pending().unwrap();
            if pending.is_empty() {
                break;
            }
            let some = pending.len().div_ceil(3);
            all.extend_from_slice(&pending[..some]);
            source.consume(some);
        }
        assert_eq!(source.bytes_read(), file.len() as u64);
        (all, source.encoding(), source.has_byte_order_mark())
    }

    #[test]
    fn utf_16_becomes_utf_8() {
        let text = format!("BEGIN:VCARD\r\n{}", "张三\u{1f600}x".repeat(40_000));
        let marked = format!("\u{feff}{text}");
        assert_eq!(all(text.as_bytes()), (text.clone().into(), None, false));
        assert_eq!(
            all(marked.as_bytes()),
            (text.clone().into(), Some(UTF_8), true)
        );
        for (encoding, order) in [
            (UTF_16LE, u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (UTF_16BE, u16::to_be_bytes),
        ] {
            let units = |text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            let whole = text.clone().into_bytes();
            assert_eq!(all(&units(&text)), (whole.clone(), Some(encoding), false));
            assert_eq!(all(&units(&marked)), (whole, Some(encoding), true));
            let cut = units("BEGIN\u{5f20}");
            assert_eq!(all(&cut[..cut.len() - 1]).0, "BEGIN\u{fffd}".as_bytes());
        }
        assert_eq!(all(b""), (Vec::new(), None, false));
    }

    #[test]
    fn looking_ahead_crosses_chunks() {
        let file = "x".repeat(CHUNK - 3) + "BEGIN:VCARD";
        let mut source = Source::new(file.as_bytes());
        let pending = source.pending().unwrap().len();
        source.consume(pending - 3);
        assert_eq!(source.pending().unwrap(), b"BEG");
        assert_eq!(source.peek(11).unwrap(), b"BEGIN:VCARD");
        assert_eq!(source.peek(100).unwrap(), b"BEGIN:VCARD");
    }
}
