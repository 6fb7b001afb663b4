//! Reading groups, whether they are right or not.

use super::Speaker;
use super::condition::Clause;
use super::words::Mark;
use crate::check::DEPTH_MAX;
use crate::raw::Raw;

/// A filter as it is going to be said. A group has at least two children, none of its own kind; a negation stands at what has no
/// words for its own.
#[derive(Debug)]
pub(super) enum Tree {
    Group(Group, Vec<Tree>),
    Not(Box<Tree>),
    Clause(Clause),
    /// All of nothing.
    Everybody,
    /// Any of nothing.
    Nobody,
    /// What is no filter.
    Unreadable,
    /// So many conditions that are not said.
    More(usize),
    /// A group with something beside it.
    Marked(Box<Tree>, Mark),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    All,
    Any,
}

const GROUP_KEYS: [&str; 3] = ["all", "any", "not"];

impl Speaker<'_> {
    pub(super) fn read(&mut self, raw: &Raw) -> Tree {
        self.node(raw, 0)
    }

    /// A node that stands in so many groups.
    fn node(&mut self, raw: &Raw, depth: usize) -> Tree {
        if self.left == 0 {
            return Tree::More(conditions(raw, depth));
        }
        let Raw::Object(entries) = raw else {
            return self.unreadable();
        };
        let group = entries
            .iter()
            .find(|(key, _)| GROUP_KEYS.contains(&key.as_str()));
        let Some((key, below)) = group else {
            return match self.clause(entries) {
                Some(clause) => {
                    self.left -= 1;
                    Tree::Clause(clause)
                }
                None => self.unreadable(),
            };
        };
        if depth == DEPTH_MAX {
            return self.unreadable();
        }
        let tree = match (key.as_str(), below) {
            ("not", child) => negated(self.node(child, depth + 1)),
            ("all", Raw::List(children)) => self.group(Group::All, children, depth),
            ("any", Raw::List(children)) => self.group(Group::Any, children, depth),
            _ => self.unreadable(),
        };
        match tree {
            Tree::More(_) => tree,
            _ if entries.len() > 1 => Tree::Marked(Box::new(tree), Mark::Unreadable),
            _ => tree,
        }
    }

    fn unreadable(&mut self) -> Tree {
        self.left -= 1;
        Tree::Unreadable
    }

    fn group(&mut self, group: Group, children: &[Raw], depth: usize) -> Tree {
        if children.is_empty() {
            self.left -= 1;
            return match group {
                Group::All => Tree::Everybody,
                Group::Any => Tree::Nobody,
            };
        }
        let mut flat = Vec::with_capacity(children.len().min(self.left));
        let mut more = 0;
        for child in children {
            match self.node(child, depth + 1) {
                Tree::Group(inner, trees) if inner == group => {
                    for tree in trees {
                        match tree {
                            Tree::More(count) => more += count,
                            tree => flat.push(tree),
                        }
                    }
                }
                Tree::More(count) => more += count,
                tree => flat.push(tree),
            }
        }
        if more > 0 {
            flat.push(Tree::More(more));
        }
        match <[Tree; 1]>::try_from(flat) {
            Ok([only]) => only,
            Err(flat) => Tree::Group(group, flat),
        }
    }
}

fn negated(tree: Tree) -> Tree {
    match tree {
        Tree::Not(child) => *child,
        Tree::Everybody => Tree::Nobody,
        Tree::Nobody => Tree::Everybody,
        Tree::Clause(clause) if clause.has_negation() => Tree::Clause(Clause {
            negated: !clause.negated,
            ..clause
        }),
        Tree::More(count) => Tree::More(count),
        Tree::Group(..) | Tree::Clause(_) | Tree::Unreadable | Tree::Marked(..) => {
            Tree::Not(Box::new(tree))
        }
    }
}

/// How many conditions stand here; what cannot be read and a group without children count as one.
fn conditions(raw: &Raw, depth: usize) -> usize {
    let Raw::Object(entries) = raw else {
        return 1;
    };
    let group = entries
        .iter()
        .find(|(key, _)| GROUP_KEYS.contains(&key.as_str()));
    match group {
        _ if depth >= DEPTH_MAX => 1,
        Some((key, child)) if key == "not" => conditions(child, depth + 1),
        Some((_, Raw::List(children))) => children
            .iter()
            .map(|child| conditions(child, depth + 1))
            .sum::<usize>()
            .max(1),
        _ => 1,
    }
}
