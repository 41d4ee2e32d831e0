//! Many desks, one slot.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, oneshot};

use crate::world::{Desk, World, envelope};

const DESKS: usize = 64;

/// Invariant I23, over real sockets.
#[tokio::test(flavor = "multi_thread")]
async fn of_64_desks_that_book_one_slot_one_wins_and_63_are_told_who_has_it() {
    let world = World::start().await;
    let mut desks = Vec::new();
    for _ in 0..DESKS {
        desks.push(world.desk("reception1").await);
    }
    let directory = desks[0].directory().await;
    let seq = desks[0].seq().await;
    let (address, stop) = serve(&world).await;

    let start = std::sync::Arc::new(Barrier::new(DESKS));
    let tries = desks.into_iter().enumerate().map(|(index, desk)| {
        let book = directory.booking(index, 0, "2026-03-02T09:00:00Z");
        let start = start.clone();
        tokio::spawn(async move {
            start.wait().await;
            post(address, &desk, &book).await
        })
    });
    let mut outcomes = Vec::new();
    for outcome in tries.collect::<Vec<_>>() {
        outcomes.push(outcome.await.unwrap());
    }

    let (won, lost): (Vec<Value>, Vec<Value>) = outcomes
        .into_iter()
        .partition(|outcome| outcome["outcome"] == "applied");
    assert_eq!(won.len(), 1);
    assert_eq!(won[0]["seq"], seq + 1);
    assert_eq!(lost.len(), DESKS - 1);
    for outcome in &lost {
        assert_eq!(outcome["reason"], "slot_taken", "{outcome}");
        assert_eq!(outcome["conflict"]["by"]["name"], "Rita Reception");
        assert_eq!(outcome["conflict"]["at"], "2026-03-02T07:00:00Z");
        assert_eq!(outcome["alternatives"].as_array().unwrap().len(), 6);
        assert_eq!(outcome["seq"], seq + 1);
    }
    stop.send(()).unwrap();
}

async fn serve(world: &World) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = world.server.clone();
    tokio::spawn(server.serve(listener, async move {
        let _ = stopped.await;
    }));
    (address, stop)
}

async fn post(address: SocketAddr, desk: &Desk, book: &Value) -> Value {
    let commands = [envelope(1, "book_appointment", book)];
    let answer = client()
        .post(format!("http://{address}/v1/commands"))
        .bearer_auth(&desk.token)
        .body(json!({ "device": desk.device, "commands": commands }).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["outcomes"][0].clone()
}

fn client() -> reqwest::Client {
    // Only the first of all tests can; the others find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
