//! A number of 64 bits with a fraction.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A float of 64 bits in its one form: zero has no sign, and there is one NaN, so that equal numbers are the same. NaN and the infinities can
/// be held, so that they can be refused wherever they are given; nothing stores them or compares with them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Float(f64);

impl Float {
    /// Nothing.
    pub(crate) const ZERO: Self = Self(0.0);

    /// The number in its one form.
    pub fn new(number: f64) -> Self {
        // The sum of the two zeros is the one without a sign.
        Self(if number.is_nan() { f64::NAN } else { number + 0.0 })
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Whether it can be stored.
    pub fn is_finite(self) -> bool {
        self.0.is_finite()
    }
}

impl From<f64> for Float {
    fn from(number: f64) -> Self {
        Self::new(number)
    }
}

impl From<Float> for f64 {
    fn from(number: Float) -> Self {
        number.0
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Float {}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The shortest text that is read back as the same number, as JSON writes numbers: `1`, `0.1`, `1e300`.
pub fn float_text(number: Float) -> String {
    let text = format!("{:?}", number.0);
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The number that a text stands for: `1`, `-0.5`, `1e300`. No name of a number that is none, such as `NaN`, is read.
pub fn parse_float(text: &str) -> Option<Float> {
    let is_written = text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number = text.parse().ok().filter(|_| is_written).map(Float::new)?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn equal_numbers_are_the_same() {
        assert_eq!(Float::new(-0.0), Float::new(0.0));
        assert!(Float::new(-0.0).get().is_sign_positive());
        assert_eq!(Float::new(f64::NAN), Float::new(-f64::NAN));
        assert!(Float::new(-1.5) < Float::new(0.0) && Float::new(1.0) < Float::new(1.5));
    }

    #[test]
    fn a_number_is_read_as_it_is_written() {
        for (number, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (f64::MAX, "1.7976931348623157e308"),
        ] {
            assert_eq!(float_text(Float::new(number)), text);
            assert_eq!(parse_float(text), Some(Float::new(number)), "{text}");
        }
        for bad in ["", "NaN", "inf", "infinity", "1e999", "-1e999", "1,5", " 1", "0x1", "1_000", "."] {
            assert_eq!(parse_float(bad), None, "{bad}");
        }
    }
}
