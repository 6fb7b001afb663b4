//! Cards as the programs write them that people export their contacts from. All people are made up.

use super::{cards, cells, expect};
use rapport_worker::vcard::CardFaultCode::TooManyValues;
use rapport_worker::vcard::Column::*;

#[test]
fn ios() {
    expect(
        "BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.5.1//EN
N:Núñez Ibáñez;Ana;María;Dra.;
FN:Dra. Ana María Núñez Ibáñez
ORG:Colegio Ágora\\, A.C.;Primaria
TITLE:Directora
item1.EMAIL;type=INTERNET:ana.personal@example.com
item1.X-ABLabel:Personal
EMAIL;type=INTERNET;type=WORK;type=pref:ana@example.com
TEL;type=HOME;type=VOICE:999 123 4567
TEL;type=IPHONE;type=CELL;type=VOICE:+52 55 1234 5678
TEL;type=WORK;type=FAX:+52 55 9999 0000
item2.ADR;type=HOME;type=pref:;;Calle 60 #491\\nCentro;Mérida;Yucatán;97000;México
item2.X-ABADR:mx
item3.URL;type=pref:https\\://www.example.com
item3.X-ABLabel:_$!<HomePage>!$_
BDAY;X-APPLE-OMIT-YEAR=1604;value=date:1604-05-10
NOTE:Llamar por la tarde\\nPrefiere WhatsApp
X-SOCIALPROFILE;type=twitter:https://twitter.com/ana
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD/4QBYRXhpZgAATU0AKgAA
 AAgAAgESAAMAAAABAAEAAIdpAAQAAAABAAAAJgAAAAAAA6ABAAMAAAABAAEAAKACAAQAAAABAA
 ACgKADAAQAAAABAAACgAAAAAA=
UID:4B2F0A5E-7D1C-4A8B-9C2D-1A2B3C4D5E6F
REV:2026-03-14T09:26:53Z
END:VCARD
",
        &[
            (Name, "Dra. Ana María Núñez Ibáñez"),
            (FirstName, "Ana María"),
            (LastName, "Núñez Ibáñez"),
            (Email, "ana@example.com"),
            (Email2, "ana.personal@example.com"),
            (Phone, "+52 55 1234 5678"),
            (Phone2, "999 123 4567"),
            (Phone3, "+52 55 9999 0000"),
            (Company, "Colegio Ágora, A.C."),
            (JobTitle, "Directora"),
            (City, "Mérida"),
            (Country, "México"),
            (Identifier, "4B2F0A5E-7D1C-4A8B-9C2D-1A2B3C4D5E6F"),
            (Birthday, "--05-10"),
            (Note, "Llamar por la tarde\nPrefiere WhatsApp"),
            (Link, "https://www.example.com"),
            (Revision, "2026-03-14T09:26:53Z"),
        ],
    );
}

#[test]
fn google_contacts() {
    expect(
        "BEGIN:VCARD
VERSION:3.0
FN:Luis Pérez
N:Pérez;Luis;;;
EMAIL;TYPE=INTERNET:luis@example.com
EMAIL;TYPE=INTERNET;TYPE=WORK:luis.perez@example.org
TEL;TYPE=WORK:+52 55 5555 0001
TEL;TYPE=CELL:+52 55 5555 0002
item1.TEL:+52 55 5555 0003
item1.X-ABLabel:Recepción
item2.ADR:;;Av. Reforma 1;Ciudad de México;;06600;MX;Av. Reforma 1\\nCiudad de México 06600
item2.X-ABLabel:Oficina
item3.ORG:Ejemplo S.A.
item4.URL:http\\://www.google.com/profiles/123
item4.X-ABLabel:PROFILE
BDAY:1988-07-09
CATEGORIES:Alumnos,Clientes\\, VIP,myContacts
END:VCARD
",
        &[
            (Name, "Luis Pérez"),
            (FirstName, "Luis"),
            (LastName, "Pérez"),
            (Email, "luis@example.com"),
            (Email2, "luis.perez@example.org"),
            (Phone, "+52 55 5555 0002"),
            (Phone2, "+52 55 5555 0001"),
            (Phone3, "+52 55 5555 0003"),
            (Company, "Ejemplo S.A."),
            (City, "Ciudad de México"),
            (Country, "MX"),
            (Birthday, "1988-07-09"),
            (Link, "http://www.google.com/profiles/123"),
            (Categories, "Alumnos; Clientes, VIP; myContacts"),
        ],
    );
}

#[test]
fn outlook() {
    let file = b"BEGIN:VCARD\r
VERSION:2.1\r
X-MS-SIGNATURE:YES\r
N;LANGUAGE=es-mx;CHARSET=Windows-1252:N\xfa\xf1ez;Jos\xe9;;Sr.\r
FN;CHARSET=Windows-1252:Sr. Jos\xe9 N\xfa\xf1ez\r
ORG;CHARSET=Windows-1252:Compa\xf1\xeda, S.A.;Ventas\r
TITLE:Gerente\r
TEL;WORK;VOICE:(55) 1234-5678\r
TEL;CELL;VOICE:(55) 8765-4321\r
TEL;WORK;FAX:(55) 1111-1111\r
TEL;PAGER;VOICE:(55) 2222-2222\r
ADR;WORK;PREF;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:;;Calle 5=0D=0ACol. Centro;M=E9rida;Yuc.;97000;M=E9xico\r
LABEL;WORK;PREF;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Calle 5=0D=0A=\r
Col. Centro=0D=0A=\r
97000 M=E9rida: Yuc.=0D=0A=\r
M=E9xico\r
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r
URL;WORK:http://www.example.com/a;b\r
EMAIL;PREF;INTERNET:jose@example.com\r
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:Primera l=EDnea=0D=0A=\r
=0D=0A=\r
Tercera=0D=0A\r
PHOTO;TYPE=JPEG;ENCODING=BASE64:\r
 /9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRof\r
 Hh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/\r
\r
X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns=\"http://schemas.microsoft.com/office/outlook/12/electronicbusinesscards\" ver=\"1.0\"></card>\r
REV:20260314T092653Z\r
END:VCARD\r
";
    let cards = cards(file);
    assert_eq!(cards.len(), 1);
    let faults = &cards[0].faults;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code, TooManyValues);
    assert_eq!(faults[0].value.as_deref(), Some("(55) 2222-2222"));
    assert_eq!(
        cells(&cards[0]),
        [
            (Name, "Sr. José Núñez"),
            (FirstName, "José"),
            (LastName, "Núñez"),
            (Email, "jose@example.com"),
            (Phone, "(55) 8765-4321"),
            (Phone2, "(55) 1234-5678"),
            (Phone3, "(55) 1111-1111"),
            (Company, "Compañía, S.A."),
            (JobTitle, "Gerente"),
            (City, "Mérida"),
            (Country, "México"),
            (Note, "Primera línea\n\nTercera"),
            (Link, "http://www.example.com/a;b"),
            (Revision, "20260314T092653Z"),
        ]
    );
}

#[test]
fn phones_of_huawei_and_xiaomi() {
    expect(
        "BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=B8=89;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=E4=B8=89
TEL;CELL:138-0013-8000
TEL;HOME:010-12345678
TEL;WORK;FAX:010-87654321
EMAIL;HOME:zhangsan@example.com
ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=E4=B8=AD=E5=85=B3=E6=9D=91=E5=A4=A7=E8=A1=97=31=E5=8F=B7;=E5=
=8C=97=E4=BA=AC;;100080;=E4=B8=AD=E5=9B=BD
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=A4=BA=E4=BE=8B=E7=A7=91=E6=8A=80=EF=BC=88=E5=8C=97=E4=BA=AC=EF=BC=89=
=E6=9C=89=E9=99=90=E5=85=AC=E5=8F=B8;=E9=94=80=E5=94=AE=E9=83=A8
TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=BB=8F=E7=90=86
BDAY:1990-01-01
X-ANDROID-CUSTOM;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:vnd.android.cursor.item/relation;=E6=9D=8E=E5=9B=9B;1;;;
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=A4=87=E6=B3=A8=EF=BC=9A=E8=80=81=E5=AE=A2=E6=88=B7=0A=
=E4=B8=8B=E5=8D=88=E8=81=94=E7=B3=BB
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEB
 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB

END:VCARD
",
        &[
            (Name, "张三"),
            (FirstName, "三"),
            (LastName, "张"),
            (Email, "zhangsan@example.com"),
            (Phone, "138-0013-8000"),
            (Phone2, "010-12345678"),
            (Phone3, "010-87654321"),
            (Company, "示例科技（北京）有限公司"),
            (JobTitle, "经理"),
            (City, "北京"),
            (Country, "中国"),
            (Birthday, "1990-01-01"),
            (Note, "备注：老客户\n下午联系"),
        ],
    );
}

#[test]
fn wechat_and_qq() {
    // A card as WeChat's scanner of business cards and QQ's backup write it: names in one piece, a comma's worth of properties.
    expect(
        "BEGIN:VCARD
VERSION:3.0
N:李小娜
FN:李小娜
TEL;TYPE=CELL,PREF:13912345678
TEL;TYPE=WORK:02112345678
EMAIL:12345678@qq.com
ORG:示例贸易有限公司
TITLE:销售总监
ADR;TYPE=WORK:;;南京东路 100 号;上海市;;200001;中国
X-WECHAT:lixiaona
X-QQ:12345678
END:VCARD
",
        &[
            (Name, "李小娜"),
            (LastName, "李小娜"),
            (Email, "12345678@qq.com"),
            (Phone, "13912345678"),
            (Phone2, "02112345678"),
            (Company, "示例贸易有限公司"),
            (JobTitle, "销售总监"),
            (City, "上海市"),
            (Country, "中国"),
        ],
    );
    expect(
        "BEGIN:VCARD
VERSION:2.1
N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E7=8E=8B=E5=B0=8F=E6=98=8E;;;;
FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E7=8E=8B=E5=B0=8F=E6=98=8E
TEL;CELL;VOICE:+8613700000000
X-QQ;HOME:87654321
X-TENCENT-GROUP;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=AE=A2=E6=88=B7
END:VCARD
",
        &[
            (Name, "王小明"),
            (LastName, "王小明"),
            (Phone, "+8613700000000"),
        ],
    );
}

#[test]
fn nextcloud() {
    expect(
        "BEGIN:VCARD
VERSION:4.0
PRODID:-//Nextcloud Contacts v6.0.0
UID:urn:uuid:0f3c7d2e-53b1-4f0a-8d55-6a1f7d9e2b4c
FN:Eva Gómez
N:Gómez;Eva;;;
EMAIL;TYPE=HOME:eva@example.net
EMAIL;TYPE=WORK;PREF=1:eva.gomez@example.org
TEL;TYPE=\"HOME,VOICE\":+34 91 123 45 67
TEL;VALUE=uri;TYPE=\"voice,cell\";PREF=1:tel:+34-600-111-222
ADR;TYPE=HOME:;;Calle Mayor 1;Madrid;;28013;España
ADR;TYPE=WORK:;;Rambla 2;Barcelona;;08002;España
ORG:Cooperativa Ejemplo
TITLE:Ingeniera
LANG;PREF=2:en
LANG;PREF=1:es-ES
BDAY;VALUE=DATE:19850203
NOTE:Una nota larga que el programa ha tenido que doblar porque no cabe en u
 na línea\\, con coma.
CATEGORIES:Amigos,Trabajo
PHOTO:data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA
 DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
REV;VALUE=DATE-AND-OR-TIME:20260314T092653Z
END:VCARD
",
        &[
            (Name, "Eva Gómez"),
            (FirstName, "Eva"),
            (LastName, "Gómez"),
            (Email, "eva.gomez@example.org"),
            (Email2, "eva@example.net"),
            (Phone, "+34-600-111-222"),
            (Phone2, "+34 91 123 45 67"),
            (Company, "Cooperativa Ejemplo"),
            (JobTitle, "Ingeniera"),
            (City, "Barcelona"),
            (Country, "España"),
            (Language, "es-ES"),
            (Identifier, "0f3c7d2e-53b1-4f0a-8d55-6a1f7d9e2b4c"),
            (Birthday, "1985-02-03"),
            (
                Note,
                "Una nota larga que el programa ha tenido que doblar porque no cabe en una línea, con coma.",
            ),
            (Categories, "Amigos; Trabajo"),
            (Revision, "20260314T092653Z"),
        ],
    );
}

#[test]
fn android() {
    expect(
        "BEGIN:VCARD
VERSION:3.0
N:de la Cruz;Juan;;;
FN:Juan de la Cruz
X-PHONETIC-LAST-NAME:x
TEL;TYPE=CELL;TYPE=PREF:+525512340000
TEL;TYPE=CELL:+525512340001
TEL;TYPE=HOME:+52 55 1234 0001
ORG:Ejemplo
TITLE:Chofer
END:VCARD
",
        &[
            (Name, "Juan de la Cruz"),
            (FirstName, "Juan"),
            (LastName, "de la Cruz"),
            (Phone, "+525512340000"),
            // The same number stands there twice.
            (Phone2, "+525512340001"),
            (Company, "Ejemplo"),
            (JobTitle, "Chofer"),
        ],
    );
}
