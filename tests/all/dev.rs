//! `skadehub dev`: one command, no trace of a process afterwards.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

struct Dev {
    process: Child,
    sandbox: String,
}

impl Dev {
    /// Starts on free ports and waits until it says that it is running.
    fn start(data: &Path) -> Self {
        let (port, sandbox_port) = (free_port(), free_port());
        let mut process = Command::new(env!("CARGO_BIN_EXE_skadehub"))
            .args(["dev", "--port", &port, "--sandbox-port", &sandbox_port, "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines =
            BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("is running")), "it did not start");
        Self { process, sandbox: format!("http://localhost:{sandbox_port}") }
    }

    fn end(mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
        self.process.wait().unwrap()
    }
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// A data folder, gone when the test ends.
struct Data(PathBuf);

impl Drop for Data {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn processes_in(folder: &Path) -> usize {
    let needle = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(needle)).count()
}

fn wait_until_gone(folder: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while processes_in(folder) > 0 {
        assert!(Instant::now() < deadline, "a process is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

async fn signing_key(dev: &Dev) -> String {
    let url = format!("{}/realms/skadehub/protocol/openid-connect/certs", dev.sandbox);
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn it_leaves_no_process_when_killed_and_the_next_start_keeps_the_data() {
    let data = Data(std::env::temp_dir().join(format!("skadehub-dev-{}", std::process::id())));
    let first = Dev::start(&data.0);
    let key = signing_key(&first).await;
    first.end(Signal::KILL);
    wait_until_gone(&data.0);

    let second = Dev::start(&data.0);
    assert_eq!(signing_key(&second).await, key);
    let status = second.end(Signal::INT);
    assert!(status.success(), "{status}");
    assert_eq!(processes_in(&data.0), 0);
}
