//! The `muster` command.

use std::process::ExitCode;

use clap::Parser;
use server::cli::Cli;
use server::{commands, telemetry};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A page is rendered on the worker that serves it; on a machine with one processor a single worker would let one slow
/// render hold up everybody.
const WORKERS: usize = 4;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let _telemetry = telemetry::start();
    let workers = std::thread::available_parallelism().map_or(WORKERS, |n| n.get().max(WORKERS));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(commands::run(cli)),
        Err(error) => {
            eprintln!("muster: the runtime could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}
