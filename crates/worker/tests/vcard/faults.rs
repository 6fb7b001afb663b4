//! What is wrong with cards and files: it is said with its line, and everything else is read.

use super::{Outline, cards, cells, fault, outline};
use rapport_contract::import::{ImportFaultCode, Severity};
use rapport_worker::vcard::CardFaultCode::{self, *};
use rapport_worker::vcard::Column;

fn whole(line: u64, name: &str) -> Outline {
    (line, name.to_owned(), Vec::new())
}

fn broken(line: u64, name: &str, code: CardFaultCode, at: u64) -> Outline {
    (line, name.to_owned(), vec![(code, at)])
}

#[test]
fn files_without_cards() {
    for (file, code) in [
        (&b""[..], ImportFaultCode::EmptyFile),
        (b"\xef\xbb\xbf \r\n\t\n", ImportFaultCode::EmptyFile),
        (
            b"name,email\nAna,ana@example.com\n",
            ImportFaultCode::NoRows,
        ),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", ImportFaultCode::NoRows),
        (b"BEGIN:VCAR", ImportFaultCode::NoRows),
        (b"FN:Ana\nTEL:1\n", ImportFaultCode::NoRows),
        (b"PK\x03\x04\0\0\0\0", ImportFaultCode::NotText),
        (b"x\ny\0z\n", ImportFaultCode::NotText),
    ] {
        let fault = fault(file);
        assert_eq!(fault.code, code, "{file:?}");
        assert_eq!(fault.line, None);
        assert!(fault.detail.ends_with('.'));
    }
}

#[test]
fn a_card_without_its_end_leaves_the_next_one_whole() {
    assert_eq!(
        outline(b"BEGIN:VCARD\nFN:Ana\nTEL:1\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"),
        [broken(1, "Ana", NoEnd, 4), whole(4, "Eva")]
    );
    // In the middle of a value that goes on.
    assert_eq!(
        outline(b"BEGIN:VCARD\nFN:Ana\nNOTE;ENCODING=QUOTED-PRINTABLE:=E5=\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"),
        [broken(1, "Ana", NoEnd, 4), whole(4, "Eva")]
    );
    assert_eq!(
        outline(
            b"BEGIN:VCARD\nFN:Ana\nPHOTO;ENCODING=b:AAAA\n AAAA\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"
        ),
        [broken(1, "Ana", NoEnd, 5), whole(5, "Eva")]
    );
    assert_eq!(
        outline(b"BEGIN:VCARD\nBEGIN:VCARD\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"),
        [
            broken(1, "", NoEnd, 2),
            broken(2, "", NoEnd, 3),
            whole(3, "Eva")
        ]
    );
    // An agent without its end: hers is taken for it, and what follows is the next card's.
    assert_eq!(
        outline(b"BEGIN:VCARD\nVERSION:2.1\nFN:Ana\nAGENT:\nBEGIN:VCARD\nFN:x\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"),
        [broken(1, "Ana", NoEnd, 8), whole(8, "Eva")]
    );
}

#[test]
fn a_file_that_was_cut_off() {
    assert_eq!(
        outline(b"BEGIN:VCARD\nFN:Eva\nEND:VCARD\nBEGIN:VCARD\nFN:Ana\nTEL:12"),
        [whole(1, "Eva"), broken(4, "Ana", CutOff, 6)]
    );
    assert_eq!(
        outline(b"FN:Ana\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\nEND:VCARD\n"),
        [
            broken(3, "", NoBegin, 3),
            whole(4, "Eva"),
            broken(7, "", NoBegin, 7)
        ]
    );
}

#[test]
fn cards_inside_of_cards() {
    assert_eq!(
        outline(b"BEGIN:VCARD\nFN:Ana\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\nTEL:1\nEND:VCARD\n"),
        [
            broken(1, "Ana", NoEnd, 3),
            whole(3, "Eva"),
            broken(7, "", NoBegin, 7)
        ]
    );
}

#[test]
fn too_much_of_everything() {
    let long = format!(
        "BEGIN:VCARD\nFN:Ana\nNOTE:{}\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n",
        "x".repeat(2_000_000)
    );
    assert_eq!(
        outline(long.as_bytes()),
        [broken(1, "Ana", TooLong, 3), whole(6, "Eva")]
    );
    let file = b"BEGIN:VCARD\nFN:Ana\nEMAIL:a@x.es\nEMAIL:A@X.es\nEMAIL:b@x.es\nEMAIL:c@x.es\nEMAIL:d@x.es\nEMAIL:e@x.es\n\
                 TEL:1\nTEL:(1)\nEND:VCARD\n";
    let cards = cards(file);
    assert_eq!(cards[0].faults.len(), 1);
    let fault = &cards[0].faults[0];
    assert_eq!((fault.code, fault.line), (TooManyValues, 7));
    assert_eq!(fault.value.as_deref(), Some("d@x.es"));
    assert_eq!(cards[0].get(Column::Email3), "c@x.es");
    assert_eq!(cards[0].get(Column::Phone2), "");
}

#[test]
fn lines_that_are_none() {
    let file =
        b"BEGIN:VCARD\nFN:Ana\nNOTE:first\nsecond line of the note\nthird\nTEL:1\nEND:VCARD\n";
    let cards = cards(file);
    let fault = &cards[0].faults[0];
    assert_eq!(cards[0].faults.len(), 1);
    assert_eq!((fault.code, fault.line), (UnreadableLine, 4));
    assert_eq!(fault.value.as_deref(), Some("second line of the note"));
    assert_eq!(
        cells(&cards[0]),
        [
            (Column::Name, "Ana"),
            (Column::Phone, "1"),
            (Column::Note, "first")
        ]
    );
    // More of a picture.
    let file = b"BEGIN:VCARD\nFN:Ana\nPHOTO;BASE64:AAAA\nBBBB\nCC==\n\nTEL:1\nEND:VCARD\n";
    assert_eq!(outline(file), [whole(1, "Ana")]);
}

#[test]
fn every_code_has_a_name_and_a_weight() {
    let mut names: Vec<&str> = CardFaultCode::ALL.map(CardFaultCode::as_str).into();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CardFaultCode::ALL.len());
    let rejected = CardFaultCode::ALL
        .into_iter()
        .filter(|code| code.severity() == Severity::Rejected);
    assert!(rejected.eq([CutOff, NoEnd, NoBegin, TooLong]));
}

/// A file with everything in it that can be cut: folds, quoted-printable, pictures, an agent, groups, escapes.
pub(super) fn sample() -> String {
    "\u{feff}BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=B8=\r\n=89;;;\r\n\
     FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=E4=B8=89\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n\
     PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n AAAA\r\n\r\nTEL;CELL:1\r\nEND:VCARD\r\n\
     BEGIN:VCARD\nVERSION:3.0\nitem1.EMAIL;TYPE=\"a:b;c\",pref:ana@example.com\nitem1.X-ABLabel:x\nFN:Ana \n \u{f1}\\, B\\\\\n\
     NOTE:l\u{ed}nea\\nl\u{ed}\n nea\nEND:VCARD\n\
     BEGIN:VCARD\rVERSION:4.0\rFN:\u{738b}\u{5c0f}\u{660e}\rTEL;VALUE=uri:tel:+52\rEND:VCARD\r"
        .to_owned()
}

#[test]
fn a_file_is_cut_at_every_byte() {
    let text = sample();
    let all = cards(text.as_bytes());
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|card| card.faults.is_empty()));
    let agent = text.find("FN:x").unwrap();
    let ends: Vec<usize> = text
        .match_indices("END:VCARD")
        .filter(|(place, _)| !(agent..agent + 10).contains(place))
        .map(|(place, mark)| place + mark.len())
        .collect();
    let begins: Vec<usize> = text
        .match_indices("BEGIN:VCARD")
        .map(|(place, mark)| place + mark.len())
        .filter(|place| !(agent - 10..agent).contains(place))
        .collect();
    assert_eq!((begins.len(), ends.len()), (3, 3));

    for cut in 0..text.len() {
        let bytes = &text.as_bytes()[..cut];
        let ended = ends.iter().filter(|end| **end <= cut).count();
        let begun = begins.iter().filter(|begin| **begin <= cut).count();
        if begun == 0 {
            let fault = fault(bytes);
            assert!(
                fault.code == ImportFaultCode::EmptyFile || fault.code == ImportFaultCode::NoRows
            );
            continue;
        }
        let cut_off = cards(bytes);
        assert_eq!(cut_off.len(), begun, "cut at {cut}");
        assert_eq!(cut_off[..ended], all[..ended], "cut at {cut}");
        if begun > ended {
            let last = &cut_off[ended];
            assert!(last.is_broken());
            assert!(last.faults.iter().any(|fault| fault.code == CutOff));
        }

        // The same, and another file behind it: that is whole.
        for between in ["\n", "\r\n", "\r\n\r\n"] {
            let rest = b"BEGIN:VCARD\r\nFN:Eva\r\nEND:VCARD\r\n";
            let file = [bytes, between.as_bytes(), rest].concat();
            let cards = cards(&file);
            let (eva, before) = cards.split_last().unwrap();
            // A card that follows an agent's line is the agent's.
            if bytes.trim_ascii_end().ends_with(b"AGENT:") {
                continue;
            }
            assert_eq!(eva.get(Column::Name), "Eva", "cut at {cut}");
            assert!(!eva.is_broken(), "cut at {cut}");
            assert_eq!(before[..ended], all[..ended], "cut at {cut}");
        }
    }
}
