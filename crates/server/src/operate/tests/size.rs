//! A clinic of real size.

use super::*;

/// People without a visit make the file no longer, and each is one that visits may point at.
const PEOPLE: &[&str] = &["insert into patient (clinic_id, patient_id, name, version)
     select clinic_id, gen_random_uuid(), 'Somebody', 1
     from clinic, generate_series(1, 20000)"];

#[tokio::test]
async fn a_clinic_of_real_size_is_replaced_on_postgres() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = Cluster::shared().database();
    let world = World::on(Database::Postgres(url));
    let server = world.server();
    let plan = demo::DemoPlan {
        practitioners: 10,
        appointments: 10_000,
        seed: 7,
        today: chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
    };
    demo::fill(&server, &plan).await.unwrap();
    server.close();
    let kept = world.file("kept");
    let records = Records::open(&world.config).unwrap();
    let count = records.backup(&kept).await.unwrap();
    world.run(PEOPLE).await;
    let server = world.server();
    assert_eq!(restore(&server, &kept, true).await.unwrap(), count);
    server.close();
    let verified = world.verify().await;
    assert_eq!(verified.appointments, 10_000);
    assert_eq!(verified.findings, []);
}

/// A statement over a whole clinic may take longer than a desk would wait.
#[tokio::test]
async fn an_operators_transaction_is_not_hurried_on_postgres() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let url = Cluster::shared().database();
    let server = World::on(Database::Postgres(url)).server();
    let limits = |db: &dyn Db| {
        let sql = "select current_setting('statement_timeout') || ' '
                   || current_setting('idle_in_transaction_session_timeout') as limits";
        db.one(sql, &[], |row| row.get::<String>("limits"))
    };
    let of_an_operator = in_transaction(&server, move |db| Ok(limits(db)?)).await;
    assert_eq!(of_an_operator.unwrap(), "0 0");
    let of_a_desk = server.shared.store.transact(move |db| limits(db)).await;
    assert_eq!(of_a_desk.unwrap(), "10s 10s");
    server.close();
}
