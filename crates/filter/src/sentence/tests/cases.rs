//! Every operator of every type, in every language.

use super::super::words::Mark;
use super::*;
use crate::catalogue::{CHANNELS, SOURCES};
use crate::op::Op;
use std::collections::BTreeSet;

/// A field, an operator and a value, empty where there is none; and what is said, in English, Spanish and Chinese.
struct Case(&'static str, &'static str, &'static str, [&'static str; 3]);

impl Case {
    fn filter(&self) -> Raw {
        let Self(field, op, value, _) = self;
        read(&match *value {
            "" => format!(r#"{{"field": "{field}", "op": "{op}"}}"#),
            value => format!(r#"{{"field": "{field}", "op": "{op}", "value": {value}}}"#),
        })
    }
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case("city", "eq", r#""Lima""#, [
        "City is “Lima”",
        "Ciudad es «Lima»",
        "城市是“Lima”",
    ]),
    Case("city", "not_eq", r#""Lima""#, [
        "City is not “Lima”",
        "Ciudad no es «Lima»",
        "城市不是“Lima”",
    ]),
    Case("city", "any_of", r#"["Lima","Oaxaca"]"#, [
        "City is “Lima” or “Oaxaca”",
        "Ciudad es «Lima» u «Oaxaca»",
        "城市是“Lima”或“Oaxaca”",
    ]),
    Case("city", "none_of", r#"["Lima","Oaxaca"]"#, [
        "City is neither “Lima” nor “Oaxaca”",
        "Ciudad no es ni «Lima» ni «Oaxaca»",
        "城市不是“Lima”、“Oaxaca”中的任何一个",
    ]),
    Case("company", "contains", r#""colegio""#, [
        "Company contains “colegio”",
        "Empresa contiene «colegio»",
        "公司包含“colegio”",
    ]),
    Case("company", "not_contains", r#""colegio""#, [
        "Company does not contain “colegio”",
        "Empresa no contiene «colegio»",
        "公司不包含“colegio”",
    ]),
    Case("name", "starts_with", r#""Ana""#, [
        "Name starts with “Ana”",
        "Nombre completo empieza por «Ana»",
        "姓名以“Ana”开头",
    ]),
    Case("last_name", "ends_with", r#""ez""#, [
        "Last name ends with “ez”",
        "Apellido termina en «ez»",
        "姓氏以“ez”结尾",
    ]),
    Case("first_name", "is_empty", "", [
        "First name is not set",
        "Nombre no tiene ningún dato",
        "名字未设置",
    ]),
    Case("first_name", "is_not_empty", "", [
        "First name is set",
        "Nombre tiene algún dato",
        "名字已设置",
    ]),
    Case("email", "eq", r#""ana@example.com""#, [
        "E-mail is “ana@example.com”",
        "Correo electrónico es «ana@example.com»",
        "邮箱是“ana@example.com”",
    ]),
    Case("email", "not_eq", r#""ana@example.com""#, [
        "No e-mail is “ana@example.com”",
        "Ningún correo electrónico es «ana@example.com»",
        "所有邮箱都不是“ana@example.com”",
    ]),
    Case("email", "any_of", r#"["a@b.es","c@d.mx","e@f.cn"]"#, [
        "E-mail is “a@b.es”, “c@d.mx” or “e@f.cn”",
        "Correo electrónico es «a@b.es», «c@d.mx» o «e@f.cn»",
        "邮箱是“a@b.es”、“c@d.mx”或“e@f.cn”",
    ]),
    Case("email", "none_of", r#"["a@b.es","c@d.mx","e@f.cn"]"#, [
        "No e-mail is “a@b.es”, “c@d.mx” or “e@f.cn”",
        "Ningún correo electrónico es «a@b.es», «c@d.mx» o «e@f.cn»",
        "所有邮箱都不是“a@b.es”、“c@d.mx”、“e@f.cn”中的任何一个",
    ]),
    Case("email", "contains", r#""@gmail""#, [
        "E-mail contains “@gmail”",
        "Correo electrónico contiene «@gmail»",
        "邮箱包含“@gmail”",
    ]),
    Case("email", "not_contains", r#""@gmail""#, [
        "No e-mail contains “@gmail”",
        "Ningún correo electrónico contiene «@gmail»",
        "所有邮箱都不包含“@gmail”",
    ]),
    Case("email", "starts_with", r#""ana""#, [
        "E-mail starts with “ana”",
        "Correo electrónico empieza por «ana»",
        "邮箱以“ana”开头",
    ]),
    Case("email", "ends_with", r#"".mx""#, [
        "E-mail ends with “.mx”",
        "Correo electrónico termina en «.mx»",
        "邮箱以“.mx”结尾",
    ]),
    Case("email", "is_empty", "", [
        "E-mail is not set",
        "Correo electrónico no tiene ningún dato",
        "邮箱未设置",
    ]),
    Case("email", "is_not_empty", "", [
        "E-mail is set",
        "Correo electrónico tiene algún dato",
        "邮箱已设置",
    ]),
    Case("identifier", "eq", r#""A-1""#, [
        "Identifier is “A-1”",
        "Identificador es «A-1»",
        "标识符是“A-1”",
    ]),
    Case("identifier", "not_eq", r#""A-1""#, [
        "Identifier is not “A-1”",
        "Identificador no es «A-1»",
        "标识符不是“A-1”",
    ]),
    Case("identifier", "any_of", r#"["A-1"]"#, [
        "Identifier is “A-1”",
        "Identificador es «A-1»",
        "标识符是“A-1”",
    ]),
    Case("identifier", "none_of", r#"["A-1","A-2","A-3"]"#, [
        "Identifier is none of “A-1”, “A-2” and “A-3”",
        "Identificador no es ni «A-1» ni «A-2» ni «A-3»",
        "标识符不是“A-1”、“A-2”、“A-3”中的任何一个",
    ]),
    Case("identifier", "contains", r#""-""#, [
        "Identifier contains “-”",
        "Identificador contiene «-»",
        "标识符包含“-”",
    ]),
    Case("identifier", "not_contains", r#""-""#, [
        "Identifier does not contain “-”",
        "Identificador no contiene «-»",
        "标识符不包含“-”",
    ]),
    Case("identifier", "starts_with", r#""A""#, [
        "Identifier starts with “A”",
        "Identificador empieza por «A»",
        "标识符以“A”开头",
    ]),
    Case("identifier", "ends_with", r#""1""#, [
        "Identifier ends with “1”",
        "Identificador termina en «1»",
        "标识符以“1”结尾",
    ]),
    Case("identifier", "is_empty", "", [
        "Identifier is not set",
        "Identificador no tiene ningún dato",
        "标识符未设置",
    ]),
    Case("identifier", "is_not_empty", "", [
        "Identifier is set",
        "Identificador tiene algún dato",
        "标识符已设置",
    ]),
    Case("custom.website", "eq", r#""https://example.com""#, [
        "Website is “https://example.com”",
        "Website es «https://example.com»",
        "Website 是“https://example.com”",
    ]),
    Case("custom.website", "not_eq", r#""https://example.com""#, [
        "Website is not “https://example.com”",
        "Website no es «https://example.com»",
        "Website 不是“https://example.com”",
    ]),
    Case("custom.website", "any_of", r#"["https://example.com","https://example.org"]"#, [
        "Website is “https://example.com” or “https://example.org”",
        "Website es «https://example.com» o «https://example.org»",
        "Website 是“https://example.com”或“https://example.org”",
    ]),
    Case("custom.website", "none_of", r#"["https://example.com"]"#, [
        "Website is not “https://example.com”",
        "Website no es «https://example.com»",
        "Website 不是“https://example.com”",
    ]),
    Case("custom.website", "contains", r#""example""#, [
        "Website contains “example”",
        "Website contiene «example»",
        "Website 包含“example”",
    ]),
    Case("custom.website", "not_contains", r#""example""#, [
        "Website does not contain “example”",
        "Website no contiene «example»",
        "Website 不包含“example”",
    ]),
    Case("custom.website", "starts_with", r#""https""#, [
        "Website starts with “https”",
        "Website empieza por «https»",
        "Website 以“https”开头",
    ]),
    Case("custom.website", "ends_with", r#"".mx""#, [
        "Website ends with “.mx”",
        "Website termina en «.mx»",
        "Website 以“.mx”结尾",
    ]),
    Case("custom.website", "is_empty", "", [
        "Website is not set",
        "Website no tiene ningún dato",
        "Website 未设置",
    ]),
    Case("custom.website", "is_not_empty", "", [
        "Website is set",
        "Website tiene algún dato",
        "Website 已设置",
    ]),
    Case("phone", "eq", r#""+52 55 1234 5678""#, [
        "Phone is “+52 55 1234 5678”",
        "Teléfono es «+52 55 1234 5678»",
        "电话是“+52 55 1234 5678”",
    ]),
    Case("phone", "not_eq", r#""+52 55 1234 5678""#, [
        "No phone is “+52 55 1234 5678”",
        "Ningún teléfono es «+52 55 1234 5678»",
        "所有电话都不是“+52 55 1234 5678”",
    ]),
    Case("phone", "starts_with", r#""+52""#, [
        "Phone starts with “+52”",
        "Teléfono empieza por «+52»",
        "电话以“+52”开头",
    ]),
    Case("phone", "contains", r#""1234""#, [
        "Phone contains “1234”",
        "Teléfono contiene «1234»",
        "电话包含“1234”",
    ]),
    Case("phone", "not_contains", r#""1234""#, [
        "No phone contains “1234”",
        "Ningún teléfono contiene «1234»",
        "所有电话都不包含“1234”",
    ]),
    Case("phone", "is_empty", "", [
        "Phone is not set",
        "Teléfono no tiene ningún dato",
        "电话未设置",
    ]),
    Case("phone", "is_not_empty", "", [
        "Phone is set",
        "Teléfono tiene algún dato",
        "电话已设置",
    ]),
    Case("country", "eq", r#""MX""#, [
        "Country is Mexico",
        "País es México",
        "国家或地区是墨西哥",
    ]),
    Case("country", "not_eq", r#""mx""#, [
        "Country is not Mexico",
        "País no es México",
        "国家或地区不是墨西哥",
    ]),
    Case("country", "any_of", r#"["MX","ES","HN"]"#, [
        "Country is Mexico, Spain or Honduras",
        "País es México, España u Honduras",
        "国家或地区是墨西哥、西班牙或洪都拉斯",
    ]),
    Case("country", "none_of", r#"["BA","IE"]"#, [
        "Country is neither Bosnia and Herzegovina nor Ireland",
        "País no es ni Bosnia y Herzegovina ni Irlanda",
        "国家或地区不是波斯尼亚和黑塞哥维那、爱尔兰中的任何一个",
    ]),
    Case("country", "is_empty", "", [
        "Country is not set",
        "País no tiene ningún dato",
        "国家或地区未设置",
    ]),
    Case("country", "is_not_empty", "", [
        "Country is set",
        "País tiene algún dato",
        "国家或地区已设置",
    ]),
    Case("language", "eq", r#""es_mx""#, [
        "Language is Mexican Spanish",
        "Idioma es español de México",
        "语言是“西班牙语（墨西哥）”",
    ]),
    Case("language", "any_of", r#"["es","zh"]"#, [
        "Language is es or zh",
        "Idioma es es o zh",
        "语言是 es 或 zh",
    ]),
    Case("source", "eq", r#""live_chat""#, [
        "Source is Live chat",
        "Origen es Chat en vivo",
        "来源是在线聊天",
    ]),
    Case("source", "none_of", r#"["manual","import","api"]"#, [
        "Source is none of Manual, Import and API",
        "Origen no es ni Manual ni Importación ni API",
        "来源不是手动添加、导入、API 中的任何一个",
    ]),
    Case("custom.plan", "eq", r#""pro""#, [
        "Plan is Pro",
        "Plan es Pro",
        "Plan 是 Pro",
    ]),
    Case("custom.plan", "any_of", r#"["family","basic"]"#, [
        "Plan is “Mother and child” or Basic",
        "Plan es Mother and child o Basic",
        "Plan 是 Mother and child 或 Basic",
    ]),
    Case("segment", "eq", r#""sg_1""#, [
        "Segment includes Students",
        "Segmento incluye Students",
        "分组包含 Students",
    ]),
    Case("segment", "not_eq", r#""sg_1""#, [
        "Segment does not include Students",
        "Segmento no incluye Students",
        "分组不包含 Students",
    ]),
    Case("segment", "any_of", r#"["sg_1","sg_2"]"#, [
        "Segment includes Students or Alumni",
        "Segmento incluye Students o Alumni",
        "分组包含 Students 或 Alumni",
    ]),
    Case("segment", "none_of", r#"["sg_1","sg_2"]"#, [
        "Segment includes neither Students nor Alumni",
        "Segmento no incluye ni Students ni Alumni",
        "分组不包含 Students、Alumni 中的任何一个",
    ]),
    Case("segment", "all_of", r#"["sg_1","sg_2"]"#, [
        "Segment includes both Students and Alumni",
        "Segmento incluye Students y Alumni",
        "分组同时包含 Students 和 Alumni",
    ]),
    Case("segment", "is_empty", "", [
        "Segment is not set",
        "Segmento no tiene ningún dato",
        "分组未设置",
    ]),
    Case("segment", "is_not_empty", "", [
        "Segment is set",
        "Segmento tiene algún dato",
        "分组已设置",
    ]),
    Case("channel", "any_of", r#"["email","whatsapp","wechat"]"#, [
        "Channel includes E-mail, WhatsApp or WeChat",
        "Canal incluye Correo, WhatsApp o WeChat",
        "渠道包含邮件、WhatsApp 或微信",
    ]),
    Case("channel", "none_of", r#"["email","whatsapp","wechat"]"#, [
        "Channel includes none of E-mail, WhatsApp and WeChat",
        "Canal no incluye ni Correo ni WhatsApp ni WeChat",
        "渠道不包含邮件、WhatsApp、微信中的任何一个",
    ]),
    Case("channel", "all_of", r#"["email","sms","live_chat"]"#, [
        "Channel includes all of E-mail, SMS and Live chat",
        "Canal incluye Correo, SMS y Chat en vivo",
        "渠道同时包含邮件、短信和在线聊天",
    ]),
    Case("channel", "all_of", r#"["sms"]"#, [
        "Channel includes SMS",
        "Canal incluye SMS",
        "渠道包含短信",
    ]),
    Case("custom.score", "eq", "5", [
        "Score is 5",
        "Score es 5",
        "Score 等于 5",
    ]),
    Case("custom.score", "not_eq", "5", [
        "Score is not 5",
        "Score no es 5",
        "Score 不等于 5",
    ]),
    Case("custom.score", "gt", "12345.5", [
        "Score is greater than 12,345.5",
        "Score es mayor que 12.345,5",
        "Score 大于 12,345.5",
    ]),
    Case("custom.score", "gte", "-0.5", [
        "Score is at least -0.5",
        "Score es como mínimo -0,5",
        "Score 至少为 -0.5",
    ]),
    Case("custom.score", "lt", "1000", [
        "Score is less than 1,000",
        "Score es menor que 1000",
        "Score 小于 1,000",
    ]),
    Case("custom.score", "lte", "1e21", [
        "Score is at most 1e21",
        "Score es como máximo 1e21",
        "Score 最多为 1e21",
    ]),
    Case("custom.score", "between", r#"{"from":5,"to":10}"#, [
        "Score is between 5 and 10",
        "Score está entre 5 y 10",
        "Score 在 5 至 10 之间",
    ]),
    Case("custom.score", "is_empty", "", [
        "Score is not set",
        "Score no tiene ningún dato",
        "Score 未设置",
    ]),
    Case("custom.score", "is_not_empty", "", [
        "Score is set",
        "Score tiene algún dato",
        "Score 已设置",
    ]),
    Case("custom.renewal", "eq", r#""2026-11-20""#, [
        "Renewal is on 20 Nov 2026",
        "Renewal es el 20 nov 2026",
        "Renewal 是 2026年11月20日",
    ]),
    Case("custom.renewal", "not_eq", r#""2026-11-20""#, [
        "Renewal is not on 20 Nov 2026",
        "Renewal no es el 20 nov 2026",
        "Renewal 不是 2026年11月20日",
    ]),
    Case("custom.renewal", "before", r#""2026-11-20""#, [
        "Renewal is before 20 Nov 2026",
        "Renewal es antes del 20 nov 2026",
        "Renewal 早于 2026年11月20日",
    ]),
    Case("custom.renewal", "after", r#""2026-11-20""#, [
        "Renewal is after 20 Nov 2026",
        "Renewal es después del 20 nov 2026",
        "Renewal 晚于 2026年11月20日",
    ]),
    Case("custom.renewal", "between", r#"{"from":"2026-11-01","to":"2026-11-20"}"#, [
        "Renewal is between 1 Nov 2026 and 20 Nov 2026",
        "Renewal es entre el 1 nov 2026 y el 20 nov 2026",
        "Renewal 在 2026年11月1日至 2026年11月20日之间",
    ]),
    Case("custom.renewal", "in_last", r#"{"count":2,"unit":"week"}"#, [
        "Renewal is in the last 2 weeks",
        "Renewal es en las últimas 2 semanas",
        "Renewal 在最近 2 周内",
    ]),
    Case("custom.renewal", "not_in_last", r#"{"count":1,"unit":"year"}"#, [
        "Renewal is not in the last year",
        "Renewal no es en el último año",
        "Renewal 不在最近 1 年内",
    ]),
    Case("custom.renewal", "in_next", r#"{"count":3,"unit":"month"}"#, [
        "Renewal is in the next 3 months",
        "Renewal es en los próximos 3 meses",
        "Renewal 在未来 3 个月内",
    ]),
    Case("custom.renewal", "is_empty", "", [
        "Renewal is not set",
        "Renewal no tiene ningún dato",
        "Renewal 未设置",
    ]),
    Case("custom.renewal", "is_not_empty", "", [
        "Renewal is set",
        "Renewal tiene algún dato",
        "Renewal 已设置",
    ]),
    Case("created_at", "eq", r#""2026-11-20""#, [
        "Created on 20 Nov 2026",
        "Creado el 20 nov 2026",
        "创建时间是 2026年11月20日",
    ]),
    Case("created_at", "not_eq", r#""2026-11-20""#, [
        "Not created on 20 Nov 2026",
        "No se creó el 20 nov 2026",
        "创建时间不是 2026年11月20日",
    ]),
    Case("created_at", "before", r#""2026-11-20T10:00:00+01:00""#, [
        "Created before 20 Nov 2026 10:00 UTC+1",
        "Creado antes del 20 nov 2026 10:00 UTC+1",
        "创建时间早于 2026年11月20日 10:00 UTC+1",
    ]),
    Case("updated_at", "after", r#""2026-11-20""#, [
        "Updated after 20 Nov 2026",
        "Actualizado después del 20 nov 2026",
        "更新时间晚于 2026年11月20日",
    ]),
    Case("created_at", "between", r#"{"from":"2026-11-01","to":"2026-11-20T18:30:00Z"}"#, [
        "Created between 1 Nov 2026 and 20 Nov 2026 18:30 UTC",
        "Creado entre el 1 nov 2026 y el 20 nov 2026 18:30 UTC",
        "创建时间在 2026年11月1日至 2026年11月20日 18:30 UTC 之间",
    ]),
    Case("last_activity_at", "in_last", r#"{"count":30,"unit":"day"}"#, [
        "Last activity was in the last 30 days",
        "Última actividad fue en los últimos 30 días",
        "最近活动在最近 30 天内",
    ]),
    Case("last_activity_at", "not_in_last", r#"{"count":1,"unit":"month"}"#, [
        "Last activity was not in the last month",
        "Última actividad no fue en el último mes",
        "最近活动不在最近 1 个月内",
    ]),
    Case("updated_at", "not_in_last", r#"{"count":24,"unit":"hour"}"#, [
        "Not updated in the last 24 hours",
        "No se actualizó en las últimas 24 horas",
        "更新时间不在最近 24 小时内",
    ]),
    Case("created_at", "in_next", r#"{"count":1,"unit":"hour"}"#, [
        "Created in the next hour",
        "Creado en la próxima hora",
        "创建时间在未来 1 小时内",
    ]),
    Case("last_activity_at", "is_empty", "", [
        "Last activity is not set",
        "Última actividad no tiene ningún dato",
        "最近活动未设置",
    ]),
    Case("last_activity_at", "is_not_empty", "", [
        "Last activity is set",
        "Última actividad tiene algún dato",
        "最近活动已设置",
    ]),
    Case("blocked", "eq", "true", [
        "Blocked",
        "Bloqueado",
        "已屏蔽",
    ]),
    Case("blocked", "not_eq", "true", [
        "Not blocked",
        "No bloqueado",
        "未屏蔽",
    ]),
    Case("blocked", "is_empty", "", [
        "Blocked is not set",
        "Bloqueado no tiene ningún dato",
        "已屏蔽未设置",
    ]),
    Case("custom.vip", "eq", "false", [
        "VIP is no",
        "VIP es «no»",
        "VIP 为“否”",
    ]),
    Case("custom.vip", "not_eq", "true", [
        "VIP is not yes",
        "VIP no es «sí»",
        "VIP 不为“是”",
    ]),
    Case("custom.vip", "is_not_empty", "", [
        "VIP is set",
        "VIP tiene algún dato",
        "VIP 已设置",
    ]),
    Case("id", "any_of", r#"["ct_0000000000001","ct_0000000000002"]"#, [
        "ID is “ct_0000000000001” or “ct_0000000000002”",
        "ID es «ct_0000000000001» o «ct_0000000000002»",
        "ID 是“ct_0000000000001”或“ct_0000000000002”",
    ]),
];

/// What has no operator for its negation.
#[rustfmt::skip]
const NEGATED: &[Case] = &[
    Case("city", "starts_with", r#""San""#, [
        "City does not start with “San”",
        "Ciudad no empieza por «San»",
        "城市不以“San”开头",
    ]),
    Case("city", "ends_with", r#""a""#, [
        "City does not end with “a”",
        "Ciudad no termina en «a»",
        "城市不以“a”结尾",
    ]),
    Case("email", "ends_with", r#"".mx""#, [
        "No e-mail ends with “.mx”",
        "Ningún correo electrónico termina en «.mx»",
        "所有邮箱都不以“.mx”结尾",
    ]),
    Case("phone", "starts_with", r#""+52""#, [
        "No phone starts with “+52”",
        "Ningún teléfono empieza por «+52»",
        "所有电话都不以“+52”开头",
    ]),
    Case("segment", "all_of", r#"["sg_1", "sg_2"]"#, [
        "Segment does not include both Students and Alumni",
        "Segmento no incluye a la vez Students y Alumni",
        "分组并未同时包含 Students 和 Alumni",
    ]),
    Case("channel", "all_of", r#"["email", "sms", "wechat"]"#, [
        "Channel does not include all of E-mail, SMS and WeChat",
        "Canal no incluye a la vez Correo, SMS y WeChat",
        "渠道并未同时包含邮件、短信和微信",
    ]),
    Case("channel", "all_of", r#"["sms"]"#, [
        "Channel does not include SMS",
        "Canal no incluye SMS",
        "渠道不包含短信",
    ]),
    Case("custom.score", "gt", "5", [
        "Score is not greater than 5",
        "Score no es mayor que 5",
        "Score 不大于 5",
    ]),
    Case("custom.score", "gte", "5", [
        "Score is not at least 5",
        "Score no es como mínimo 5",
        "Score 并非至少为 5",
    ]),
    Case("custom.score", "lt", "5", [
        "Score is not less than 5",
        "Score no es menor que 5",
        "Score 不小于 5",
    ]),
    Case("custom.score", "lte", "5", [
        "Score is not at most 5",
        "Score no es como máximo 5",
        "Score 并非最多为 5",
    ]),
    Case("custom.score", "between", r#"{"from": 8, "to": 11}"#, [
        "Score is not between 8 and 11",
        "Score no está entre 8 y 11",
        "Score 不在 8 至 11 之间",
    ]),
    Case("custom.renewal", "before", r#""2026-11-20""#, [
        "Renewal is not before 20 Nov 2026",
        "Renewal no es antes del 20 nov 2026",
        "Renewal 不早于 2026年11月20日",
    ]),
    Case("created_at", "after", r#""2026-11-20""#, [
        "Not created after 20 Nov 2026",
        "No se creó después del 20 nov 2026",
        "创建时间不晚于 2026年11月20日",
    ]),
    Case("last_activity_at", "between", r#"{"from": "2026-11-01", "to": "2026-11-20"}"#, [
        "Last activity was not between 1 Nov 2026 and 20 Nov 2026",
        "Última actividad no fue entre el 1 nov 2026 y el 20 nov 2026",
        "最近活动不在 2026年11月1日至 2026年11月20日之间",
    ]),
    Case("custom.renewal", "in_next", r#"{"count": 1, "unit": "day"}"#, [
        "Renewal is not in the next day",
        "Renewal no es en el próximo día",
        "Renewal 不在未来 1 天内",
    ]),
    Case("id", "any_of", r#"["ct_0000000000001"]"#, [
        "ID is not “ct_0000000000001”",
        "ID no es «ct_0000000000001»",
        "ID 不是“ct_0000000000001”",
    ]),
];

/// Lengths of time: a count, a unit, and what is said of the last activity and of the next one.
#[rustfmt::skip]
const LENGTHS: &[(u32, &str, [&str; 3], [&str; 3])] = &[
    (1, "hour", ["in the last hour", "en la última hora", "在最近 1 小时内"], ["in the next hour", "en la próxima hora", "在未来 1 小时内"]),
    (2, "hour", ["in the last 2 hours", "en las últimas 2 horas", "在最近 2 小时内"], ["in the next 2 hours", "en las próximas 2 horas", "在未来 2 小时内"]),
    (1, "day", ["in the last day", "en el último día", "在最近 1 天内"], ["in the next day", "en el próximo día", "在未来 1 天内"]),
    (1000, "day", ["in the last 1,000 days", "en los últimos 1000 días", "在最近 1,000 天内"], ["in the next 1,000 days", "en los próximos 1000 días", "在未来 1,000 天内"]),
    (1, "week", ["in the last week", "en la última semana", "在最近 1 周内"], ["in the next week", "en la próxima semana", "在未来 1 周内"]),
    (3, "week", ["in the last 3 weeks", "en las últimas 3 semanas", "在最近 3 周内"], ["in the next 3 weeks", "en las próximas 3 semanas", "在未来 3 周内"]),
    (1, "month", ["in the last month", "en el último mes", "在最近 1 个月内"], ["in the next month", "en el próximo mes", "在未来 1 个月内"]),
    (6, "month", ["in the last 6 months", "en los últimos 6 meses", "在最近 6 个月内"], ["in the next 6 months", "en los próximos 6 meses", "在未来 6 个月内"]),
    (1, "year", ["in the last year", "en el último año", "在最近 1 年内"], ["in the next year", "en el próximo año", "在未来 1 年内"]),
    (10000, "year", ["in the last 10,000 years", "en los últimos 10.000 años", "在最近 10,000 年内"], ["in the next 10,000 years", "en los próximos 10.000 años", "在未来 10,000 年内"]),
];

#[test]
fn each_operator_is_said_in_each_language() {
    for case in CASES {
        assert_eq!(in_all(&case.filter()), case.3);
    }
    for case in NEGATED {
        let negated = Raw::Object(vec![("not".to_owned(), case.filter())]);
        assert_eq!(in_all(&negated), case.3);
    }
}

#[test]
fn no_operator_of_any_type_has_been_forgotten() {
    let catalogue = catalogue();
    let operator = |field: &str, op: &str| {
        let kind = catalogue.field(field).unwrap().kind();
        (format!("{kind:?}"), op.to_owned())
    };
    let said: BTreeSet<_> = CASES.iter().map(|case| operator(case.0, case.1)).collect();
    let negated: BTreeSet<_> = NEGATED.iter().map(|case| case.1).collect();
    for field in catalogue.fields() {
        for op in field.operators() {
            let wanted = operator(field.key(), op.as_str());
            assert!(said.contains(&wanted), "{wanted:?}");
            let has_negative = Op::ALL.iter().any(|other| other.positive() == (*op, true));
            let (_, is_negative) = op.positive();
            assert!(
                has_negative || is_negative || negated.contains(op.as_str()) || *op == Op::AnyOf,
                "{op}"
            );
        }
    }
    // The key of an operator or of a field is never what is said.
    for case in CASES {
        for sentence in in_all(&case.filter()) {
            for key in [case.0, case.1] {
                assert!(
                    !key.contains(['_', '.']) || !sentence.contains(key),
                    "{sentence}"
                );
            }
        }
    }
}

#[test]
fn lengths_of_time_have_their_gender_and_number() {
    for (count, unit, last, next) in LENGTHS {
        for (op, expected) in [("in_last", last), ("in_next", next)] {
            let filter = format!(
                r#"{{"field": "last_activity_at", "op": "{op}", "value": {{"count": {count}, "unit": "{unit}"}}}}"#
            );
            for (sentence, expected) in in_all(&read(&filter)).into_iter().zip(expected) {
                assert!(sentence.ends_with(expected), "{sentence}: {expected}");
            }
        }
    }
}

#[test]
fn every_field_and_every_choice_of_ours_has_a_name_of_its_own() {
    let catalogue = catalogue();
    for language in Language::ALL {
        let words = language.words();
        let fields = catalogue.fields().iter();
        let names: Vec<&str> = fields
            .clone()
            .filter_map(|field| words.field(field.field()))
            .collect();
        let ours = fields.filter(|field| field.label().is_none()).count();
        assert_eq!(names.len(), ours);
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            ours,
            "{names:?}"
        );
        for (field, keys) in [("source", SOURCES.as_slice()), ("channel", &CHANNELS)] {
            let field = catalogue.field(field).unwrap().field();
            let names: BTreeSet<_> = keys
                .iter()
                .filter_map(|key| words.choice(field, key))
                .collect();
            assert_eq!(names.len(), keys.len());
        }
        let marks: BTreeSet<_> = Mark::ALL.iter().map(|mark| words.mark(*mark)).collect();
        assert_eq!(marks.len(), Mark::ALL.len());
    }
}

#[test]
fn a_language_is_known_by_its_tag() {
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.as_str()), Some(language));
    }
    assert_eq!(Language::from_tag("es-MX"), Some(Language::Es));
    assert_eq!(Language::from_tag("ZH_Hans"), Some(Language::Zh));
    assert_eq!(Language::from_tag("fr"), None);
    assert_eq!(Language::from_tag(""), None);
}
