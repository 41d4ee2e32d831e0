//! The throw-away PostgreSQL as a program: says the addresses of as many empty databases as it is asked
//! for, one a line, and is gone with its input.

use std::io::Read as _;

use frontdesk_postgres::Cluster;

fn main() -> std::io::Result<()> {
    let databases = std::env::args().nth(1);
    let databases: u32 = databases.and_then(|count| count.parse().ok()).unwrap_or(1);
    let cluster = Cluster::start();
    for _ in 0..databases {
        println!("{}", cluster.database());
    }
    std::io::stdin().read_to_end(&mut Vec::new()).map(|_| ())
}
