//! When two phone numbers are likely the same.
//!
//! Mexico, Argentina and Brazil put, or put until recently, a digit before mobile numbers that people leave out or write as they like: `+52 1`,
//! `+54 9`, and the 9 behind Brazil's area codes.

/// The numbers that are likely the same as this one, itself among them.
pub(super) fn numbers_alike(number: &str) -> Vec<String> {
    let plain = plain(number);
    let mut alike = vec![plain.clone()];
    if let Some(rest) = plain.strip_prefix("+52").filter(|rest| rest.len() == 10) {
        alike.push(format!("+521{rest}"));
    } else if let Some(rest) = plain.strip_prefix("+54").filter(|rest| rest.len() == 10) {
        alike.push(format!("+549{rest}"));
    } else if let Some((area, rest)) = plain
        .strip_prefix("+55")
        .filter(|rest| rest.len() == 10)
        .and_then(|rest| rest.split_at_checked(2))
    {
        alike.push(format!("+55{area}9{rest}"));
    }
    if !alike.iter().any(|one| one == number) {
        alike.push(number.to_owned());
    }
    alike
}

/// A number without the digit that some write and some do not.
fn plain(number: &str) -> String {
    let without = |prefix: &str, short: &str| {
        let rest = number.strip_prefix(prefix)?;
        (rest.len() == 10).then(|| format!("{short}{rest}"))
    };
    let brazil = || {
        let (area, rest) = number.strip_prefix("+55")?.split_at_checked(2)?;
        let rest = rest.strip_prefix('9').filter(|rest| rest.len() == 8)?;
        Some(format!("+55{area}{rest}"))
    };
    without("+521", "+52")
        .or_else(|| without("+549", "+54"))
        .or_else(brazil)
        .unwrap_or_else(|| number.to_owned())
}

/// As [`plain`], of the column `number` in SQL.
pub(super) const PLAIN: &str = "CASE WHEN number LIKE '+521__________' THEN '+52' || substr(number, 5) \
    WHEN number LIKE '+549__________' THEN '+54' || substr(number, 5) \
    WHEN number LIKE '+55__9________' THEN substr(number, 1, 5) || substr(number, 7) ELSE number END";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fresh;
    use sea_orm::ConnectionTrait;

    const NUMBERS: [(&str, &str); 9] = [
        ("+525512345678", "+525512345678"),
        ("+5215512345678", "+525512345678"),
        ("+541123456789", "+541123456789"),
        ("+5491123456789", "+541123456789"),
        ("+551187654321", "+551187654321"),
        ("+5511987654321", "+551187654321"),
        ("+34911223344", "+34911223344"),
        ("+521", "+521"),
        ("+55119", "+55119"),
    ];

    #[test]
    fn a_number_is_alike_to_itself_and_to_what_people_write() {
        for (number, plain_form) in NUMBERS {
            assert_eq!(plain(number), plain_form);
            assert!(numbers_alike(number).contains(&number.to_owned()));
            for other in numbers_alike(number) {
                assert_eq!(plain(&other), plain_form, "{number}");
            }
        }
        assert_eq!(
            numbers_alike("+5511987654321"),
            ["+551187654321", "+5511987654321"]
        );
    }

    #[tokio::test]
    async fn the_database_takes_the_same_numbers_for_alike() {
        fresh::on_both(async |store| {
            for (number, plain_form) in NUMBERS {
                let sql = format!(
                    "SELECT {PLAIN} AS plain FROM (SELECT CAST($1 AS TEXT) AS number) AS given"
                );
                let statement = store.engine().statement(sql, [number.into()]);
                let row = store
                    .reader
                    .query_one_raw(statement)
                    .await
                    .unwrap()
                    .unwrap();
                assert_eq!(row.try_get::<String>("", "plain").unwrap(), plain_form);
            }
        })
        .await;
    }
}
