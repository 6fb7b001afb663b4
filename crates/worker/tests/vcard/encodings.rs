//! The encodings of files of vCards.

use super::{cards, cells, expect, survey};
use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS, UTF_8, WINDOWS_1252};
use rapport_worker::vcard::{CardFaultCode, Column::*, looks_like_vcard};

/// Cards of the people, in version 3.0 and with nothing said of the encoding.
fn file(people: &[&str]) -> String {
    let card = |name: &&str| {
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nNOTE:{name}: {name}\\, {name}\r\nEND:VCARD\r\n"
        )
    };
    people.iter().map(card).collect()
}

const SPANISH: &[&str] = &["José Núñez", "María Ibáñez", "Íñigo Muñoz", "Ana"];
const CHINESE: &[&str] = &["王小明", "李娜", "张伟", "上海示例公司", "功能"];
const TAIWAN: &[&str] = &["陳怡君", "林志明", "張淑芬", "臺北市公司", "許功蓋"];
const JAPANESE: &[&str] = &["山田太郎", "鈴木さくら", "東京タワー", "ソフト表"];

fn assert_read(bytes: &[u8], people: &[&str], encoding: &str) {
    assert!(looks_like_vcard(bytes));
    assert_eq!(survey(bytes).encoding, encoding);
    let cards = cards(bytes);
    assert_eq!(cards.len(), people.len());
    for (card, name) in cards.iter().zip(people) {
        assert_eq!(card.faults, []);
        let note = format!("{name}: {name}, {name}");
        assert_eq!(cells(card), [(Name, *name), (Note, note.as_str())]);
    }
}

#[test]
fn encodings_are_found_for_the_whole_file() {
    for (people, encoding) in [
        (SPANISH, WINDOWS_1252),
        (CHINESE, GBK),
        // Characters whose second byte is a backslash.
        (TAIWAN, BIG5),
        (JAPANESE, SHIFT_JIS),
        (SPANISH, UTF_8),
        (CHINESE, UTF_8),
    ] {
        let text = file(people);
        let (bytes, _, _) = encoding.encode(&text);
        assert_read(&bytes, people, encoding.name());
    }
    let marked = format!("\u{feff}{}", file(CHINESE));
    assert_read(marked.as_bytes(), CHINESE, "UTF-8");
    assert!(survey(marked.as_bytes()).byte_order_mark);
    assert_read(file(&["Ana"]).as_bytes(), &["Ana"], "UTF-8");
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    for people in [SPANISH, CHINESE, JAPANESE] {
        let text = file(people);
        for (name, order) in [
            ("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ("UTF-16BE", u16::to_be_bytes),
        ] {
            for mark in ["", "\u{feff}"] {
                let marked = format!("{mark}{text}");
                let bytes: Vec<u8> = marked.encode_utf16().flat_map(order).collect();
                assert_read(&bytes, people, name);
            }
        }
    }
}

#[test]
fn files_that_were_put_together() {
    // A card of each encoding, each with its byte-order mark or its charset, or neither.
    let old = |charset: &str, encoding: &'static Encoding, name: &str| {
        let card = format!("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET={charset}:{name}\nEND:VCARD\n");
        encoding.encode(&card).0.into_owned()
    };
    let parts = [
        format!("\u{feff}{}", file(&["José"])).into_bytes(),
        format!("\u{feff}{}", file(&["李娜"])).into_bytes(),
        old("GBK", GBK, "张伟"),
        old("BIG5", BIG5, "許功蓋"),
        old("SHIFT_JIS", SHIFT_JIS, "ソフト表"),
        old("ISO-8859-1", WINDOWS_1252, "Muñoz"),
        WINDOWS_1252.encode(&file(&["Íñigo Muñoz"])).0.into_owned(),
    ];
    let cards = cards(&parts.concat());
    let names: Vec<&str> = cards.iter().map(|card| card.get(Name)).collect();
    assert_eq!(
        names,
        [
            "José",
            "李娜",
            "张伟",
            "許功蓋",
            "ソフト表",
            "Muñoz",
            "Íñigo Muñoz"
        ]
    );
    assert!(cards.iter().all(|card| card.faults.is_empty()));
}

#[test]
fn characters_are_folded_in_the_middle() {
    let text = "BEGIN:VCARD\nFN:张三\nNOTE:ñandú\nEND:VCARD\n";
    for encoding in [UTF_8, GBK] {
        let (bytes, ..) = encoding.encode(if encoding == GBK {
            "FN:张三丰李娜"
        } else {
            "FN:张三ñ\u{1f600}"
        });
        let expected = encoding.decode(&bytes[3..]).0.into_owned();
        for place in 1..bytes.len() {
            for fold in ["\r\n ", "\n\t", "\r "] {
                let (before, behind) = bytes.split_at(place);
                let line = [before, fold.as_bytes(), behind].concat();
                let file = [b"BEGIN:VCARD\n", &line[..], b"\nEND:VCARD\n"].concat();
                let cards = cards(&file);
                assert_eq!(cells(&cards[0]), [(Name, expected.as_str())], "{place}");
            }
        }
    }
    expect(text, &[(Name, "张三"), (Note, "ñandú")]);
}

#[test]
fn charsets_that_cannot_be_read_are_said() {
    for (line, name, value) in [
        (&b"FN;CHARSET=X-NONE:Jos\xe9"[..], "José", "José"),
        (
            b"FN;CHARSET=UTF-8:\xe5\xbc\xa0\xe4\xb8",
            "张\u{fffd}",
            "张\u{fffd}",
        ),
        (b"FN;CHARSET=GBK:\xd5\xc5\xff", "张\u{fffd}", "张\u{fffd}"),
    ] {
        let file = [b"BEGIN:VCARD\nTEL:1\n", line, b"\nEND:VCARD\n"].concat();
        let cards = cards(&file);
        let faults: Vec<_> = cards[0]
            .faults
            .iter()
            .map(|fault| (fault.code, fault.line, fault.value.as_deref()))
            .collect();
        assert_eq!(faults, [(CardFaultCode::UnreadableCharset, 3, Some(value))]);
        assert!(!cards[0].is_broken());
        assert_eq!(cells(&cards[0]), [(Name, name), (Phone, "1")]);
    }
}
