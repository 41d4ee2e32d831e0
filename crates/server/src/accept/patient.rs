//! A connection whose peer must take what it is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Reads for as long as it takes; fails when nothing could be written for `patience`.
pub(super) struct Patient<S> {
    stream: S,
    patience: Duration,
    /// Runs while something waits to be written.
    ends: Option<Pin<Box<Sleep>>>,
}

impl<S: Unpin> Patient<S> {
    pub(super) fn of(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            ends: None,
        }
    }

    /// Any progress begins the time anew.
    fn writing(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let wrote = write(Pin::new(&mut self.stream), context);
        if wrote.is_ready() {
            self.ends = None;
            return wrote;
        }
        let patience = self.patience;
        let ends = self
            .ends
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(ends.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writing(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writing(context, |stream, context| {
            stream.poll_write_vectored(context, bytes)
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::{pause, timeout};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// The clock is the test's: nobody waits for it.
    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        pause();
        let (ours, _theirs) = duplex(8);
        let mut ours = Patient::of(ours, PATIENCE);
        let wrote = timeout(2 * PATIENCE, ours.write_all(&[0; 9])).await;
        assert_eq!(wrote.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_peer_that_takes_a_little_now_and_then_is_served() {
        pause();
        let (ours, mut theirs) = duplex(8);
        let mut ours = Patient::of(ours, PATIENCE);
        let read = async {
            let mut taken = [0; 8];
            for _ in 0..4 {
                let waits = timeout(PATIENCE * 3 / 4, std::future::pending::<()>());
                assert!(waits.await.is_err());
                theirs.read_exact(&mut taken).await.unwrap();
            }
        };
        let (wrote, ()) = tokio::join!(ours.write_all(&[0; 32]), read);
        wrote.unwrap();
    }

    #[tokio::test]
    async fn a_connection_on_which_nothing_is_to_be_said_may_be_silent() {
        pause();
        let (ours, mut theirs) = duplex(8);
        let mut ours = Patient::of(ours, PATIENCE);
        let silent = timeout(10 * PATIENCE, ours.read_u8()).await;
        assert!(silent.is_err());
        ours.write_u8(7).await.unwrap();
        assert_eq!(theirs.read_u8().await.unwrap(), 7);
    }
}
