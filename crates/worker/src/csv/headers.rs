//! The headers by which a column is known: what people write in English, Spanish and Chinese, and what Google Contacts,
//! Outlook, HubSpot and Chatwoot write into their exports.

use rapport_contract::import::ImportField::{self, *};
use rapport_contract::text::normalise;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Headers of each field, the better first, with bars between them. Compared by [`key`], so that case, accents, spaces and
/// punctuation are not repeated here.
///
/// An `id` is missing on purpose: it is the other system's row number, and no key that an integrator chose.
const HEADERS: &[(ImportField, &str)] = &[
    (
        Name,
        "full name|name|display name|contact name|contact full name|customer name|client name|lead name|member name|\
         name and surname|contact|customer|client|person|\
         nombre completo|nombre y apellidos|nombre y apellido|nombres y apellidos|nombre del contacto|nombre de contacto|\
         nombre del cliente|nombre cliente|nombre para mostrar|contacto|cliente|persona|\
         姓名|全名|联系人姓名|客户姓名|客户名称|联系人|客户|名称|显示名称|顾客姓名|会员姓名|用户名称|\
         聯絡人姓名|客戶姓名|客戶名稱|聯絡人|名稱|顯示名稱",
    ),
    (
        FirstName,
        "first name|given name|forename|first|fname|contact first name|given names|\
         primer nombre|nombre de pila|nombre|nombres|\
         名|名字",
    ),
    (
        LastName,
        "last name|family name|surname|last|lname|contact last name|last names|surnames|\
         apellidos|apellido|primer apellido|apellido paterno|\
         姓|姓氏",
    ),
    (
        Email,
        "email|email address|email 1 value|email 1|email 1 address|primary email|primary email address|contact email|\
         customer email|mail|email id|work email|business email|personal email|home email|email value|user email|\
         email 2 value|email 2|email 2 address|secondary email|other email|\
         correo electronico|correo|direccion de correo electronico|direccion de correo|correo e|direccion de email|\
         correo electronico principal|correo del cliente|correo de contacto|correo electronico 1|correo personal|\
         correo de trabajo|correo electronico 2|\
         电子邮箱|电子邮件|邮箱|电子邮件地址|邮箱地址|邮件|邮件地址|电邮|电子信箱|联系邮箱|工作邮箱|个人邮箱|电子邮件 2 地址|\
         電子郵件|電子郵件地址|電子信箱|信箱|電郵|電郵地址|郵箱",
    ),
    (
        Phone,
        "mobile phone|mobile phone number|mobile number|mobile|cell phone|cell phone number|cell number|cell|\
         primary phone|phone number|phone|phone 1 value|phone 1|phone no|whatsapp|whatsapp number|whatsapp phone number|\
         telephone|telephone number|tel|tel no|contact number|contact phone|contact phone number|customer phone|\
         main phone|phone value|home phone|business phone|work phone|work phone number|home phone number|\
         business phone number|other phone|phone 2 value|phone 2|home phone 2|business phone 2|\
         telefono movil|movil|numero de movil|numero movil|telefono celular|celular|numero de celular|numero celular|tel movil|\
         telefono|numero de telefono|numero telefonico|telefono 1|tlf|tfno|telf|fono|telefono de contacto|\
         telefono principal|telefono particular|telefono de casa|telefono fijo|telefono del trabajo|telefono de trabajo|\
         telefono 2|\
         手机号码|手机号|手机|移动电话|移动电话号码|联系电话|电话号码|电话|联系手机|联系方式|主要电话|住宅电话|商务电话|办公电话|\
         工作电话|座机|\
         手機號碼|手機號|手機|行動電話|聯絡電話|電話號碼|電話|住家電話|公司電話",
    ),
    (
        Identifier,
        "identifier|external id|external identifier|external user id|customer id|customer number|client id|client number|\
         member id|member number|student id|student number|user identifier|\
         identificador|id externo|identificador externo|id de cliente|id cliente|codigo de cliente|codigo cliente|\
         numero de cliente|matricula|\
         标识符|标识|外部 id|外部标识|客户编号|客户 id|客户号|会员编号|会员号|学号|客戶編號|會員編號|學號",
    ),
    (
        Company,
        "company|company name|organization|organisation|organization name|organisation name|organization 1 name|\
         business name|associated company|primary company|primary associated company|account name|account|employer|\
         workplace|\
         empresa|nombre de la empresa|nombre de empresa|compania|nombre de la compania|organizacion|razon social|negocio|\
         institucion|lugar de trabajo|\
         公司|公司名称|公司名|单位|单位名称|企业|企业名称|工作单位|组织|组织名称|机构|机构名称|公司名稱|單位|企業|組織",
    ),
    (
        City,
        "city|town|city town|city or town|home city|address 1 city|mailing city|primary city|home address city|\
         residence city|business city|work city|work address city|other city|address city|locality|\
         ciudad|ciudad de residencia|localidad|poblacion|municipio|ciudad particular|ciudad del trabajo|ciudad de trabajo|\
         城市|所在城市|市|城市名称|住宅地址 市县|居住城市|商务地址 市县|縣市",
    ),
    (
        Country,
        "country|country region|country or region|country name|country code|nation|home country|home country region|\
         address 1 country|mailing country|primary country|home address country|business country|business country region|\
         work country|address country|other country region|ip country|\
         pais|pais region|pais o region|nombre del pais|codigo de pais|codigo del pais|pais de residencia|nacion|\
         国家|国家地区|国家或地区|国家和地区|国别|国家代码|所在国家|住宅地址 国家 地区|商务地址 国家 地区|國家|國家地區|國別",
    ),
    (
        Language,
        "language|preferred language|contact language|language code|lang|locale|browser language|\
         idioma|idioma preferido|idioma del contacto|codigo de idioma|lengua|\
         语言|首选语言|语种|语言代码|語言|慣用語言|語系",
    ),
    (
        CreatedAt,
        "created at|create date|created date|creation date|date created|created on|created|created time|creation time|\
         date added|added on|added at|registered at|registration date|signup date|subscribed at|\
         fecha de creacion|fecha creacion|creado el|creado en|creado|fecha de alta|fecha de registro|\
         创建时间|创建日期|创建于|添加时间|添加日期|注册时间|注册日期|建立时间|建立時間|建立日期|創建時間|註冊時間",
    ),
    (
        LastActivityAt,
        "last activity at|last activity date|last activity|last activity time|last seen at|last seen|last active|\
         last active at|last contacted|last contact date|last contacted at|\
         ultima actividad|fecha de la ultima actividad|fecha de ultima actividad|fecha ultima actividad|ultimo contacto|\
         fecha del ultimo contacto|\
         最后活动时间|最后活动日期|最后活动|最近活动时间|最近活动日期|最近活动|上次活动日期|上次活动时间|最后联系时间|最後活動時間|最近活動時間",
    ),
];

/// Headers that say a first name, and are written over whole names as often.
const ANY_NAME: &[&str] = &["nombre", "nombres", "名字"];

/// The field that a header stands for, and how well it does: 0 is best.
pub(super) fn field(header: &str) -> Option<(ImportField, u16)> {
    static FIELDS: OnceLock<HashMap<String, (ImportField, u16)>> = OnceLock::new();
    let fields = FIELDS.get_or_init(|| {
        HEADERS
            .iter()
            .flat_map(|(field, headers)| {
                let ranked = headers.split('|').zip(0..);
                ranked.map(|(header, rank)| (key(header), (*field, rank)))
            })
            .collect()
    });
    let known = |text: &str| fields.get(&key(text)).copied();
    known(header).or_else(|| known(without_remark(header)?))
}

/// Whether a header stands for a field.
pub(super) fn is_known(header: &str) -> bool {
    field(header).is_some()
}

/// Whether a header that stands for a first name is as often a whole name's.
pub(super) fn can_be_a_whole_name(header: &str) -> bool {
    ANY_NAME.contains(&key(header).as_str())
}

/// What two spellings of one header have in common: the normalised letters and digits.
fn key(header: &str) -> String {
    normalise(header)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// `Phone (required)` without its remark.
fn without_remark(header: &str) -> Option<&str> {
    let end = header.find(['(', '（', '['])?;
    header.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_stands_twice() {
        let mut known: HashMap<String, &str> = HashMap::new();
        for (_, headers) in HEADERS {
            for header in headers.split('|') {
                assert_eq!(header.trim(), header);
                assert!(!key(header).is_empty());
                if let Some(before) = known.insert(key(header), header) {
                    panic!("{header} is {before} too");
                }
            }
        }
        for header in ANY_NAME {
            assert_eq!(field(header).map(|(field, _)| field), Some(FirstName));
        }
    }

    #[test]
    fn headers_of_exports_are_known() {
        for (expected, headers) in [
            (
                Name,
                "Name|name|FULL NAME|Display Name|Nombre completo|姓名|联系人",
            ),
            (
                FirstName,
                "First Name|Given Name|first_name|firstName|FirstName|Nombre|名",
            ),
            (
                LastName,
                "Last Name|Family Name|last_name|Surname|Apellidos|姓",
            ),
            (
                Email,
                "Email|e-mail|E-MAIL|E-mail 1 - Value|E-mail Address|Email Address|email_address|Correo electrónico|\
                 Dirección de correo electrónico|邮箱|电子邮件|電子郵件|\"Email\"| Email: |Email *|Email (required)",
            ),
            (
                Phone,
                "Phone|Phone Number|phone_number|Mobile Phone|Mobile Phone Number|Phone 1 - Value|Business Phone|\
                 Home Phone|Teléfono|Móvil|Celular|电话|手机|手机号|手機|Phone (with country code)|Tel.|Phone No.",
            ),
            (
                Identifier,
                "identifier|Identifier|External ID|external_id|Identificador|客户编号",
            ),
            (
                Company,
                "Company|Company name|Organization 1 - Name|Organization Name|Associated Company|Empresa|Compañía|公司",
            ),
            (
                City,
                "City|Home City|Business City|Address 1 - City|Ciudad|Población|城市",
            ),
            (
                Country,
                "Country|Country/Region|Home Country/Region|Address 1 - Country|País|País/región|国家|国家/地区",
            ),
            (Language, "Language|Preferred language|Idioma|语言|locale"),
            (
                CreatedAt,
                "created_at|Create Date|Created At|Fecha de creación|创建时间",
            ),
            (
                LastActivityAt,
                "last_activity_at|Last Activity Date|Última actividad|最后活动时间",
            ),
        ] {
            for header in headers.split('|') {
                assert_eq!(
                    field(header).map(|(field, _)| field),
                    Some(expected),
                    "{header}"
                );
            }
        }
    }

    #[test]
    fn other_headers_are_not() {
        for header in [
            "",
            " ",
            "id",
            "ID",
            "Record ID",
            "Contact ID",
            "ip_address",
            "custom_attribute_1",
            "additional_attributes",
            "gender",
            "Middle Name",
            "E-mail 1 - Type",
            "E-mail 1 - Label",
            "Phone 1 - Type",
            "Organization 1 - Title",
            "Email Opt In",
            "Lead Status",
            "Fax",
            "Business Fax",
            "备注",
            "地址",
            "()",
        ] {
            assert_eq!(field(header), None, "{header}");
        }
    }

    #[test]
    fn better_headers_have_a_lower_rank() {
        let rank = |header| field(header).unwrap().1;
        assert!(rank("Mobile Phone") < rank("Phone Number"));
        assert!(rank("Phone Number") < rank("Business Phone"));
        assert!(rank("E-mail 1 - Value") < rank("E-mail 2 - Value"));
        assert!(rank("Full Name") < rank("Contact"));
    }
}
