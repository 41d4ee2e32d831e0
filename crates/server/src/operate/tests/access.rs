//! What was taken from somebody does not come back with a backup.

use frontdesk_domain::{DeviceId, Role};
use uuid::Uuid;

use super::*;
use crate::Users;
use crate::store::sql::params;

const STOLEN: DeviceId = DeviceId(Uuid::from_u128(7));
const NEW_AND_STOLEN: DeviceId = DeviceId(Uuid::from_u128(8));

impl World {
    async fn desk(&self, device: DeviceId) {
        let server = self.server();
        let done = server.shared.store.transact(move |db| {
            db.execute(
                "insert into device (clinic_id, device_id, name, user_id)
                 select clinic_id, $1, 'Laptop', user_id from \"user\" where login = 'reception1'",
                &params![device.0],
            )
        });
        assert_eq!(done.await.unwrap(), 1);
        server.close();
    }

    async fn passwords(&self) -> Vec<String> {
        let server = self.server();
        let read = server.shared.store.read(|db| {
            let all = "select password_hash from \"user\" order by login";
            db.all(all, &[], |row| row.get("password_hash"))
        });
        let read = read.await.unwrap();
        server.close();
        read
    }

    /// Blocks, so beside the runtime.
    async fn users<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Users) -> T + Send + 'static,
    ) -> T {
        let config = self.config.clone();
        let open = move || work(&mut Users::of(&config.database, &config.data_dir).unwrap());
        tokio::task::spawn_blocking(open).await.unwrap()
    }
}

#[tokio::test]
async fn what_was_taken_from_a_user_or_a_desk_since_the_backup_does_not_come_back() {
    for world in World::each() {
        let world = world.filled().await;
        world.desk(STOLEN).await;
        let kept = world.file("kept");
        let records = Records::open(&world.config).unwrap();
        records.backup(&kept).await.unwrap();

        world.desk(NEW_AND_STOLEN).await;
        let (users, devices) = world
            .users(|users| {
                users.set_active("reception2", false).unwrap();
                users.set_role("manager", Role::Receptionist, None).unwrap();
                users.passwd("reception1", "after-the-theft").unwrap();
                users.revoke_device(STOLEN).unwrap();
                users.revoke_device(NEW_AND_STOLEN).unwrap();
                (users.list().unwrap(), users.devices().unwrap())
            })
            .await;
        let passwords = world.passwords().await;
        let server = world.server();
        restore(&server, &kept, true).await.unwrap();
        server.close();

        let back = world.users(|users| (users.list().unwrap(), users.devices().unwrap()));
        assert_eq!(back.await, (users, devices));
        assert_eq!(world.passwords().await, passwords);
        assert_eq!(world.verify().await.findings, []);
    }
}
