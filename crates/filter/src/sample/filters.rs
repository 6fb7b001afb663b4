//! Random filters, whose values are drawn from the contacts at hand.

mod operand;

use super::random::Random;
use super::{catalogue, contact};
use crate::catalogue::{Catalogue, FieldDefinition};
use crate::facts::Facts;
use crate::op::Op;
use crate::tree::Node;

/// Makes filters for some contacts: every operator of every field, with values that the contacts have, parts of them, the
/// same in other case or without accents, and their neighbours.
///
/// Every filter passes [`check`](crate::check::check()) with [`catalogue`].
#[derive(Debug, Clone)]
pub struct Sampler<'a> {
    random: Random,
    contacts: &'a [Facts],
    catalogue: Catalogue,
}

/// Groups within each other.
const DEPTH_MAX: usize = 4;

impl<'a> Sampler<'a> {
    /// A sequence of filters of its own for each seed.
    pub fn new(seed: u64, contacts: &'a [Facts]) -> Self {
        Self {
            random: Random::new(seed),
            contacts,
            catalogue: catalogue(),
        }
    }

    /// A filter of at most 12 conditions; now and then an empty group stands in it.
    pub fn filter(&mut self) -> Node {
        let mut left = 12;
        self.node(DEPTH_MAX, &mut left)
    }

    fn node(&mut self, depth: usize, left: &mut usize) -> Node {
        let group = self.random.below(100);
        if depth == 0 || *left == 0 || group < 35 {
            *left = left.saturating_sub(1);
            return self.condition();
        }
        if group < 50 {
            return self.node(depth - 1, left).negated();
        }
        let children = match self.random.below(20) {
            0 => 0,
            1 | 2 => 1,
            _ => 2 + self.random.below(3),
        };
        let children = (0..children).map(|_| self.node(depth - 1, left)).collect();
        if group < 75 {
            Node::All(children)
        } else {
            Node::Any(children)
        }
    }

    /// One condition: any field, any of its operators.
    pub fn condition(&mut self) -> Node {
        let fields = self.catalogue.fields().len();
        let place = self.random.below(fields);
        let operators = self
            .catalogue
            .fields()
            .get(place)
            .map_or(0, |field| field.operators().len());
        let op = self.random.below(operators);
        self.condition_of(place, op).unwrap_or_else(Node::everyone)
    }

    /// One condition with this operator of this field, by their places in the catalogue; nothing where there is no such.
    pub fn condition_of(&mut self, field: usize, op: usize) -> Option<Node> {
        let field = self.catalogue.fields().get(field)?.clone();
        let op = *field.operators().get(op)?;
        let value = self.value(&field, op);
        Some(Node::condition(field.key(), op, value))
    }

    /// One of the contacts, preferably one for which there is something; a contact without values where there is none.
    fn held<T>(&mut self, mut of: impl FnMut(&'a Facts) -> Option<T>) -> Option<T> {
        for _ in 0..20 {
            let held = self.random.pick(self.contacts).and_then(&mut of);
            if held.is_some() {
                return held;
            }
        }
        None
    }

    /// Ids of contacts, and now and then one of nobody.
    fn ids(&mut self) -> Vec<String> {
        let mut ids: Vec<String> = (0..=self.random.below(30))
            .filter_map(|_| self.held(|facts| Some(facts.id.clone())))
            .collect();
        if ids.is_empty() || self.random.percent(20) {
            ids.push(contact(u32::MAX));
        }
        ids
    }

    fn value(&mut self, field: &FieldDefinition, op: Op) -> serde_json::Value {
        operand::draw(self, field, op)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SampleContext, Zone, population};
    use super::*;
    use crate::check::check;
    use crate::checked::{Checked, Nnf};
    use crate::evaluate::matches;
    use crate::raw::Raw;
    use std::collections::BTreeSet;

    fn checked(node: Node, zone: Zone) -> Checked {
        let raw = Raw::from(node);
        check(&raw, &catalogue(), &SampleContext(zone), "").unwrap_or_else(|faults| {
            panic!("{}\n{}", serde_json::to_string(&raw).unwrap(), faults[0])
        })
    }

    #[test]
    fn the_same_seed_gives_the_same() {
        let contacts = population(7, 50);
        assert_eq!(contacts, population(7, 50));
        assert_ne!(contacts, population(8, 50));
        let filters = |seed| {
            let mut sampler = Sampler::new(seed, &contacts);
            (0..20).map(|_| sampler.filter()).collect::<Vec<_>>()
        };
        assert_eq!(filters(1), filters(1));
        assert_ne!(filters(1), filters(2));
    }

    #[test]
    fn without_contacts_there_are_filters_too() {
        let mut sampler = Sampler::new(3, &[]);
        for _ in 0..2_000 {
            checked(sampler.filter(), Zone::Utc);
        }
    }

    #[test]
    fn half_of_the_conditions_match_some_and_not_all() {
        let contacts = population(1, 200);
        let mut sampler = Sampler::new(1, &contacts);
        let total = 4_000;
        let telling = (0..total)
            .filter(|place| {
                let filter = checked(sampler.condition(), Zone::ALL[place % 4]);
                let matching = contacts.iter().filter(|one| matches(&filter, one)).count();
                (1..contacts.len()).contains(&matching)
            })
            .count();
        assert!(telling * 2 >= total, "{telling} of {total}");
    }

    #[test]
    fn every_operator_of_every_field_tells_contacts_apart() {
        let contacts = population(2, 300);
        let mut sampler = Sampler::new(2, &contacts);
        let mut idle = BTreeSet::new();
        let catalogue = catalogue();
        for (place, field) in catalogue.fields().iter().enumerate() {
            for (number, op) in field.operators().iter().enumerate() {
                let telling = (0..40).any(|_| {
                    let node = sampler.condition_of(place, number).unwrap();
                    let filter = checked(node, Zone::Madrid);
                    let matching = contacts.iter().filter(|one| matches(&filter, one)).count();
                    (1..contacts.len()).contains(&matching)
                });
                if !telling {
                    idle.insert(format!("{} {op}", field.key()));
                }
            }
        }
        // What every contact has is never missing.
        let always = ["source", "blocked", "created_at", "updated_at"];
        let expected = always
            .iter()
            .flat_map(|field| [format!("{field} is_empty"), format!("{field} is_not_empty")]);
        assert_eq!(idle, expected.collect());
    }

    #[test]
    fn negation_is_negation_and_normal_forms_mean_the_same() {
        let contacts = population(3, 60);
        let mut sampler = Sampler::new(3, &contacts);
        for place in 0..3_000 {
            let node = sampler.filter();
            let zone = Zone::ALL[place % 4];
            let filter = checked(node.clone(), zone);
            let negated = checked(node.clone().negated(), zone);
            let nnf = filter.to_nnf();
            is_flat(&nnf);
            let nnf = Checked::from(nnf);
            let negated_nnf = Checked::from(negated.to_nnf());
            for facts in &contacts {
                let expected = matches(&filter, facts);
                assert_eq!(matches(&negated, facts), !expected, "{node:?}");
                assert_eq!(matches(&nnf, facts), expected, "{node:?}");
                assert_eq!(matches(&negated_nnf, facts), !expected, "{node:?}");
            }
        }
    }

    fn is_flat(filter: &Nnf) {
        match filter {
            Nnf::All(children) | Nnf::Any(children) => {
                assert_ne!(children.len(), 1);
                for child in children {
                    assert_ne!(
                        std::mem::discriminant(child),
                        std::mem::discriminant(filter)
                    );
                    is_flat(child);
                }
            }
            Nnf::Test(_) => {}
        }
    }

    #[test]
    fn a_filter_survives_the_wire() {
        let contacts = population(4, 60);
        let mut sampler = Sampler::new(4, &contacts);
        for _ in 0..500 {
            let node = sampler.filter();
            let text = serde_json::to_string(&node).unwrap();
            let raw: Raw = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&raw).unwrap(), text);
            let read = check(&raw, &catalogue(), &SampleContext(Zone::Utc), "/filter").unwrap();
            assert_eq!(read, checked(node, Zone::Utc));
        }
    }
}
