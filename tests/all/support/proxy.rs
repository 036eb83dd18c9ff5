//! A proxy that breaks connections: slow, hanging, cut, or answering nonsense.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// It waits until all that wait are let through.
    Held,
    /// Every piece waits this long.
    Slow(Duration),
    /// It is taken and never answered.
    Hanging,
    /// It ends after so many bytes of the request.
    RequestCut(usize),
    /// It ends after so many bytes of the answer.
    AnswerCut(usize),
    /// It is answered with these bytes, whatever was asked.
    Nonsense(&'static str),
}

type Plan = Arc<Mutex<Box<dyn FnMut() -> Fault + Send>>>;

/// A proxy on a port of its own, for as long as this value lives.
pub(crate) struct Proxy {
    /// Its address, without a slash at the end.
    pub(crate) base: String,
    plan: Plan,
    held: watch::Sender<Held>,
    cuts: watch::Sender<()>,
    running: JoinHandle<()>,
}

/// Connections that wait.
#[derive(Default)]
struct Held {
    count: usize,
    times_released: usize,
}

impl Proxy {
    /// A proxy before `target`, the address of a site without a path; without faults at first.
    pub(crate) async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let target: SocketAddr = target.strip_prefix("http://").unwrap().parse().unwrap();
        let plan: Plan = Arc::new(Mutex::new(Box::new(|| Fault::None)));
        let held = watch::Sender::default();
        let cuts = watch::Sender::default();
        let serving =
            Serving { target, plan: Arc::clone(&plan), held: held.clone(), cuts: cuts.clone() };
        let running = tokio::spawn(serving.all(listener));
        Self { base, plan, held, cuts, running }
    }

    /// Every connection from now on meets this fault.
    pub(crate) fn set(&self, fault: Fault) {
        self.draw(move || fault);
    }

    /// Cuts every connection that is open, so that the next request meets the fault that is set.
    pub(crate) fn cut(&self) {
        self.cuts.send_replace(());
    }

    /// Waits until so many connections are held.
    pub(crate) async fn holds(&self, count: usize) {
        self.held.subscribe().wait_for(|held| held.count >= count).await.unwrap();
    }

    /// Lets through all that are held, and from now on every other.
    pub(crate) fn release(&self) {
        self.set(Fault::None);
        self.held
            .send_modify(|held| *held = Held { count: 0, times_released: held.times_released + 1 });
    }

    /// Every connection from now on meets the fault that is drawn for it.
    pub(crate) fn draw(&self, plan: impl FnMut() -> Fault + Send + 'static) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(plan);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// What a connection needs.
#[derive(Clone)]
struct Serving {
    target: SocketAddr,
    plan: Plan,
    held: watch::Sender<Held>,
    cuts: watch::Sender<()>,
}

impl Serving {
    async fn all(self, listener: TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(self.clone().one(client));
        }
    }

    async fn one(self, client: TcpStream) {
        let fault = self.plan.lock().unwrap_or_else(PoisonError::into_inner)();
        let mut cut = self.cuts.subscribe();
        if fault == Fault::Held {
            wait(&self.held).await;
        }
        // A connection that breaks is what this is about.
        tokio::select! {
            _ = pass(client, self.target, fault) => {}
            _ = cut.changed() => {}
        }
    }
}

async fn wait(held: &watch::Sender<Held>) {
    let mut released = held.subscribe();
    let before = released.borrow().times_released;
    held.send_modify(|held| held.count += 1);
    let _ = released.wait_for(|held| held.times_released > before).await;
}

async fn pass(mut client: TcpStream, target: SocketAddr, fault: Fault) -> std::io::Result<()> {
    match fault {
        Fault::Hanging => {
            // Until the client gives up.
            tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
        }
        Fault::Nonsense(text) => {
            client.read_u8().await?;
            client.write_all(text.as_bytes()).await?;
            client.shutdown().await?;
            // An end with something unread would take the answer with it.
            tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
        }
        _ => {
            let (pause, request, answer) = match fault {
                Fault::Slow(pause) => (pause, usize::MAX, usize::MAX),
                Fault::RequestCut(bytes) => (Duration::ZERO, bytes, usize::MAX),
                Fault::AnswerCut(bytes) => (Duration::ZERO, usize::MAX, bytes),
                _ => (Duration::ZERO, usize::MAX, usize::MAX),
            };
            let mut server = TcpStream::connect(target).await?;
            let (from_client, to_client) = client.split();
            let (from_server, to_server) = server.split();
            // Whichever ends first ends both.
            tokio::select! {
                passed = copy(from_client, to_server, request, pause) => passed?,
                passed = copy(from_server, to_client, answer, pause) => passed?,
            }
        }
    }
    Ok(())
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    limit: usize,
    pause: Duration,
) -> std::io::Result<()> {
    let (mut piece, mut left) = ([0; 4096], limit);
    while left > 0 {
        let length = from.read(&mut piece).await?.min(left);
        if length == 0 {
            break;
        }
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        to.write_all(&piece[..length]).await?;
        left -= length;
    }
    Ok(())
}
