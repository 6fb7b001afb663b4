//! What is accepted, what it means, and what is said of the rest.

mod bounds;
pub(crate) mod faults;
mod times;
mod values;

use super::{Fault, FaultCode, check};
use crate::checked::{Checked, Predicate, Test};
use crate::raw::Raw;
use crate::sample::{SampleContext, Zone, catalogue};

fn read(filter: &str) -> Raw {
    serde_json::from_str(filter).unwrap_or_else(|error| panic!("{filter}: {error}"))
}

fn checked(filter: &str, zone: Zone) -> Result<Checked, Vec<Fault>> {
    check(&read(filter), &catalogue(), &SampleContext(zone), "/filter")
}

/// Where the faults are below `/filter`, and which.
fn faults(filter: &str) -> Vec<(String, FaultCode)> {
    match checked(filter, Zone::Madrid) {
        Ok(checked) => panic!("{filter}: {checked:?}"),
        Err(faults) => faults
            .into_iter()
            .map(|fault| {
                assert!(fault.detail.len() > 10, "{fault}");
                let below = fault.pointer.strip_prefix("/filter");
                (
                    below.unwrap_or_else(|| panic!("{fault}")).to_owned(),
                    fault.code,
                )
            })
            .collect(),
    }
}

/// The only test of a filter.
fn test(field: &str, op: &str, value: &str, zone: Zone) -> Test {
    let filter = format!(r#"{{"field": "{field}", "op": "{op}", "value": {value}}}"#);
    match checked(&filter, zone) {
        Ok(Checked::Test(test)) => test,
        other => panic!("{filter}: {other:?}"),
    }
}

fn predicate(field: &str, op: &str, value: &str) -> Predicate {
    test(field, op, value, Zone::Madrid).predicate
}
