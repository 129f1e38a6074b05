//! Whether two values are the same, by all that they print: nothing that a check reads is left out, and a first difference ends it.

use std::fmt::{Debug, Write};

/// What a value prints.
pub fn print(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// Whether a value prints this.
pub fn same(value: &impl Debug, printed: &str) -> bool {
    let mut left = Left(printed);
    write!(left, "{value:?}").is_ok() && left.0.is_empty()
}

struct Left<'p>(&'p str);

impl Write for Left<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(std::fmt::Error)?;
        Ok(())
    }
}
