//! What the commands of a transaction write, kept until somebody reads: then the rows of each table are
//! written by as few statements as can be.
//!
//! Statements that only add rows may change places with each other, because whoever depends on what
//! another command wrote has read it, and so had it written. Everything else keeps its place.

use std::borrow::Cow;
use std::cell::RefCell;

use frontdesk_domain::{ClinicId, DeviceId};

use super::StoreError;
use super::sql::{Db, Param, Query, Row, Statement};

/// Where a feed stands.
pub(super) const SET_HEAD: &str = "update feed set seq = $2, head_hash = $3 where clinic_id = $1";
/// The last number decided for a device.
pub(super) const SET_LAST_NO: &str =
    "update device set last_no = $3 where clinic_id = $1 and device_id = $2";

/// Values in one statement. SQLite finds the name of each by walking along all of them, so that many
/// would cost more than they save.
const VALUES_FAR: usize = 2_048;
const VALUES_NEAR: usize = 32;

/// A database on which writes wait for the next read.
pub(super) struct Sheet<'a> {
    db: &'a dyn Db,
    waiting: RefCell<Vec<Query>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn on(db: &'a dyn Db) -> Self {
        Self {
            db,
            waiting: RefCell::default(),
        }
    }

    /// Lets nothing wait any longer.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        match self.waiting.take() {
            waiting if waiting.is_empty() => Ok(()),
            waiting => {
                let values = if self.is_far() {
                    VALUES_FAR
                } else {
                    VALUES_NEAR
                };
                self.db.put_off(put_together(waiting, values))
            }
        }
    }
}

impl Db for Sheet<'_> {
    fn execute(&self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        self.settle()?;
        self.db.execute(sql, params)
    }

    fn each(
        &self,
        sql: &str,
        params: &[Param],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.settle()?;
        self.db.each(sql, params, take)
    }

    fn each_of(
        &self,
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.settle()?;
        self.db.each_of(statements, take)
    }

    fn unhurried(&self) -> Result<(), StoreError> {
        self.db.unhurried()
    }

    fn damage(&self) -> Result<Vec<String>, StoreError> {
        self.db.damage()
    }

    fn empty(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.settle()?;
        self.db.empty(tables)
    }

    fn execute_all(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        self.settle()?;
        self.db.execute_all(statements)
    }

    fn put_off(&self, statements: Vec<Query>) -> Result<(), StoreError> {
        self.waiting.borrow_mut().extend(statements);
        Ok(())
    }

    fn lock_and_ask(
        &self,
        clinic: ClinicId,
        devices: &[DeviceId],
        statements: &[Query],
        take: &mut dyn FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.settle()?;
        self.db.lock_and_ask(clinic, devices, statements, take)
    }

    fn is_far(&self) -> bool {
        self.db.is_far()
    }

    fn measure(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.settle()?;
        self.db.measure(tables)
    }

    fn stamp(&self) -> Result<Option<i64>, StoreError> {
        self.db.stamp()
    }
}

fn put_together(statements: Vec<Query>, values: usize) -> Vec<Query> {
    let together = |alike: Alike| alike.together(values);
    let mut done = Vec::new();
    let mut open: Vec<Alike> = Vec::new();
    for (sql, params) in statements {
        let Some(how) = How::of(&sql) else {
            done.extend(open.drain(..).flat_map(together));
            done.push((sql, params));
            continue;
        };
        match open.iter_mut().find(|alike| alike.sql == sql) {
            Some(alike) => alike.add(params),
            None => open.push(Alike {
                sql,
                how,
                with: vec![params],
            }),
        }
    }
    done.extend(open.into_iter().flat_map(together));
    done
}

/// How statements of one text become fewer.
#[derive(Clone, Copy)]
enum How {
    /// Each adds a row; its values stand in these bytes of the text.
    Row { from: usize, until: usize },
    /// The last one of a clinic says it all.
    Head,
    /// The last one of a device says it all.
    LastNo,
}

impl How {
    fn of(sql: &str) -> Option<Self> {
        match sql {
            SET_HEAD => Some(Self::Head),
            SET_LAST_NO => Some(Self::LastNo),
            _ => {
                let from = sql
                    .find("values (")
                    .filter(|_| sql.starts_with("insert into "))?;
                let from = from + "values ".len();
                let until = from + sql.get(from..)?.find(')')? + 1;
                Some(Self::Row { from, until })
            }
        }
    }
}

/// Statements of one text.
struct Alike {
    sql: Cow<'static, str>,
    how: How,
    with: Vec<Vec<Param>>,
}

impl Alike {
    fn add(&mut self, params: Vec<Param>) {
        let equal = match self.how {
            How::Row { .. } => None,
            How::Head => params.get(..1),
            How::LastNo => params.get(..2),
        };
        if let Some(equal) = equal {
            self.with.retain(|other| !other.starts_with(equal));
        }
        self.with.push(params);
    }

    /// With at most so many values in each statement.
    fn together(self, at_once: usize) -> Vec<Query> {
        let Self { sql, how, with } = self;
        let all = |rows: usize, columns: usize| match how {
            How::Row { from, until } => {
                let values = (0..rows).map(|row| values(row * columns, columns));
                let values: Vec<String> = values.collect();
                [&sql[..from], &values.join(", "), &sql[until..]].concat()
            }
            How::LastNo => set_last_nos(rows),
            How::Head => sql.to_string(),
        };
        let columns = with.first().map_or(1, Vec::len);
        let most = match how {
            How::Row { .. } | How::LastNo => (at_once / columns.max(1)).max(1),
            How::Head => 1,
        };
        let mut rest = with.into_iter();
        let mut done = Vec::new();
        // Few lengths, so that few statements are prepared.
        while let Some(power) = rest.len().min(most).checked_ilog2() {
            let rows: Vec<_> = rest.by_ref().take(1 << power).collect();
            if power == 0 {
                done.push((sql.clone(), rows.concat()));
                continue;
            }
            done.push((all(rows.len(), columns).into(), rows.concat()));
        }
        done
    }
}

/// [`SET_LAST_NO`] for several devices.
fn set_last_nos(devices: usize) -> String {
    let numbers = (0..devices).map(|device| {
        let n = 3 * device + 1;
        format!("(${n}::uuid, ${}::uuid, ${}::bigint)", n + 1, n + 2)
    });
    let numbers: Vec<String> = numbers.collect();
    format!(
        "update device set last_no = n.column3 from (values {}) as n
         where device.clinic_id = n.column1 and device.device_id = n.column2",
        numbers.join(", ")
    )
}

/// `($3, $4)` for two values behind the first two.
fn values(behind: usize, many: usize) -> String {
    let numbers = (behind + 1..=behind + many).map(|n| format!("${n}"));
    format!("({})", numbers.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::sql::params;
    use super::*;

    const ADD: &str = "insert into note (a, b) values ($1, $2) on conflict do nothing";
    const DROP: &str = "delete from note where a = $1";

    fn texts(statements: &[(&'static str, &[i64])], values: usize) -> Vec<(String, Vec<Param>)> {
        let statements = statements.iter().map(|(sql, with)| {
            let with = with.iter().copied().map(Param::from);
            (Cow::Borrowed(*sql), with.collect())
        });
        let together = put_together(statements.collect(), values).into_iter();
        together
            .map(|(sql, with)| (sql.into_owned(), with))
            .collect()
    }

    #[test]
    fn rows_of_a_table_are_written_by_few_statements_of_few_lengths() {
        let rows: [(&str, &[i64]); 3] = [(ADD, &[1, 2]), (ADD, &[3, 4]), (ADD, &[5, 6])];
        let both = "insert into note (a, b) values ($1, $2), ($3, $4) on conflict do nothing";
        let expected = [
            (
                both.to_owned(),
                params![1_i64, 2_i64, 3_i64, 4_i64].to_vec(),
            ),
            (ADD.to_owned(), params![5_i64, 6_i64].to_vec()),
        ];
        assert_eq!(texts(&rows, 64), expected);
        assert_eq!(texts(&rows, 3).len(), 3, "more would be too many values");
    }

    #[test]
    fn a_statement_that_does_not_add_keeps_its_place() {
        let all: [(&str, &[i64]); 3] = [(ADD, &[1, 2]), (DROP, &[1]), (ADD, &[1, 3])];
        let told: Vec<_> = texts(&all, 64).into_iter().map(|(sql, _)| sql).collect();
        assert_eq!(told, [ADD, DROP, ADD]);
    }

    #[test]
    fn the_last_number_of_each_device_and_the_last_head_count() {
        let all: [(&str, &[i64]); 5] = [
            (SET_HEAD, &[1, 7, 0]),
            (SET_LAST_NO, &[1, 10, 1]),
            (SET_LAST_NO, &[1, 11, 4]),
            (SET_HEAD, &[1, 8, 0]),
            (SET_LAST_NO, &[1, 10, 2]),
        ];
        let last = [[1_i64, 11, 4], [1, 10, 2]].map(|of| of.map(Param::from).to_vec());
        let head = (SET_HEAD.to_owned(), params![1_i64, 8_i64, 0_i64].to_vec());
        let alone = last.iter().map(|of| (SET_LAST_NO.to_owned(), of.clone()));
        let few: Vec<_> = [head.clone()].into_iter().chain(alone).collect();
        assert_eq!(texts(&all, 3), few);
        assert_eq!(texts(&all, 64), [head, (set_last_nos(2), last.concat())]);
    }
}
