//! Encodings: how a file's bytes become text.

use super::not_text;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use rapport_contract::country::Country;
use rapport_contract::import::ImportFault;
use std::io::{self, Read};

/// Bytes from which the encoding and the dialect are found out.
pub(crate) const WINDOW: usize = 256 * 1024;
/// Bytes that are read and decoded at once.
const CHUNK: usize = 64 * 1024;

/// What the beginning of a file says about its encoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beginning {
    /// Missing while every byte is ASCII: then the first other one decides, wherever it stands.
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) byte_order_mark: bool,
}

/// Finds the encoding of a file that begins with `head`; `whole` says that there is no more of it.
///
/// `country` is where the file probably comes from: it settles close calls between legacy encodings.
pub(super) fn recognise(
    head: &[u8],
    whole: bool,
    country: Option<Country>,
) -> Result<Beginning, ImportFault> {
    not_text::refuse(head)?;
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(Beginning {
            encoding: Some(encoding),
            byte_order_mark: true,
        });
    }
    let encoding = match utf_16_without_mark(head) {
        Some(encoding) => Some(encoding),
        None if is_binary(head) => return Err(not_text::binary()),
        None if head.is_ascii() => None,
        None => Some(guess(head, whole, country)),
    };
    Ok(Beginning {
        encoding,
        byte_order_mark: false,
    })
}

/// More than one zero in a thousand bytes, or one control character in twenty: no text has them, everything else has many.
fn is_binary(head: &[u8]) -> bool {
    let is_control = |byte: &&u8| {
        byte.is_ascii_control()
            && !byte.is_ascii_whitespace()
            && !matches!(byte, b'\x0b' | b'\x1a' | b'\x1b')
    };
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    let controls = head.iter().filter(is_control).count();
    zeros * 1000 > head.len() || controls * 20 > head.len()
}

/// UTF-16 shows in the zero bytes of its ASCII characters, all of them at odd or all at even places, line ends among them.
fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let units = head.chunks_exact(2);
    let count = units.len();
    let (mut first, mut second) = (0, 0);
    let (mut little_lines, mut big_lines) = (0, 0);
    for unit in units {
        match unit {
            [b'\n' | b'\r', 0] => (second, little_lines) = (second + 1, little_lines + 1),
            [0, b'\n' | b'\r'] => (first, big_lines) = (first + 1, big_lines + 1),
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let enough = |zeros: usize, others: usize, lines: usize| {
        lines > 0 && zeros * 20 >= count && others * 100 <= zeros
    };
    if enough(second, first, little_lines) {
        Some(UTF_16LE)
    } else if enough(first, second, big_lines) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding of bytes that are not all ASCII.
fn guess(bytes: &[u8], whole: bool, country: Option<Country>) -> &'static Encoding {
    if is_mostly_utf_8(bytes) {
        return UTF_8;
    }
    legacy(bytes, whole, country)
}

/// The encoding of bytes that are not UTF-8.
pub(crate) fn legacy(bytes: &[u8], whole: bool, country: Option<Country>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, whole);
    let domain = country.map(|country| match country.code() {
        "GB" => "uk".to_owned(),
        code => code.to_ascii_lowercase(),
    });
    detector.guess(domain.as_deref().map(str::as_bytes), Utf8Detection::Deny)
}

/// Whether at least ten characters beyond ASCII are right UTF-8 for each that is broken: a few damaged rows do not make
/// another encoding. In other encodings such sequences come about by chance, but seldom.
pub(crate) fn is_mostly_utf_8(mut bytes: &[u8]) -> bool {
    let (mut right, mut broken) = (0_usize, 0_usize);
    loop {
        let (valid, error) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes, None),
            Err(error) => (bytes.split_at(error.valid_up_to()).0, Some(error)),
        };
        // Every character beyond ASCII has one byte that begins it.
        right += valid.iter().filter(|byte| **byte >= 0xc0).count();
        match error.map(|error| (error.valid_up_to(), error.error_len())) {
            // Cut in the middle of a character.
            None | Some((_, None)) => return right > 0 && broken * 10 <= right,
            Some((valid, Some(length))) => {
                broken += 1;
                bytes = bytes.get(valid + length..).unwrap_or_default();
            }
        }
    }
}

/// Decodes a file as it is read. Bytes that are not of the encoding become U+FFFD.
pub(super) struct Decoded<R> {
    source: R,
    country: Option<Country>,
    encoding: Option<&'static Encoding>,
    decoder: Option<Decoder>,
    /// Bytes that were read and not decoded yet, from `start` on.
    raw: Vec<u8>,
    start: usize,
    read: u64,
    at_end: bool,
    finished: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(
        source: R,
        encoding: Option<&'static Encoding>,
        country: Option<Country>,
    ) -> Self {
        Self {
            source,
            country,
            encoding,
            decoder: encoding.map(Encoding::new_decoder_with_bom_removal),
            raw: Vec::with_capacity(CHUNK),
            start: 0,
            read: 0,
            at_end: false,
            finished: false,
        }
    }

    /// The file's encoding, as far as it was read: ASCII alone is UTF-8.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.encoding.unwrap_or(UTF_8)
    }

    /// Bytes taken from the source.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Puts the next piece of text in the place of `text`. False: there is no more.
    pub(super) fn next_piece(&mut self, text: &mut String) -> io::Result<bool> {
        text.clear();
        text.reserve(CHUNK);
        while text.is_empty() && !self.finished {
            if self.pending().is_empty() {
                self.refill(CHUNK)?;
            }
            if self.decoder.is_none() && !self.take_ascii(text) {
                self.decide()?;
            }
            self.decode(text);
        }
        Ok(!text.is_empty())
    }

    fn pending(&self) -> &[u8] {
        self.raw.get(self.start..).unwrap_or_default()
    }

    /// Reads until so many bytes are pending, or to the end.
    fn refill(&mut self, wanted: usize) -> io::Result<()> {
        self.raw.drain(..self.start);
        self.start = 0;
        let missing = wanted.saturating_sub(self.raw.len());
        let mut limited = self.source.by_ref().take(missing as u64);
        let read = limited.read_to_end(&mut self.raw)?;
        self.read += read as u64;
        self.at_end = read < missing;
        Ok(())
    }

    /// Takes the ASCII that is pending. False: there is something else.
    fn take_ascii(&mut self, text: &mut String) -> bool {
        let length = Encoding::ascii_valid_up_to(self.pending());
        let (ascii, rest) = self.pending().split_at(length);
        text.push_str(std::str::from_utf8(ascii).unwrap_or_default());
        let only = rest.is_empty();
        self.start += length;
        self.finished = only && self.at_end;
        only || length > 0
    }

    /// Looks ahead and settles the encoding.
    fn decide(&mut self) -> io::Result<()> {
        if !self.at_end {
            self.refill(WINDOW)?;
        }
        let encoding = guess(self.pending(), self.at_end, self.country);
        self.encoding = Some(encoding);
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        Ok(())
    }

    fn decode(&mut self, text: &mut String) {
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        let pending = self.raw.get(self.start..).unwrap_or_default();
        let (result, taken, _) = decoder.decode_to_string(pending, text, self.at_end);
        self.start += taken;
        self.finished = self.at_end && result == encoding_rs::CoderResult::InputEmpty;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GBK, SHIFT_JIS, WINDOWS_1252};

    fn found(bytes: &[u8]) -> (&'static str, bool) {
        let beginning = recognise(bytes, true, None).unwrap();
        (
            beginning.encoding.map_or("", Encoding::name),
            beginning.byte_order_mark,
        )
    }

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn decoded(bytes: &[u8]) -> (String, &'static str) {
        let encoding = recognise(bytes, true, None).unwrap().encoding;
        let mut decoded = Decoded::new(bytes, encoding, None);
        let (mut all, mut text) = (String::new(), String::new());
        while decoded.next_piece(&mut text).unwrap() {
            all.push_str(&text);
        }
        assert_eq!(decoded.bytes_read(), bytes.len() as u64);
        (all, decoded.encoding().name())
    }

    const SPANISH: &str = "nombre,correo,ciudad\r\nJosé Núñez,jose@example.com,Mérida\r\nMaría Ibáñez,maria@example.com,Bogotá\r\n";
    const CHINESE: &str = "姓名,邮箱,城市\r\n王小明,wang@example.com,北京\r\n李娜,lina@example.com,上海\r\n张伟,zhang@example.com,广州\r\n";
    const TAIWAN: &str = "姓名,電子郵件,城市\r\n陳怡君,chen@example.com,臺北市\r\n林志明,lin@example.com,高雄市\r\n張淑芬,chang@example.com,臺中市\r\n";
    const JAPANESE: &str = "氏名,メール,市\r\n山田太郎,yamada@example.com,東京\r\n鈴木さくら,suzuki@example.com,大阪\r\n";

    #[test]
    fn encodings_are_found_and_decoded() {
        for (text, encoding) in [
            (SPANISH, WINDOWS_1252),
            (CHINESE, GBK),
            (TAIWAN, BIG5),
            (JAPANESE, SHIFT_JIS),
            (SPANISH, UTF_8),
            (CHINESE, UTF_8),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(found(&bytes), (encoding.name(), false));
            assert_eq!(decoded(&bytes), (text.to_owned(), encoding.name()));
        }
    }

    #[test]
    fn utf_16_is_found_with_and_without_its_mark() {
        for text in [SPANISH, CHINESE] {
            for (name, order) in [
                ("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]),
                ("UTF-16BE", u16::to_be_bytes),
            ] {
                assert_eq!(found(&utf_16(text, order)), (name, false));
                let marked = utf_16(&format!("\u{feff}{text}"), order);
                assert_eq!(found(&marked), (name, true));
                assert_eq!(decoded(&marked), (text.to_owned(), name));
                // Cut in the middle of a character.
                let (cut, _) = decoded(&marked[..marked.len() - 1]);
                assert!(cut.ends_with('\u{fffd}'));
            }
        }
    }

    #[test]
    fn marks_are_taken_off() {
        let marked = format!("\u{feff}{SPANISH}");
        assert_eq!(found(marked.as_bytes()), ("UTF-8", true));
        assert_eq!(decoded(marked.as_bytes()), (SPANISH.to_owned(), "UTF-8"));
    }

    #[test]
    fn what_comes_late_decides_too() {
        let padding = "name,email\n".repeat(WINDOW / 4);
        for (text, encoding) in [(SPANISH, WINDOWS_1252), (CHINESE, GBK), (CHINESE, UTF_8)] {
            let (bytes, _, _) = encoding.encode(text);
            let file = [padding.as_bytes(), &bytes].concat();
            assert_eq!(found(&file[..WINDOW]), ("", false));
            let expected = (format!("{padding}{text}"), encoding.name());
            let mut late = Decoded::new(&file[..], None, None);
            let (mut all, mut piece) = (String::new(), String::new());
            while late.next_piece(&mut piece).unwrap() {
                all.push_str(&piece);
            }
            assert!((all, late.encoding().name()) == expected);
        }
        assert_eq!(decoded(b"name\nAna\n"), ("name\nAna\n".to_owned(), "UTF-8"));
    }

    #[test]
    fn a_few_broken_bytes_are_still_utf_8() {
        let mut bytes = SPANISH.repeat(4).into_bytes();
        bytes.extend(b"Jos\xe9,jose2@example.com,Lima\n");
        assert_eq!(found(&bytes), ("UTF-8", false));
        assert!(decoded(&bytes).0.contains("Jos\u{fffd},"));
    }

    #[test]
    fn the_country_settles_close_calls() {
        let (bytes, _, _) = BIG5.encode("名,城\r\n怡君,臺北\r\n");
        let taiwan = Country::from_code("TW").ok();
        let beginning = recognise(&bytes, true, taiwan).unwrap();
        assert_eq!(beginning.encoding, Some(BIG5));
        for country in Country::ALL {
            recognise(&bytes, true, Some(country)).unwrap();
        }
    }

    #[test]
    fn binary_is_refused() {
        let noise: Vec<u8> = (0..10_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert!(recognise(&noise, true, None).is_err());
        assert!(recognise(b"name,email\nA\0na,ana@example.com\n", true, None).is_err());
        assert!(recognise(b"\0\0\0\0", true, None).is_err());
        assert!(recognise(SPANISH.as_bytes(), true, None).is_ok());
        assert_eq!(found(b""), ("", false));
        assert!(recognise(b"name,email\nA\x01na,ana@example.com\n", true, None).is_ok());
        // A zero in a large file costs its cell, not the file.
        let large = format!(
            "{}A\0na,ana@example.com\n",
            "Eva,eva@example.com\n".repeat(500)
        );
        assert!(recognise(large.as_bytes(), true, None).is_ok());
    }
}
