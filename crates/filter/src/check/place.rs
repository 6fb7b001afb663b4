//! Where in the document something stands.

use std::fmt;

/// A place in a document, as steps from its root. It displays as a JSON pointer.
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    /// The pointer of the root, escaped already.
    Root(&'a str),
    Key(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    pub(super) const fn root(pointer: &'a str) -> Self {
        Self {
            parent: None,
            step: Step::Root(pointer),
        }
    }

    /// The value of a key of the object here.
    pub(super) const fn key(&'a self, key: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    /// An element of the list here, from 0.
    pub(super) const fn index(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root(pointer) => f.write_str(pointer),
            Step::Index(index) => write!(f, "/{index}"),
            // RFC 6901 §3: `~` becomes `~0`, `/` becomes `~1`.
            Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped() {
        let root = Place::root("/filter");
        let list = root.key("all");
        let item = list.index(3);
        assert_eq!(item.key("a/b~1").to_string(), "/filter/all/3/a~1b~01");
        assert_eq!(Place::root("").to_string(), "");
        assert_eq!(Place::root("").key("").to_string(), "/");
    }
}
