//! Amounts as people write them on a command line: `10s`, `500k`, `4G`.

use std::time::Duration;

/// `500ms`, `10s`, `2m`, `1h`; a number alone counts seconds.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let seconds = match &text[split..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        unit => return Err(format!("no unit of time is called `{unit}`; write 500ms, 10s, 2m or 1h")),
    };
    let number: f64 = text[..split].parse().map_err(|_| "write a time like 500ms, 10s, 2m or 1h".to_owned())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "that is longer than any check".to_owned())
}

/// `1000`, `500k`, `20M`, `4G`, in steps of a thousand.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn parse_amount(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1_000),
        Some((at, 'm' | 'M')) => (&text[..at], 1_000_000),
        Some((at, 'g' | 'G')) => (&text[..at], 1_000_000_000),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| "write a number like 1000, 500k, 20M or 4G".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than can be counted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_amounts_are_read_as_people_write_them() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert!(parse_duration("2 weeks").is_err() && parse_duration("").is_err() && parse_duration("1e99h").is_err());
        assert_eq!(parse_amount("500k"), Ok(500_000));
        assert_eq!(parse_amount("4G"), Ok(4_000_000_000));
        assert!(parse_amount("k").is_err() && parse_amount("-1").is_err() && parse_amount("99999999999G").is_err());
    }
}
