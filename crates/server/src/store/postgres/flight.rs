//! Several things said to PostgreSQL on one journey: all are sent, then all answers are waited for.

use std::future::poll_fn;
use std::task::{Poll, ready};

use deadpool_postgres::Object;
use futures_util::future::{FutureExt as _, maybe_done};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use crate::store::sql::{Param, Query};

type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

/// One of them.
#[derive(Clone)]
pub(super) enum Said<'a> {
    /// Without parameters, perhaps several.
    Words(&'a str),
    Statement(&'a str, Params<'a>),
}

impl<'a> Said<'a> {
    pub(super) fn of(sql: &'a str, params: &'a [Param]) -> Self {
        Self::Statement(sql, borrowed(params))
    }

    pub(super) fn of_query((sql, params): &'a Query) -> Self {
        Self::of(sql, params)
    }
}

type Prepared = Vec<Option<Statement>>;

/// The statements among them, as the connection knows them.
pub(super) async fn prepare(client: &Object, said: &[Said<'_>]) -> Result<Prepared, Error> {
    let mut prepared = Vec::with_capacity(said.len());
    for one in said {
        prepared.push(match one {
            Said::Words(_) => None,
            Said::Statement(sql, _) => Some(client.prepare_cached(sql).await?),
        });
    }
    Ok(prepared)
}

/// Says them in this order; the rows that each finds. In a transaction the first that fails is the
/// last that does anything.
pub(super) async fn say(
    client: &Object,
    said: &[Said<'_>],
    prepared: &Prepared,
) -> Result<Vec<Vec<Row>>, Error> {
    let flying = said.iter().zip(prepared).map(async |pair| match pair {
        (Said::Statement(_, params), Some(statement)) => client.query(statement, params).await,
        (Said::Words(words) | Said::Statement(words, _), _) => {
            client.batch_execute(words).await.map(|()| Vec::new())
        }
    });
    in_order(flying).await
}

/// Says one statement, and how many rows it touched.
pub(super) async fn execute(client: &Object, sql: &str, params: &[Param]) -> Result<u64, Error> {
    let statement = client.prepare_cached(sql).await?;
    client.execute(&statement, &borrowed(params)).await
}

/// Each is sent when it is looked at for the first time, and their answers come in the same order.
async fn in_order<T>(
    flying: impl Iterator<Item = impl Future<Output = Result<T, Error>>>,
) -> Result<Vec<T>, Error> {
    let mut flying: Vec<_> = flying.map(|one| Box::pin(maybe_done(one))).collect();
    let (mut sent, mut landed) = (0, 0);
    poll_fn(|cx| {
        while let Some(one) = flying.get_mut(sent) {
            let _ = one.poll_unpin(cx);
            sent += 1;
        }
        while let Some(one) = flying.get_mut(landed) {
            ready!(one.poll_unpin(cx));
            landed += 1;
        }
        Poll::Ready(())
    })
    .await;
    let answers = flying
        .iter_mut()
        .filter_map(|one| one.as_mut().take_output());
    answers.collect()
}

fn borrowed(params: &[Param]) -> Params<'_> {
    params
        .iter()
        .map(|param| param as &(dyn ToSql + Sync))
        .collect()
}
