//! The header lines of other programs' exports, with a row each.

use crate::values;

/// File, first name, last name, e-mail, phone, company, city, country.
type Expected = [&'static str; 7];

fn assert_read(file: &str, expected: Expected) {
    let people = values(file.as_bytes());
    let fields = &people[0].fields;
    let found = [
        fields.first_name.as_deref(),
        fields.last_name.as_deref(),
        fields.email.as_ref().map(|email| email.as_str()),
        fields.phone.as_ref().map(|phone| phone.as_str()),
        fields.company.as_deref(),
        fields.city.as_deref(),
        fields.country.as_ref().map(|country| country.code()),
    ]
    .map(Option::unwrap_or_default);
    assert_eq!(found, expected);
}

const ANA: Expected = [
    "Ana",
    "Núñez",
    "ana@example.com",
    "+525512345678",
    "Acme",
    "Mérida",
    "MX",
];

#[test]
fn google_contacts() {
    assert_read(
        "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,Organization Name,Organization Title,Birthday,Notes,\
         Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,\
         Address 1 - Label,Address 1 - Formatted,Address 1 - City,Address 1 - Country\n\
         Ana,,Núñez,,,,Acme,CEO,,,* myContacts,Work,ana@example.com,Home,ana@home.mx,Mobile,+52 55 1234 5678,Home,\"Calle 1\nMérida\",\
         Mérida,Mexico\n",
        ANA,
    );
    // As it was until 2024.
    assert_read(
        "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,\
         Phone 1 - Value,Address 1 - City,Address 1 - Country,Organization 1 - Type,Organization 1 - Name\n\
         Ana Núñez,Ana,,Núñez,* myContacts,* Work,ana@example.com,Mobile,5512345678,Mérida,MX,,Acme\n",
        ANA,
    );
}

#[test]
fn outlook() {
    assert_read(
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,\
         Business Country/Region,Home Street,Home City,Home Country/Region,Business Fax,Business Phone,Home Phone,Mobile Phone,\
         E-mail Address,E-mail Type,E-mail 2 Address,Language,Notes\n\
         ,Ana,,Núñez,,Acme,,,,Lima,Peru,,Mérida,México,,+51 1 234 5678,,+52 55 1234 5678,ana@example.com,SMTP,,,\n",
        ANA,
    );
    // Without a mobile number the next best is taken.
    assert_read(
        "First Name,Last Name,Company,Home City,Home Country/Region,Business Phone,Mobile Phone,E-mail Address\n\
         Ana,Núñez,Acme,Mérida,México,+52 55 1234 5678,,ana@example.com\n",
        ANA,
    );
}

#[test]
fn hubspot() {
    assert_read(
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Last Activity Date,Lead Status,\
         Create Date,City,Country/Region,Preferred language\n\
         51,Ana,Núñez,ana@example.com,+52 55 1234 5678,Eva,Acme,2027-01-31 10:00,New,2026-12-01 09:00,Mérida,Mexico,es\n",
        ANA,
    );
}

#[test]
fn chatwoot() {
    let file = "id,name,email,identifier,phone_number,country,city,company_name,last_activity_at,created_at,additional_attributes\n\
                1,Ana Núñez,ana@example.com,k-1,+525512345678,Mexico,Mérida,Acme,2027-01-31 10:00:00 UTC,2026-12-01 09:00:00 UTC,\
                \"{\"\"plan\"\": \"\"pro\"\"}\"\n";
    assert_read(
        file,
        [
            "Ana Núñez",
            "",
            "ana@example.com",
            "+525512345678",
            "Acme",
            "Mérida",
            "MX",
        ],
    );
    let person = &values(file.as_bytes())[0];
    assert_eq!(person.fields.identifier.as_deref(), Some("k-1"));
    assert_eq!(
        person.last_activity_at.unwrap().to_string(),
        "2027-01-31T10:00:00.000Z"
    );
    assert_eq!(
        person.created_at.unwrap().to_string(),
        "2026-12-01T09:00:00.000Z"
    );
}

#[test]
fn spanish_and_chinese() {
    assert_read(
        "Nombre;Apellidos;Correo electrónico;Teléfono móvil;Teléfono;Empresa;Ciudad;País;Idioma\r\n\
         Ana;Núñez;ana@example.com;55 1234 5678;;Acme;Mérida;México;es\r\n",
        ANA,
    );
    assert_read(
        "姓,名,手机号,邮箱,公司,城市,国家\n王,小明,+86 138 0013 8000,wang@example.com,示例公司,北京,中国\n",
        [
            "小明",
            "王",
            "wang@example.com",
            "+8613800138000",
            "示例公司",
            "北京",
            "CN",
        ],
    );
}
