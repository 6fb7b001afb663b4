//! Files that are no table of text, and what to do with each.

use rapport_contract::import::{ImportFault, ImportFaultCode};

const AS_CSV: &str = "open it in the program that made it, and save it as CSV";

/// What stands at the beginning of a file of that kind, and what to say about it.
const KINDS: &[(&[u8], &str)] = &[
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "This is an Excel workbook (.xls); save it as CSV first.",
    ),
    (b"%PDF-", "This is a PDF document, not a CSV file."),
    (b"\x89PNG", "This is a picture, not a CSV file."),
    (b"\xff\xd8\xff", "This is a picture, not a CSV file."),
    (b"GIF8", "This is a picture, not a CSV file."),
    (
        b"\x1f\x8b",
        "This file is compressed (gzip); unpack it first.",
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        "This file is compressed (7-Zip); unpack it first.",
    ),
    (
        b"Rar!\x1a\x07",
        "This file is compressed (RAR); unpack it first.",
    ),
    (
        b"SQLite format 3\0",
        "This is a database; export its table as CSV first.",
    ),
    (
        b"\xff\xfe\0\0",
        "This text is in UTF-32; save it as UTF-8 first.",
    ),
    (
        b"\0\0\xfe\xff",
        "This text is in UTF-32; save it as UTF-8 first.",
    ),
    (
        b"{\\rtf",
        "This is a word processor's document; save it as CSV first.",
    ),
];

/// The fault of a file that begins with `head`, if it is none of text.
///
/// Markup, JSON and vCards are text, but a table cannot be read from them either.
pub(super) fn refuse(head: &[u8]) -> Result<(), ImportFault> {
    let detail = KINDS
        .iter()
        .find(|(beginning, _)| head.starts_with(beginning))
        .map(|(_, detail)| (*detail).to_owned())
        .or_else(|| zip(head))
        .or_else(|| markup(head));
    detail.map_or(Ok(()), |detail| Err(fault(detail)))
}

/// The fault of a file that has too many control characters for a text.
pub(super) fn binary() -> ImportFault {
    fault(format!(
        "This is not a text file. If it comes from a spreadsheet, {AS_CSV}."
    ))
}

fn fault(detail: String) -> ImportFault {
    ImportFault {
        code: ImportFaultCode::NotText,
        line: None,
        detail,
    }
}

fn zip(head: &[u8]) -> Option<String> {
    if !head.starts_with(b"PK\x03\x04") && !head.starts_with(b"PK\x05\x06") {
        return None;
    }
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    Some(if has(b"xl/") {
        "This is an Excel workbook; save it as CSV first.".to_owned()
    } else if has(b"opendocument") || has(b"Index/Document.iwa") {
        format!("This is a spreadsheet; {AS_CSV}.")
    } else if has(b"[Content_Types].xml") {
        "This is an Office document; save its table as CSV first.".to_owned()
    } else {
        "This is a ZIP archive; unpack it and upload the CSV file that is in it.".to_owned()
    })
}

fn markup(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = head.trim_ascii_start();
    let begins = |beginning: &[u8]| {
        head.get(..beginning.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    if [&b"<!doctype"[..], b"<html", b"<table", b"<?xml"]
        .into_iter()
        .any(begins)
    {
        return Some(format!(
            "This is a web page or an XML file, not a CSV file; {AS_CSV}."
        ));
    }
    if begins(b"BEGIN:VCARD") {
        return Some("This is a vCard file; export the contacts as CSV instead.".to_owned());
    }
    let after_brackets = head
        .strip_prefix(b"[")
        .unwrap_or(head)
        .trim_ascii_start()
        .strip_prefix(b"{");
    if after_brackets.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"")) {
        return Some("This is a JSON file; export the contacts as CSV instead.".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_named() {
        let excel = b"PK\x03\x04\x14\0\x06\0[Content_Types].xml ... xl/workbook.xml";
        for (head, word) in [
            (&excel[..], "Excel workbook"),
            (
                b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                "spreadsheet",
            ),
            (
                b"PK\x03\x04....[Content_Types].xml word/document.xml",
                "Office document",
            ),
            (b"PK\x03\x04....contacts.csv", "ZIP"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "Excel workbook"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n", "picture"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"\n<!DOCTYPE html><html>", "web page"),
            (b"<HTML><table>", "web page"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>", "XML"),
            (b"begin:vcard\r\nversion:3.0", "vCard"),
            (b"[ {\"name\": \"Ana\"}]", "JSON"),
            (b"{ \"contacts\": []}", "JSON"),
        ] {
            let fault = refuse(head).unwrap_err();
            assert_eq!(fault.code, ImportFaultCode::NotText);
            assert!(fault.detail.contains(word), "{} lacks {word}", fault.detail);
        }
    }

    #[test]
    fn tables_pass() {
        for head in [
            "",
            "name,email",
            "<name>,<email>",
            "[id],[name]",
            "{id},x",
            "PK,name",
            "[\"a\"]",
        ] {
            assert_eq!(refuse(head.as_bytes()), Ok(()), "{head}");
        }
    }
}
