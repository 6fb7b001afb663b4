//! Inserting many rows at once.

use crate::{Engine, Error, Write};
use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, Value,
};
use std::fmt::Write as _;

/// The most values that one statement binds: half of what SQLite takes.
const BINDS_MAX: usize = 16_000;

/// Rows from which PostgreSQL is sent a list per column instead of each value by itself: it plans a statement with 16,000 parameters for
/// longer than it inserts the rows.
const LISTS_FROM: usize = 20;

/// The most rows in one statement with lists.
const LIST_MAX: usize = 5_000;

/// Inserts any number of rows, as few statements as fit.
pub(crate) async fn insert_rows<E, M>(
    w: &Write<'_>,
    rows: impl IntoIterator<Item = M>,
) -> Result<(), Error>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    let mut rows: Vec<E::ActiveModel> = rows.collect();
    let columns = without_empty_columns::<E>(&mut rows);
    if Engine::of(&w.tx) == Engine::Postgres && rows.len() >= LISTS_FROM {
        return insert_lists::<E>(w, rows, &columns).await;
    }
    let most = BINDS_MAX / columns.len().max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(most).collect();
        E::insert_many(some).exec_without_returning(&w.tx).await?;
    }
    Ok(())
}

/// Leaves out the columns for which no row has a value: most slots of most accounts. Gives the others.
fn without_empty_columns<E: EntityTrait>(rows: &mut [E::ActiveModel]) -> Vec<E::Column> {
    let mut columns = Vec::new();
    for column in E::Column::iter() {
        let nullable = column.def().is_null();
        let empty = |row: &E::ActiveModel| match row.get(column) {
            ActiveValue::Set(value) | ActiveValue::Unchanged(value) => is_null(&value),
            ActiveValue::NotSet => true,
        };
        if nullable && rows.iter().all(empty) {
            rows.iter_mut().for_each(|row| row.not_set(column));
        } else {
            columns.push(column);
        }
    }
    columns
}

fn is_null(value: &Value) -> bool {
    matches!(
        value,
        Value::BigInt(None)
            | Value::Int(None)
            | Value::Double(None)
            | Value::Bool(None)
            | Value::String(None)
            | Value::Json(None)
            | Value::Bytes(None)
    )
}

/// Inserts rows into PostgreSQL with one parameter per column, a literal of an array.
async fn insert_lists<E: EntityTrait>(
    w: &Write<'_>,
    rows: Vec<E::ActiveModel>,
    columns: &[E::Column],
) -> Result<(), Error> {
    let names: Vec<_> = columns.iter().map(IdenStatic::as_str).collect();
    let lists = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let kind = array_of(column.def().get_column_type())?;
            Ok(format!("CAST(CAST(${} AS text) AS {kind}[])", place + 1))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let sql = format!(
        "INSERT INTO {} ({}) SELECT * FROM unnest({})",
        E::default().table_name(),
        names.join(", "),
        lists.join(", ")
    );
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut literals = vec!["{".to_owned(); columns.len()];
        for mut row in rows.by_ref().take(LIST_MAX) {
            for (literal, column) in literals.iter_mut().zip(columns) {
                let value = row.take(*column).into_value();
                push(literal, value.as_ref())?;
            }
        }
        let literals = literals.into_iter().map(|mut literal| {
            literal.pop();
            literal.push('}');
            Value::from(literal)
        });
        let statement = Engine::Postgres.statement(sql.as_str(), literals);
        w.tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// PostgreSQL's name of a column's type.
pub(crate) fn array_of(kind: &ColumnType) -> Result<&'static str, Error> {
    match kind {
        ColumnType::BigInteger => Ok("bigint"),
        ColumnType::Integer => Ok("integer"),
        ColumnType::Double => Ok("double precision"),
        ColumnType::Boolean => Ok("boolean"),
        ColumnType::String(_) | ColumnType::Text => Ok("text"),
        ColumnType::Json | ColumnType::JsonBinary => Ok("jsonb"),
        ColumnType::VarBinary(_) | ColumnType::Blob => Ok("bytea"),
        other => Err(Error::Corrupt(format!("no array of {other:?}"))),
    }
}

/// Puts one element and a comma behind an array's literal.
///
/// <https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>: quoted, with a backslash before quotes and backslashes.
fn push(literal: &mut String, value: Option<&Value>) -> Result<(), Error> {
    let mut quoted = |text: &str| {
        literal.push('"');
        for part in text.split_inclusive(['"', '\\']) {
            let plain = part.strip_suffix(['"', '\\']).unwrap_or(part);
            literal.push_str(plain);
            if let Some(special) = part.get(plain.len()..).filter(|rest| !rest.is_empty()) {
                literal.push('\\');
                literal.push_str(special);
            }
        }
        literal.push('"');
    };
    // Writing to a text cannot fail.
    match value {
        None => literal.push_str("NULL"),
        Some(value) if is_null(value) => literal.push_str("NULL"),
        Some(Value::BigInt(Some(number))) => {
            let _ = write!(literal, "{number}");
        }
        Some(Value::Int(Some(number))) => {
            let _ = write!(literal, "{number}");
        }
        Some(Value::Double(Some(number))) => {
            let _ = write!(literal, "{number:e}");
        }
        Some(Value::Bool(Some(yes))) => literal.push_str(if *yes { "t" } else { "f" }),
        Some(Value::String(Some(text))) => quoted(text),
        Some(Value::Json(Some(json))) => quoted(&json.to_string()),
        Some(Value::Bytes(Some(bytes))) => {
            literal.push_str("\"\\\\x");
            for byte in bytes {
                let _ = write!(literal, "{byte:02x}");
            }
            literal.push('"');
        }
        Some(other) => return Err(Error::Corrupt(format!("no element of an array: {other:?}"))),
    }
    literal.push(',');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_quoted() {
        let mut literal = "{".to_owned();
        for value in [
            Value::from("a"),
            Value::from(""),
            Value::from("NULL"),
            Value::from(r#"\a"b\\,{}"#),
            Value::from(12.5),
            Value::from(-7_i64),
            Value::from(true),
            Value::String(None),
            Value::from(vec![0_u8, 255]),
        ] {
            push(&mut literal, Some(&value)).unwrap();
        }
        push(&mut literal, None).unwrap();
        assert_eq!(
            literal,
            r#"{"a","","NULL","\\a\"b\\\\,{}",1.25e1,-7,t,NULL,"\\x00ff",NULL,"#
        );
    }
}
