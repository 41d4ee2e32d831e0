//! What listeners hear, from here and from elsewhere.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use frontdesk_postgres::Cluster;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::postgres::Link;
use super::*;
use crate::store::Address;
use crate::store::session::Ended;

const CLINIC: ClinicId = ClinicId(Uuid::from_u128(1));
const EPOCH: Epoch = Epoch(Uuid::from_u128(2));

/// Far above any measured time: only a broken story is that slow.
const PATIENCE: Duration = Duration::from_secs(60);

fn commit(seq: u64) -> Pulse {
    Pulse {
        epoch: EPOCH,
        from: seq - 1,
        seq,
        net: Some(Arc::default()),
    }
}

fn told(listener: &watch::Receiver<Option<Pulse>>) -> Option<(u64, bool)> {
    let pulse = listener.borrow();
    pulse.as_ref().map(|pulse| (pulse.seq, pulse.net.is_some()))
}

#[test]
fn a_listener_never_hears_of_an_older_state() {
    let fanout = Fanout::local();
    let mut listener = fanout.subscribe(CLINIC);
    fanout.heard((CLINIC, EPOCH, 7));
    assert_eq!(told(&listener), Some((7, false)));
    fanout.publish(CLINIC, commit(6));
    assert_eq!(told(&listener), Some((7, false)));
    fanout.publish(CLINIC, commit(7));
    assert_eq!(told(&listener), Some((7, true)), "now with its rows");
    listener.mark_unchanged();
    fanout.heard((CLINIC, EPOCH, 7));
    assert!(!listener.has_changed().unwrap());
    fanout.heard((CLINIC, Epoch(Uuid::from_u128(3)), 1));
    assert_eq!(told(&listener), Some((1, false)), "another incarnation");
}

/// Whoever reads that a number is decided has the rows of it, or reads on.
#[test]
fn a_number_is_read_only_with_what_was_decided_under_it() {
    let fanout = Fanout::local();
    let device = DeviceId(Uuid::from_u128(4));
    let (listener, acks) = (fanout.subscribe(CLINIC), fanout.follow(CLINIC, device));
    fanout.publish(CLINIC, commit(2));
    let nobody_else = || assert!(fanout.0.acks.try_lock().is_err());
    fanout.acknowledge(vec![(CLINIC, device, 7)], || {
        nobody_else();
        fanout.publish(CLINIC, commit(3));
    });
    let read = acks.at_least(6, || {
        nobody_else();
        told(&listener)
    });
    assert_eq!(read, (7, Some((3, true))));
    assert_eq!(acks.at_least(9, || ()), (9, ()), "what is known already");
}

#[test]
fn the_lag_is_that_of_the_clinic_whose_listeners_are_behind_most() {
    let fanout = Fanout::local();
    let other = ClinicId(Uuid::from_u128(9));
    let _listeners = (fanout.subscribe(CLINIC), fanout.subscribe(other));
    assert_eq!(fanout.lag(&[(CLINIC, EPOCH, 5)]), 0, "nothing was told yet");
    fanout.heard((CLINIC, EPOCH, 5));
    fanout.heard((other, EPOCH, 10));
    assert_eq!(fanout.lag(&[(CLINIC, EPOCH, 7), (other, EPOCH, 11)]), 2);
}

/// An instance: its fan-out, and its talk with the others.
struct Instance {
    fanout: Fanout,
    /// What the database would say.
    head: Arc<AtomicU64>,
    talk: JoinHandle<()>,
}

impl Instance {
    fn of(database: &str, drop_notifications: bool) -> Self {
        let (fanout, head) = (Fanout::of_several(), Arc::new(AtomicU64::new(0)));
        let link = Link {
            database: Address::of(database).unwrap(),
            drop_notifications,
        };
        let read = head.clone();
        let heads = move || {
            let seq = read.load(Ordering::SeqCst);
            async move {
                Ok((seq > 0)
                    .then_some((CLINIC, EPOCH, seq))
                    .into_iter()
                    .collect())
            }
        };
        let talk = tokio::spawn(postgres::run(link, fanout.clone(), heads));
        Self { fanout, head, talk }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.talk.abort();
    }
}

/// Says it until it is heard: whoever listens may still be connecting.
async fn until_heard(from: &Instance, listener: &mut watch::Receiver<Option<Pulse>>, first: u64) {
    let heard = async {
        for seq in first.. {
            from.fanout.publish(CLINIC, commit(seq));
            let next = tokio::time::timeout(Duration::from_millis(50), listener.changed());
            let is_heard = next.await.is_ok();
            // An earlier call may have said something that comes only now.
            if is_heard && told(listener).is_some_and(|(seq, _)| seq >= first) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    assert!(told(listener).is_some_and(|(seq, rows)| seq >= first && !rows));
}

#[tokio::test]
async fn a_commit_on_one_instance_is_heard_on_another_without_its_rows() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let database = Cluster::shared().database();
    let (here, there) = (
        Instance::of(&database, false),
        Instance::of(&database, false),
    );
    let mut listener = there.fanout.subscribe(CLINIC);
    until_heard(&here, &mut listener, 1).await;

    // A connection that is lost is made again.
    let end = "select pg_terminate_backend(pid) from pg_stat_activity \
               where pid <> pg_backend_pid() and datname = current_database()";
    assert!(!Cluster::shared().rows(&database, end).is_empty());
    until_heard(&here, &mut listener, 1_000_000).await;
}

#[tokio::test]
async fn a_session_that_ends_on_one_instance_wakes_the_streams_of_another() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let database = Cluster::shared().database();
    let (here, there) = (
        Instance::of(&database, false),
        Instance::of(&database, false),
    );
    let mut listener = there.fanout.subscribe(CLINIC);
    until_heard(&here, &mut listener, 1).await;
    let token = TokenHash::of("a token");
    let mut ending = there.fanout.follow_session(token);
    // The first could come because the other one begins to listen.
    for _ in 0..2 {
        here.fanout.sessions_ended(&[token]);
        tokio::time::timeout(PATIENCE, ending.come()).await.unwrap();
    }
}

#[test]
fn only_those_who_follow_a_session_hear_that_it_ended() {
    let fanout = Fanout::local();
    let (token, other) = (TokenHash::of("a token"), TokenHash::of("another"));
    let (first, second) = (fanout.follow_session(token), fanout.follow_session(token));
    let staying = fanout.follow_session(other);
    fanout.sessions_ended(&[token]);
    assert!(first.has_come() && second.has_come() && !staying.has_come());
    assert!(!fanout.follow_session(token).has_come(), "that was before");
    drop(first);
    assert_eq!(fanout.sessions().len(), 2);
    fanout.sessions_may_have_ended();
    assert!(staying.has_come());
    drop((second, staying));
    assert!(fanout.sessions().is_empty());
}

/// Invariant I28 promises 2.5 s: here time is the test's, and passes only while everybody waits.
#[tokio::test(start_paused = true)]
async fn what_nobody_told_is_read_from_the_heads_within_a_second() {
    let (fanout, head) = (Fanout::of_several(), Arc::new(AtomicU64::new(1)));
    let read = head.clone();
    let heads = move || {
        let head = (CLINIC, EPOCH, read.load(Ordering::SeqCst));
        async move { Ok(vec![head]) }
    };
    let mut listener = fanout.subscribe(CLINIC);
    let polled = fanout.clone();
    let polling = tokio::spawn(async move { postgres::poll(&polled, &heads).await });
    listener.changed().await.unwrap();
    for seq in 2..5 {
        tokio::time::advance(Duration::from_millis(100)).await;
        head.store(seq, Ordering::SeqCst);
        let committed = tokio::time::Instant::now();
        listener.changed().await.unwrap();
        assert_eq!(told(&listener), Some((seq, false)));
        assert!(committed.elapsed() <= Duration::from_secs(1));
    }
    polling.abort();
}

/// Invariant I33 promises two seconds.
#[tokio::test(start_paused = true)]
async fn what_another_process_ended_is_noticed_within_a_second() {
    let (fanout, all) = (Fanout::local(), Arc::new(Mutex::new(Ended::default())));
    let read = all.clone();
    let looks = move |since| {
        let ended = read.lock().unwrap().clone();
        async move { Ok((since != Some(ended.stamp)).then_some(ended)) }
    };
    let looking = tokio::spawn(look_for_ended_sessions(fanout.clone(), looks));
    tokio::task::yield_now().await;
    let staying = fanout.follow_session(TokenHash::of("staying"));
    for count in 1..4 {
        let token = TokenHash::of(&count.to_string());
        let mut ending = fanout.follow_session(token);
        tokio::time::advance(Duration::from_millis(100)).await;
        {
            let mut ended = all.lock().unwrap();
            ended.stamp.0 = count;
            ended.tokens.insert(token);
        }
        let began = tokio::time::Instant::now();
        ending.come().await;
        assert!(began.elapsed() <= Duration::from_secs(1));
    }
    assert!(!staying.has_come());
    looking.abort();
}

/// Invariant I28.
#[tokio::test]
async fn without_any_notification_the_heads_are_read() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let database = Cluster::shared().database();
    let (here, there) = (Instance::of(&database, true), Instance::of(&database, true));
    let mut listener = there.fanout.subscribe(CLINIC);
    here.fanout.publish(CLINIC, commit(5));
    there.head.store(5, Ordering::SeqCst);
    let heard = tokio::time::timeout(PATIENCE, listener.changed()).await;
    heard.unwrap().unwrap();
    assert_eq!(told(&listener), Some((5, false)));
}

#[test]
fn a_payload_holds_many_clinics_and_stays_below_what_postgresql_takes() {
    let (fanout, listening) = (Fanout::of_several(), Fanout::of_several());
    let clinics: Vec<ClinicId> = (1..=500).map(|n| ClinicId(Uuid::from_u128(n))).collect();
    let listeners: Vec<_> = clinics.iter().map(|id| listening.subscribe(*id)).collect();
    for clinic in &clinics {
        fanout.publish(*clinic, commit(u64::MAX >> 1));
    }
    let token = TokenHash::of("a token");
    let (ending, staying) = (
        listening.follow_session(token),
        listening.follow_session(TokenHash::of("another")),
    );
    fanout.sessions_ended(&[token]);
    let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let payloads = postgres::payloads(me, fanout.0.untold.as_ref().unwrap());
    assert!(payloads.len() > 1 && payloads.iter().all(|payload| payload.len() < 8_000));
    for payload in &payloads {
        postgres::hear(&listening, me, payload);
    }
    assert!(
        listeners.iter().all(|listener| told(listener).is_none()),
        "own words"
    );
    for payload in &payloads {
        postgres::hear(&listening, other, payload);
    }
    assert!(
        listeners
            .iter()
            .all(|listener| told(listener) == Some((u64::MAX >> 1, false)))
    );
    assert!(ending.has_come() && !staying.has_come());
    postgres::hear(&listening, other, "nonsense\nof another\n1 2 3\nsession 7");
    assert!(!staying.has_come());
    postgres::hear(&listening, other, &format!("{me}\nsessions"));
    assert!(
        staying.has_come(),
        "an instance of before does not say which"
    );
}

#[tokio::test]
async fn nobody_serves_while_a_backup_is_brought_back_and_none_is_while_somebody_serves() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let database = Cluster::shared().database();
    let address = Address::of(&database).unwrap();
    let servers = (
        presence::serve(&address).await,
        presence::serve(&address).await,
    );
    assert!(presence::alone(&address).await.unwrap().is_none());
    drop(servers);
    let alone = presence::alone(&address).await.unwrap();
    assert!(alone.is_some());

    let server = tokio::spawn(async move { presence::serve(&address).await });
    let waits = "select pid from pg_locks where locktype = 'advisory' and not granted \
                 and database = (select oid from pg_database where datname = current_database())";
    let waiting = async {
        while Cluster::shared().rows(&database, waits).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    assert!(!server.is_finished());
    drop(alone);
    tokio::time::timeout(PATIENCE, server)
        .await
        .unwrap()
        .unwrap();
}
