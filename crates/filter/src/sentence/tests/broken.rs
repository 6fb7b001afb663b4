//! What is broken is said as far as it can be read.

use super::*;

/// A filter, and what is said of it in English, Spanish and Chinese.
#[rustfmt::skip]
const BROKEN: &[(&str, [&str; 3])] = &[
    (r#"{"field": "custom.gone", "op": "eq", "value": "x"}"#, [
        "“custom.gone” (no longer exists) is “x”",
        "«custom.gone» (ya no existe) es «x»",
        "“custom.gone”（已不存在）是“x”",
    ]),
    (r#"{"not": {"field": "custom.gone", "op": "in_last", "value": {"count": 2, "unit": "hour"}}}"#, [
        "“custom.gone” (no longer exists) is not in the last 2 hours",
        "«custom.gone» (ya no existe) no es en las últimas 2 horas",
        "“custom.gone”（已不存在）不在最近 2 小时内",
    ]),
    (r#"{"field": "custom.gone", "op": "all_of", "value": [true, 1.5]}"#, [
        "“custom.gone” (no longer exists) includes both yes and 1.5",
        "«custom.gone» (ya no existe) incluye «sí» y 1,5",
        "“custom.gone”（已不存在）同时包含“是”和 1.5",
    ]),
    (r#"{"field": "custom.gone", "op": "before", "value": "2026-11-20"}"#, [
        "“custom.gone” (no longer exists) is before 20 Nov 2026",
        "«custom.gone» (ya no existe) es antes del 20 nov 2026",
        "“custom.gone”（已不存在）早于 2026年11月20日",
    ]),
    (r#"{"field": "custom.plan", "op": "not_eq", "value": "gold"}"#, [
        "Plan is not “gold” (no longer exists)",
        "Plan no es «gold» (ya no existe)",
        "Plan 不是“gold”（已不存在）",
    ]),
    (r#"{"field": "segment", "op": "any_of", "value": ["sg_gone", "sg_0", "sg_1"]}"#, [
        "Segment includes Interns (no longer exists), “sg_0” (no longer exists) or Students",
        "Segmento incluye Interns (ya no existe), «sg_0» (ya no existe) o Students",
        "分组包含 Interns（已不存在）、“sg_0”（已不存在）或 Students",
    ]),
    (r#"{"field": "country", "op": "eq", "value": 5}"#, [
        "Country is “5” (not valid)",
        "País es «5» (no es válido)",
        "国家或地区是“5”（无效）",
    ]),
    (r#"{"field": "language", "op": "eq", "value": "Spanish"}"#, [
        "Language is “Spanish” (not valid)",
        "Idioma es «Spanish» (no es válido)",
        "语言是“Spanish”（无效）",
    ]),
    (r#"{"field": "city", "op": "contains", "value": {"a": [1, null]}}"#, [
        "City contains “{\"a\":[1,null]}” (not valid)",
        "Ciudad contiene «{\"a\":[1,null]}» (no es válido)",
        "城市包含“{\"a\":[1,null]}”（无效）",
    ]),
    (r#"{"field": "phone", "op": "starts_with", "value": "00"}"#, [
        "Phone starts with “00” (not valid)",
        "Teléfono empieza por «00» (no es válido)",
        "电话以“00”（无效）开头",
    ]),
    (r#"{"field": "blocked", "op": "eq", "value": "yes"}"#, [
        "Blocked is “yes” (not valid)",
        "Bloqueado es «yes» (no es válido)",
        "已屏蔽是“yes”（无效）",
    ]),
    (r#"{"field": "custom.renewal", "op": "in_last", "value": {"count": 2, "unit": "hour"}}"#, [
        "Renewal is in the last “{\"count\":2,\"unit\":\"hour\"}” (not valid)",
        "Renewal es en los últimos «{\"count\":2,\"unit\":\"hour\"}» (no es válido)",
        "Renewal 在最近“{\"count\":2,\"unit\":\"hour\"}”（无效）内",
    ]),
    (r#"{"field": "created_at", "op": "in_next"}"#, [
        "Created in the next (no value)",
        "Creado en los próximos (sin valor)",
        "创建时间在未来（没有值）内",
    ]),
    (r#"{"field": "city", "op": "eq"}"#, [
        "City is (no value)",
        "Ciudad es (sin valor)",
        "城市是（没有值）",
    ]),
    (r#"{"field": "custom.score", "op": "between", "value": {"from": 2}}"#, [
        "Score is between 2 and (no value)",
        "Score está entre 2 y (sin valor)",
        "Score 在 2 至（没有值）之间",
    ]),
    (r#"{"field": "custom.score", "op": "between", "value": {"from": 2, "to": 1}}"#, [
        "Score is between 2 and 1 (the first value is above the second)",
        "Score está entre 2 y 1 (el primer valor es mayor que el segundo)",
        "Score 在 2 至 1（第一个值大于第二个值）之间",
    ]),
    (r#"{"op": "eq", "value": "x"}"#, [
        "(no field) is “x”",
        "(sin campo) es «x»",
        "（没有字段）是“x”",
    ]),
    (r#"{"field": "city", "value": "x"}"#, [
        "City (no operator) “x”",
        "Ciudad (sin operador) «x»",
        "城市（没有运算符）“x”",
    ]),
    (r#"{"not": {"field": "city", "op": "like", "value": ["a", "b"]}}"#, [
        "Not (City “like” (unknown operator) “a” and “b”)",
        "No se cumple (Ciudad «like» (operador desconocido) «a» y «b»)",
        "不满足（城市“like”（未知的运算符）“a”和“b”）",
    ]),
    (r#"{"field": "city", "op": "gte", "value": 5}"#, [
        "City is at least 5 (not possible for this field)",
        "Ciudad es como mínimo 5 (no es posible con este campo)",
        "城市至少为 5（该字段不支持）",
    ]),
    (r#"{"field": "city", "op": "is_empty", "value": "x"}"#, [
        "City is not set (with parts that cannot be read)",
        "Ciudad no tiene ningún dato (con partes que no se pueden leer)",
        "城市未设置（含有无法读取的部分）",
    ]),
    (r#"{"all": [{"any": [{"field": "city", "op": "is_empty"}, 1], "glue": "or"}, {"field": "city", "op": "is_not_empty"}]}"#, [
        "(City is not set or a part that cannot be read) (with parts that cannot be read) and City is set",
        "(Ciudad no tiene ningún dato o una parte que no se puede leer) (con partes que no se pueden leer) y Ciudad tiene algún dato",
        "（城市未设置，或者无法读取的部分）（含有无法读取的部分），并且城市已设置",
    ]),
    ("[]", ["A part that cannot be read", "Una parte que no se puede leer", "无法读取的部分"]),
];

#[test]
fn what_is_broken_is_said_as_far_as_it_can_be_read() {
    for (filter, expected) in BROKEN {
        assert_eq!(in_all(&read(filter)), *expected, "{filter}");
    }
}

#[test]
fn a_broken_value_is_never_only_counted() {
    let list = |broken: usize| {
        let values: Vec<String> = (0..12)
            .map(|place| match place {
                _ if place == broken => "5".to_owned(),
                _ => format!("\"{place}\""),
            })
            .collect();
        let values = values.join(",");
        let filter = format!(r#"{{"field": "city", "op": "any_of", "value": [{values}]}}"#);
        said(&read(&filter), Language::En)
    };
    assert_eq!(
        list(1),
        "City is “0”, “5” (not valid), “2”, “3”, “4” or one of 7 more"
    );
    assert_eq!(
        list(11),
        "City is “0”, “1”, “2”, “3”, “5” (not valid) or one of 7 more"
    );
    assert_eq!(list(99), "City is “0”, “1”, “2”, “3”, “4” or one of 7 more");
}

#[test]
fn what_comes_twice_is_said_once() {
    for (field, values, expected) in [
        ("city", r#"["Lima", "LIMA", " lima"]"#, "City is “Lima”"),
        (
            "country",
            r#"["mx", "MX", "ES"]"#,
            "Country is Mexico or Spain",
        ),
        ("identifier", r#"["a", "A"]"#, "Identifier is “a” or “A”"),
    ] {
        let filter = format!(r#"{{"field": "{field}", "op": "any_of", "value": {values}}}"#);
        assert_eq!(said(&read(&filter), Language::En), expected);
    }
}

#[test]
fn without_names_the_keys_are_said() {
    let say = |filter: &str| sentence(&read(filter), &catalogue(), Language::En, &|_, _| None);
    for (filter, expected) in [
        (
            r#"{"field": "country", "op": "eq", "value": "mx"}"#,
            "Country is MX",
        ),
        (
            r#"{"field": "language", "op": "eq", "value": "es_mx"}"#,
            "Language is es-MX",
        ),
        (
            r#"{"field": "custom.empty", "op": "is_empty"}"#,
            "“custom.empty” is not set",
        ),
        (
            r#"{"field": "custom.city", "op": "is_empty"}"#,
            "City (“custom.city”) is not set",
        ),
    ] {
        assert_eq!(say(filter), expected);
    }
}
