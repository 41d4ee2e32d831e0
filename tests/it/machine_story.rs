//! Random commands of several devices at once, decided by the server as a plain model decides them
//! one by one (I2, I20–I24, I26): the outcomes, the feed, what is free, and the seats.

mod model;
mod plan;
mod stage;

use frontdesk_tests::{Engine, rounds};

use plan::Program;
use stage::Stage;

frontdesk_tests::both_engines! {
    the_server_decides_as_a_plain_model_does,
}

const ROUNDS: usize = 450;
const COMMANDS: usize = 20_000;
const LONG: usize = 500_000;

async fn the_server_decides_as_a_plain_model_does(engine: Engine) {
    let (mut played, mut seed) = (0, first_seed());
    while played < rounds(COMMANDS, LONG) {
        let program = Program::draw(seed, ROUNDS);
        if let Err(difference) = play(engine, &program).await {
            let fails = async |smaller: &Program| play(engine, smaller).await.is_err();
            let small = program.shrunk(fails).await;
            let again = play(engine, &small).await.err();
            panic!(
                "seed {seed}: {}\nthe smallest program that fails: {small:#?}",
                again.unwrap_or(difference)
            );
        }
        played += program.commands();
        seed += 1;
    }
}

/// The same programs every time, and others every night.
fn first_seed() -> u64 {
    let others = usize::try_from(rand::random::<u32>()).unwrap();
    rounds(1, others) as u64
}

async fn play(engine: Engine, program: &Program) -> Result<(), String> {
    Stage::set(engine).await.play(program).await
}
