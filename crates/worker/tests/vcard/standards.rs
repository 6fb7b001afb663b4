//! The properties and rules of RFC 2426 (3.0), RFC 6350 (4.0) and of 2.1, each with a card of ours.

use super::{cards, cells, expect};
use rapport_worker::vcard::Column::*;

#[test]
fn names_have_parts_and_lists() {
    // RFC 6350, 6.2.2, in the manner of its second example.
    expect(
        "BEGIN:VCARD
VERSION:4.0
FN:Dr. Marta Elena Ruiz Solís\\, Jr.
N:Ruiz,Solís;Marta;Elena,Luz;Dr.;Jr.,M.D.
END:VCARD
",
        &[
            (Name, "Dr. Marta Elena Ruiz Solís, Jr."),
            (FirstName, "Marta Elena Luz"),
            (LastName, "Ruiz Solís"),
        ],
    );
    // In 2.1 a comma is a comma.
    expect(
        "BEGIN:VCARD\nVERSION:2.1\nN:Ruiz, y Solís;Marta\nEND:VCARD\n",
        &[(FirstName, "Marta"), (LastName, "Ruiz, y Solís")],
    );
    expect(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Marta\nEND:VCARD\n",
        &[(Name, "Marta")],
    );
}

#[test]
fn alternatives_and_preferences() {
    // RFC 6350, 5.3 and 5.4.
    expect(
        "BEGIN:VCARD
VERSION:4.0
FN;PREF=2:Yamada Taro
FN;PREF=1:山田太郎
N;ALTID=1;LANGUAGE=jp:山田;太郎;;;
N;ALTID=1;LANGUAGE=en:Yamada;Taro;;;
EMAIL;PREF=50:b@example.com
EMAIL:c@example.com
EMAIL;PREF=1:a@example.com
ORG:
ORG:Ejemplo\\; Hijos;Norte
ROLE:Jefe de obra
ADR;TYPE=home;CC=JP:;;;Osaka;;;
URL:data:text/plain,x
URL:https://example.com/a?b=c\\,d
NOTE:uno
NOTE:dos
END:VCARD
",
        &[
            (Name, "山田太郎"),
            (FirstName, "太郎"),
            (LastName, "山田"),
            (Email, "a@example.com"),
            (Email2, "b@example.com"),
            (Email3, "c@example.com"),
            (Company, "Ejemplo; Hijos"),
            (JobTitle, "Jefe de obra"),
            (City, "Osaka"),
            (Country, "JP"),
            (Note, "uno\n\ndos"),
            (Link, "https://example.com/a?b=c,d"),
        ],
    );
}

#[test]
fn machines_come_last() {
    expect(
        "BEGIN:VCARD
VERSION:3.0
TEL;TYPE=fax,pref:1
item1.TEL:3
item1.X-ABLabel:Móvil
TEL;TYPE=home:4
EMAIL;TYPE=x400:C=MX;A=x
EMAIL:MAILTO:ana@example.com
END:VCARD
",
        &[
            (Email, "ana@example.com"),
            (Email2, "C=MX;A=x"),
            (Phone, "3"),
            (Phone2, "4"),
            (Phone3, "1"),
        ],
    );
}

#[test]
fn texts_are_escaped_and_folded() {
    // RFC 6350, 3.2 and 3.4.
    expect(
        "BEGIN:VCARD
VERSION:4.0
FN:a\\,b\\;c\\\\d:e;f,g
NOTE:This is a long note that is f
  olded\\nin \\
 n two ways\\Nand	has a tab
CATEGORIES:one,t\\,wo,three\\; four
N
 OTE:more
END:VCARD
",
        &[
            (Name, "a,b;c\\d:e;f,g"),
            (
                Note,
                "This is a long note that is f olded\nin \n two ways\nand has a tab\n\nmore",
            ),
            (Categories, "one; t,wo; three, four"),
        ],
    );
}

#[test]
fn any_case_and_any_group() {
    expect(
        "begin:vcard
version:4.0
fn:Ana
a.Email;Pref=1:ana@example.com
A-1.tel;type=\"CELL\":1
end:vcard
",
        &[(Name, "Ana"), (Email, "ana@example.com"), (Phone, "1")],
    );
}

#[test]
fn what_is_no_contact_is_passed_over() {
    // The members of a group, a calendar around the cards, an agent's card inside of another as 2.1 has it.
    let file = b"BEGIN:VCALENDAR\r
PRODID:x\r
BEGIN:VCARD\r
VERSION:2.1\r
FN:Ana\r
AGENT:\r
BEGIN:VCARD\r
VERSION:2.1\r
FN:Her agent\r
TEL:9\r
END:VCARD\r
TEL:1\r
END:VCARD\r
END:VCALENDAR\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Eva\r
AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD\\n\r
KIND:individual\r
MEMBER:urn:uuid:x\r
END:VCARD\r
";
    let cards = cards(file);
    assert_eq!(cards.len(), 2);
    assert!(cards.iter().all(|card| card.faults.is_empty()));
    assert_eq!(cells(&cards[0]), [(Name, "Ana"), (Phone, "1")]);
    assert_eq!(cells(&cards[1]), [(Name, "Eva")]);
    assert_eq!((cards[0].record.line(), cards[1].record.line()), (3, 15));
}

#[test]
fn old_texts_in_quoted_printable() {
    expect(
        "BEGIN:VCARD
VERSION:2.1
N;QUOTED-PRINTABLE;CHARSET=UTF-8:Garc=C3=ADa=3B L=C3=B3pez;In=C3=A9s
FN;ENCODING=QUOTED-PRINTABLE:In=C3=A9s Garc=C3=ADa
ORG;ENCODING=QUOTED-PRINTABLE:Uno=3BDos
NOTE;ENCODING=QUOTED-PRINTABLE:C:\\dir\\new =3D a=
 b=
	c
TITLE;ENCODING=B:SmVmYQ==
END:VCARD
",
        &[
            (Name, "Inés García"),
            (FirstName, "Inés"),
            (LastName, "García; López"),
            (Company, "Uno"),
            (JobTitle, "Jefa"),
            (Note, "C:\\dir\\new = a bc"),
        ],
    );
}

#[test]
fn control_characters_stay_outside() {
    expect(
        "BEGIN:VCARD\nVERSION:3.0\nFN:A\u{0}n\u{1b}a\\nB\u{85}C\u{7f}\nNOTE:a\u{7}\\n\\tb\nEND:VCARD\n",
        &[(Name, "Ana B C"), (Note, "a\n\\tb")],
    );
}
