//! About groups, and conditions within each other.

use super::{Case, all_but};

#[rustfmt::skip]
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("nothing is asked", r#"{"all": []}"#, all_but([])),
        Case::new("nobody is one of none", r#"{"any": []}"#, []),
        Case::new("not everyone", r#"{"not": {"all": []}}"#, []),
        Case::new("not nobody", r#"{"not": {"any": []}}"#, all_but([])),
        Case::new("an empty any within all", r#"{"all": [{"field": "city", "op": "eq", "value": "Lima"}, {"any": []}]}"#, []),
        Case::new("an empty all within any", r#"{"any": [{"field": "city", "op": "eq", "value": "Lima"}, {"all": []}]}"#, all_but([])),
        Case::new("both", r#"{"all": [{"field": "city", "op": "eq", "value": "Lima"}, {"field": "blocked", "op": "eq", "value": true}]}"#, [3]),
        Case::new("either", r#"{"any": [{"field": "city", "op": "eq", "value": "Lima"}, {"field": "blocked", "op": "eq", "value": true}]}"#, [1, 3, 10]),
        Case::new("not both", r#"{"not": {"all": [{"field": "city", "op": "eq", "value": "Lima"}, {"field": "blocked", "op": "eq", "value": true}]}}"#, all_but([3])),
        Case::new("neither; a missing value keeps nobody out", r#"{"not": {"any": [{"field": "city", "op": "eq", "value": "Lima"}, {"field": "country", "op": "is_empty"}]}}"#, [4, 5, 6, 7, 8]),
        Case::new("not not", r#"{"not": {"not": {"field": "city", "op": "eq", "value": "Lima"}}}"#, [1, 3]),
        Case::new("not a negative operator", r#"{"not": {"field": "city", "op": "not_eq", "value": "lima"}}"#, [1, 3]),
        Case::new("a missing value in a negated group", r#"{"not": {"all": [{"field": "custom.score", "op": "gt", "value": 1}, {"field": "custom.plan", "op": "eq", "value": "pro"}]}}"#, all_but([1, 6])),
        Case::new("((a or b) and (c or not d))", r#"{"all": [{"any": [{"field": "country", "op": "eq", "value": "ES"}, {"field": "custom.plan", "op": "eq", "value": "pro"}]}, {"any": [{"field": "custom.vip", "op": "eq", "value": true}, {"not": {"field": "segment", "op": "any_of", "value": ["sg_0000000000001"]}}]}]}"#, [1, 4, 5, 6]),
        Case::new("ten groups within each other", r#"{"all": [{"all": [{"all": [{"all": [{"not": {"not": {"not": {"not": {"not": {"not": {"field": "city", "op": "eq", "value": "Lima"}}}}}}}]}]}]}]}"#, [1, 3]),
        Case::new("a city and another city", r#"{"all": [{"field": "city", "op": "eq", "value": "lima"}, {"field": "city", "op": "eq", "value": "カ"}]}"#, []),
    ]
}
