//! About numbers.

use super::{Case, all_but};

#[rustfmt::skip]
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a number", r#"{"field": "custom.score", "op": "eq", "value": 10}"#, [1]),
        Case::new("a number written otherwise", r#"{"field": "custom.score", "op": "eq", "value": 1.0e1}"#, [1]),
        Case::new("zero is minus zero", r#"{"field": "custom.score", "op": "eq", "value": 0}"#, [3, 5]),
        Case::new("minus zero is zero", r#"{"field": "custom.score", "op": "eq", "value": -0.0}"#, [3, 5]),
        Case::new("another number, or none", r#"{"field": "custom.score", "op": "not_eq", "value": 0}"#, all_but([3, 5])),
        Case::new("more, as numbers and not as texts", r#"{"field": "custom.score", "op": "gt", "value": 9}"#, [1, 6, 7]),
        Case::new("more than zero", r#"{"field": "custom.score", "op": "gt", "value": 0}"#, [1, 4, 6, 7, 9]),
        Case::new("as much or more", r#"{"field": "custom.score", "op": "gte", "value": 10}"#, [1, 6, 7]),
        Case::new("less", r#"{"field": "custom.score", "op": "lt", "value": 2.5}"#, [3, 5, 9]),
        Case::new("less than zero", r#"{"field": "custom.score", "op": "lt", "value": -0.0}"#, []),
        Case::new("as much or less", r#"{"field": "custom.score", "op": "lte", "value": 2.5}"#, [3, 4, 5, 9]),
        Case::new("between, both included", r#"{"field": "custom.score", "op": "between", "value": {"from": 0.1, "to": 10}}"#, [1, 4, 9]),
        Case::new("between a number and itself", r#"{"field": "custom.score", "op": "between", "value": {"from": 2.5, "to": 2.5}}"#, [4]),
        Case::new("a fraction of the binary system", r#"{"field": "custom.score", "op": "eq", "value": 0.1}"#, [9]),
        Case::new("its neighbour", r#"{"field": "custom.score", "op": "eq", "value": 0.10000000000000002}"#, []),
        Case::new("a great number", r#"{"field": "custom.score", "op": "eq", "value": 1e300}"#, [6]),
        Case::new("beyond the whole numbers", r#"{"field": "custom.score", "op": "gt", "value": 9007199254740992}"#, [6]),
        Case::new("at the end of the whole numbers", r#"{"field": "custom.score", "op": "eq", "value": 9007199254740992}"#, [7]),
        Case::new("no number", r#"{"field": "custom.score", "op": "is_empty"}"#, [2, 8, 10, 11]),
        Case::new("some number", r#"{"field": "custom.score", "op": "is_not_empty"}"#, all_but([2, 8, 10, 11])),
        Case::new("no number is less, none is more", r#"{"any": [{"field": "custom.score", "op": "lt", "value": 2.5}, {"field": "custom.score", "op": "gte", "value": 2.5}]}"#, all_but([2, 8, 10, 11])),
    ]
}
